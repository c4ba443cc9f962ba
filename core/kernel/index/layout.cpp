#include "layout.hpp"

#include <stdexcept>

#include "twins.hpp"

namespace jikimi::index {

Layout layout_for(std::uint64_t rows) {
    if (rows == 0 || rows > kMostRows) {
        throw std::invalid_argument("a segment has 1 to 4294967295 rows");
    }
    Layout layout{rows, rows >= kFewestBandedRows, kPage, {}};
    const auto add = [&](std::uint64_t bytes) {
        layout.sections.push_back({layout.file_bytes, bytes});
        layout.file_bytes += whole_pages(bytes);
    };
    add(rows * sizeof(std::uint64_t));
    add(rows * sizeof(Row));
    for (std::size_t band = 0; layout.banded && band < kBands; ++band) {
        add((kBuckets + 1) * sizeof(std::uint32_t));
        add(rows * kEntryBytes + kReadPastSketches);
    }
    return layout;
}

void require_aligned(const void* memory) {
    if (reinterpret_cast<std::uintptr_t>(memory) % sizeof(std::uint64_t) != 0) {
        throw std::invalid_argument("a segment must begin at a multiple of eight bytes");
    }
}

std::uint64_t permutation_id(const BitOrder& order) {
    std::uint64_t hash = 0xcbf29ce484222325;
    for (const auto bit : order) {
        hash = (hash ^ bit) * 0x100000001b3;
    }
    return hash;
}

}  // namespace jikimi::index
