// Whether looking up buckets is cheaper than comparing every row.
#pragma once

#include "search.hpp"

namespace jikimi::index {

// Units of work a lookup may take before comparing every row is cheaper: an entry looked at is one
// unit, a row fetched is kUnitsPerCandidate.
inline constexpr std::size_t kUnitsPerCandidate = 64;

// Never for a segment without bands, nor for a radius over kLargestBandedRadius.
bool should_look_up(const Segment& segment, unsigned radius, const Twins& twins, Way way);

// For a query whose buckets turn out fuller than expected: a list stuffed with near-duplicates.
std::size_t most_units(const Segment& segment);

}  // namespace jikimi::index
