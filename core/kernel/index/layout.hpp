// Where things lie in a segment; docs/formats/index-segment-1.md is the contract.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "permutation.hpp"
#include "row.hpp"

namespace jikimi::index {

inline constexpr std::size_t kPage = 4096;
inline constexpr std::size_t kEntryBytes = 6;  // a sketch of 2 bytes and a row number of 4

// A segment of fewer rows has no bands: comparing them all is cheaper than looking anything up.
inline constexpr std::uint64_t kFewestBandedRows = 16384;
inline constexpr std::uint64_t kMostRows = 0xffffffff;

struct Section {
    std::uint64_t offset;
    std::uint64_t bytes;
};

// A section's length with the zeros that fill its last page; the checksum is taken over all of it.
constexpr std::uint64_t whole_pages(std::uint64_t bytes) {
    return (bytes + kPage - 1) / kPage * kPage;
}

struct Layout {
    std::uint64_t rows;
    bool banded;
    std::uint64_t file_bytes;
    // The ids; the rows; then for each band its starts and its entries, if there are bands.
    std::vector<Section> sections;
};

// rows: 1 to kMostRows. Throws std::invalid_argument for another number.
Layout layout_for(std::uint64_t rows);

// Throws std::invalid_argument unless the numbers of a segment can be used where they lie there.
void require_aligned(const void* memory);

// Identifies an order of bits in a file: FNV-1a, 64 bits, over its 256 bytes.
std::uint64_t permutation_id(const BitOrder& order);

}  // namespace jikimi::index
