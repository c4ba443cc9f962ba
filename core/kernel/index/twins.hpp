// The three inner loops of a search, each written several times: readable and portable, and for the
// vector units of this architecture. All give equal results; which one runs is chosen at run time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "row.hpp"

namespace jikimi::index {

// A loop may read this many bytes past the last sketch it was given; their content has no effect.
inline constexpr std::size_t kReadPastSketches = 64;

struct RowHit {
    std::uint32_t row;
    std::uint16_t distance;
};

struct Twins {
    std::string_view name;
    double nanoseconds_per_row;  // what comparing a query with one row costs, roughly

    // The places of those of count sketches (two bytes each, not aligned) that differ from wanted in
    // at most limit bits, ascending. places has room for count. Returns how many there are.
    std::size_t (*scan_sketches)(const std::uint8_t* sketches, std::size_t count,
                                 std::uint16_t wanted, unsigned limit, std::uint32_t* places);

    // Those of count rows within radius bits of the query, in any order, numbered from first.
    // hits has room for count. Returns how many there are.
    std::size_t (*scan_rows)(const Row* rows, std::size_t count, const Row& query, unsigned radius,
                             std::uint32_t first, RowHit* hits);

    // The number of bits in which two rows differ.
    unsigned (*distance)(const Row& a, const Row& b);
};

// Those this machine can run, fastest first; the last is the portable one.
const std::vector<const Twins*>& runnable_twins();

// The twins of this name, or the fastest if the name is empty.
// Throws std::invalid_argument for a name this machine cannot run.
const Twins& twins_named(std::string_view name);

// Each is null on another architecture.
const Twins* portable_twins();
const Twins* avx2_twins();
const Twins* avx512_twins();
const Twins* neon_twins();

}  // namespace jikimi::index
