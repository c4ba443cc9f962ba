#include "segment.hpp"

#include <algorithm>
#include <atomic>

#include "checksum.hpp"
#include "header.hpp"

namespace jikimi::index {
namespace {

template <typename T>
std::span<const T> section_as(std::span<const std::uint8_t> memory, const SectionEntry& section) {
    return {reinterpret_cast<const T*>(memory.data() + section.offset),
            static_cast<std::size_t>(section.bytes / sizeof(T))};
}

}  // namespace

Segment::Segment(std::span<const std::uint8_t> memory, std::span<std::uint64_t> removals)
    : memory_(memory), removals_(removals) {
    require_aligned(memory.data());
    const Header header = read_header(memory);
    if (removals.size() != header.rows) {
        throw std::invalid_argument("there must be room for one removal a row");
    }
    permutation_ = header.permutation;
    banded_ = header.bands != 0;
    ids_ = section_as<std::uint64_t>(memory, header.section[0]);
    rows_ = section_as<Row>(memory, header.section[1]);
    for (std::size_t band = 0; banded_ && band < kBands; ++band) {
        starts_[band] = section_as<std::uint32_t>(memory, header.section[2 + 2 * band]).data();
        entries_[band] = section_as<std::uint8_t>(memory, header.section[3 + 2 * band]).data();
    }
}

BitOrder Segment::bit_order() const { return read_header(memory_).order; }

void Segment::refuse_content() { throw DamagedSegment("is damaged: an entry leads nowhere"); }

void Segment::verify() const {
    const Header header = read_header(memory_);
    for (std::size_t k = 0; k < header.sections; ++k) {
        const auto& section = header.section[k];
        if (crc32c(memory_.subspan(section.offset, whole_pages(section.bytes))) != section.checksum) {
            throw DamagedSegment("is damaged: section " + std::to_string(k) +
                                 " does not fit its checksum");
        }
    }
    if (std::adjacent_find(ids_.begin(), ids_.end(), std::greater_equal<>()) != ids_.end()) {
        throw DamagedSegment("does not hold its ids in order");
    }
}

// Leaps of doubling length until the row is passed, then halving between the last two.
std::size_t Segment::first_not_less(std::uint64_t id, std::size_t from) const {
    std::size_t begin = from;
    std::size_t end = from;
    for (std::size_t leap = 1; end < ids_.size() && ids_[end] < id; leap *= 2) {
        begin = end + 1;
        end += leap;
    }
    const auto between = ids_.subspan(begin, std::min(end, ids_.size()) - begin);
    const auto place = std::lower_bound(between.begin(), between.end(), id);
    return begin + static_cast<std::size_t>(place - between.begin());
}

// The order of removals against searches is settled by whoever hands out moments: a search that
// should see a removal was given its moment afterwards.
void Segment::remove(std::size_t row, std::uint64_t moment) {
    std::atomic_ref(removals_[row]).store(moment, std::memory_order_relaxed);
}

std::uint64_t Segment::removed_at(std::size_t row) const {
    return std::atomic_ref(removals_[row]).load(std::memory_order_relaxed);
}

bool Segment::is_gone(std::size_t row, std::uint64_t moment) const {
    const std::uint64_t at = removed_at(row);
    return at != 0 && at <= moment;
}

}  // namespace jikimi::index
