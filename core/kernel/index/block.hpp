// The queries one thread answers together, and the two ways to answer them from a part.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "gathering.hpp"
#include "search.hpp"

namespace jikimi::index {

// Queries are numbered from 0 within their block.
using QueryNumbers = std::vector<std::uint32_t>;

struct Block {
    std::span<const Row> rows;
    std::span<const std::uint16_t> radii;
    const Twins& twins;
    std::uint64_t moment;
    Way way;
    Gathering& found;
};

// Compares every row with each of these queries. segment tells which rows are gone; null for loose
// rows, of which none is.
void scan_every_row(const Block& block, const QueryNumbers& queries, std::span<const Row> rows,
                    const Segment* segment);

// Answers these queries, of radii up to kLargestBandedRadius, from the segment's bands. Returns
// those given up because their buckets hold too much; scanning must answer them.
QueryNumbers look_up(const Block& block, const QueryNumbers& queries, const Segment& segment);

}  // namespace jikimi::index
