// How many differing bits each band may answer for, so that no row within the radius is missed.
//
// Give the 16 bands quotas that sum to radius + 1. A row within the radius has fewer differing bits
// than that, so by the cycle lemma some band starts a walk around the circle of bands on which every
// stretch has fewer differing bits than its quotas sum to (the pigeonring principle: Qin and Xiao,
// "Pigeonring: A Principle for Faster Thresholded Similarity Search", PVLDB 12(1), 2018). Probing
// each band with fewer flips than its quota, and asking the same of it and the next band together,
// therefore finds every row within the radius.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "row.hpp"

namespace jikimi::index {

inline constexpr unsigned kLargestBandedRadius = 64;  // beyond it, only comparing every row is exact

using Quotas = std::array<std::uint8_t, kBands>;

// What a search at one radius looks up in the bands.
struct Probing {
    Quotas quotas{};
    // A band's entries must also fit in the next band: differing bits in both together are at most
    // this. Only for bands whose quota is not 0.
    std::array<std::uint8_t, kBands> pair_limits{};
    std::size_t probes = 0;  // buckets looked up a query
    double candidates = 0;   // expected a query, for each row of a segment
};

// radius: 0 to kLargestBandedRadius. Computed once.
const Probing& probing_for(unsigned radius);

// Bits of a band to flip, and how many they are.
struct Flips {
    std::uint16_t mask;
    std::uint8_t bits;
};

// All ways to flip at most this many bits (0 to 4), fewest first.
std::span<const Flips> flips_of_at_most(unsigned bits);

}  // namespace jikimi::index
