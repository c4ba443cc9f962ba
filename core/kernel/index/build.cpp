#include "build.hpp"

#include <algorithm>
#include <atomic>
#include <cstring>
#include <future>
#include <vector>

#include "header.hpp"

namespace jikimi::index {
namespace {

// The sections of a segment that is being written.
struct Sections {
    std::span<std::uint8_t> memory;
    Layout layout;

    template <typename T>
    T* at(std::size_t section) const {
        return reinterpret_cast<T*>(memory.data() + layout.sections[section].offset);
    }
    std::span<std::uint64_t> ids() const { return {at<std::uint64_t>(0), layout.rows}; }
    std::span<Row> rows() const { return {at<Row>(1), layout.rows}; }
    std::uint32_t* starts(std::size_t band) const { return at<std::uint32_t>(2 + 2 * band); }
    std::uint8_t* entries(std::size_t band) const { return at<std::uint8_t>(3 + 2 * band); }
};

Sections sections_of(std::span<std::uint8_t> memory, std::uint64_t rows) {
    require_aligned(memory.data());
    Sections sections{memory, layout_for(rows)};
    if (memory.size() != sections.layout.file_bytes) {
        throw std::invalid_argument("the memory does not have the length of the segment");
    }
    return sections;
}

// starts[k] becomes the number of rows in the buckets before k.
void count_buckets(std::span<const Row> rows, std::size_t band, std::uint32_t* starts) {
    for (const Row& row : rows) {
        ++starts[band_of(row, band) + 1];
    }
    for (std::size_t bucket = 0; bucket < kBuckets; ++bucket) {
        starts[bucket + 1] += starts[bucket];
    }
}

void place_entries(std::span<const Row> rows, std::size_t band, const std::uint32_t* starts,
                   std::uint8_t* entries) {
    std::vector<std::uint32_t> filled(kBuckets, 0);
    const std::size_t next_band = (band + 1) % kBands;
    for (std::size_t number = 0; number < rows.size(); ++number) {
        const std::size_t bucket = band_of(rows[number], band);
        const std::size_t begin = starts[bucket];
        const std::size_t count = starts[bucket + 1] - begin;
        const std::size_t place = filled[bucket]++;
        std::uint8_t* run = entries + kEntryBytes * begin;
        const std::uint16_t sketch = band_of(rows[number], next_band);
        const auto row_number = static_cast<std::uint32_t>(number);
        std::memcpy(run + 2 * place, &sketch, sizeof sketch);
        std::memcpy(run + 2 * count + 4 * place, &row_number, sizeof row_number);
    }
}

void build_bands(const Sections& sections, std::atomic<std::size_t>& next) {
    for (std::size_t band = next++; band < kBands; band = next++) {
        count_buckets(sections.rows(), band, sections.starts(band));
        place_entries(sections.rows(), band, sections.starts(band), sections.entries(band));
    }
}

// Bands, then the header, over ids and rows that are in place.
void finish(const Sections& sections, const BitOrder& order, std::size_t threads) {
    if (sections.layout.banded) {
        std::atomic<std::size_t> next = 0;
        // Futures, because they carry a bad_alloc back and wait for their thread.
        std::vector<std::future<void>> others;
        for (std::size_t other = 1; other < std::min(threads, kBands); ++other) {
            others.push_back(std::async(std::launch::async, build_bands, std::cref(sections),
                                        std::ref(next)));
        }
        build_bands(sections, next);
        for (auto& other : others) other.get();
    }
    write_header(sections.memory, sections.layout, order);
}

// Walks the living rows of a segment.
struct Walk {
    const Segment* segment;
    std::uint64_t moment;
    std::size_t row = 0;

    bool at_end() const { return row == segment->size(); }
    std::uint64_t id() const { return segment->ids()[row]; }
    void to_living() {
        while (!at_end() && segment->is_gone(row, moment)) ++row;
    }
};

std::vector<Walk> walks_over(std::span<const Segment* const> sources, std::uint64_t moment) {
    std::vector<Walk> walks;
    for (const Segment* source : sources) {
        walks.push_back({source, moment});
        walks.back().to_living();
    }
    std::erase_if(walks, [](const Walk& walk) { return walk.at_end(); });
    return walks;
}

// Takes the row with the smallest id, again and again; there are few sources.
void merge_rows(std::vector<Walk> walks, const Sections& sections) {
    std::size_t written = 0;
    while (!walks.empty()) {
        const auto least = std::min_element(
            walks.begin(), walks.end(),
            [](const Walk& a, const Walk& b) { return a.id() < b.id(); });
        if (written == sections.layout.rows ||
            (written != 0 && sections.ids()[written - 1] >= least->id())) {
            throw DamagedSegment("does not hold each id once, in order");
        }
        sections.ids()[written] = least->id();
        sections.rows()[written++] = least->segment->rows()[least->row++];
        least->to_living();
        if (least->at_end()) walks.erase(least);
    }
}

}  // namespace

void build_segment(std::span<std::uint8_t> memory, std::span<const std::uint64_t> ids,
                   std::span<const Row> rows, const BitOrder& order, std::size_t threads) {
    const Sections sections = sections_of(memory, rows.size());
    if (ids.size() != rows.size() ||
        std::adjacent_find(ids.begin(), ids.end(), std::greater_equal<>()) != ids.end()) {
        throw std::invalid_argument("there must be one id a row, ascending and each once");
    }
    std::copy(ids.begin(), ids.end(), sections.ids().begin());
    std::copy(rows.begin(), rows.end(), sections.rows().begin());
    finish(sections, order, threads);
}

std::uint64_t count_living(std::span<const Segment* const> sources, std::uint64_t moment) {
    std::uint64_t living = 0;
    for (const Segment* source : sources) {
        for (std::size_t row = 0; row < source->size(); ++row) {
            living += !source->is_gone(row, moment);
        }
    }
    return living;
}

void merge_segments(std::span<std::uint8_t> memory, std::span<const Segment* const> sources,
                    std::uint64_t moment, std::size_t threads) {
    if (sources.empty()) throw std::invalid_argument("there must be a segment to merge");
    const BitOrder order = sources.front()->bit_order();
    for (const Segment* source : sources) {
        if (source->bit_order() != order) {
            throw std::invalid_argument("segments to merge must have one order of bits");
        }
    }
    const Sections sections = sections_of(memory, count_living(sources, moment));
    merge_rows(walks_over(sources, moment), sections);
    finish(sections, order, threads);
}

}  // namespace jikimi::index
