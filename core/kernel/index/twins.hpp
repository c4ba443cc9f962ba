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
// A loop may write so many entries beyond those that it kept, less one; their content is chance.
inline constexpr std::size_t kKeptTogether = 8;

// No task has more entries.
inline constexpr std::size_t kLongestRun = 1024;

// A bucket's run of entries, or a part of one, and what a query asks of it.
struct RunTask {
    const std::uint8_t* sketches;     // 2 bytes each, not aligned
    const std::uint8_t* row_numbers;  // 4 bytes each, not aligned
    std::uint32_t count;
    std::uint32_t query;
    std::uint16_t wanted;  // sketches may differ from this
    std::uint16_t limit;   // in so many bits
};

// An entry whose sketch is within the limit.
struct Kept {
    const std::uint8_t* row_number;
    std::uint64_t query;
};

struct RowHit {
    std::uint32_t row;
    std::uint16_t distance;
};

struct Twins {
    std::string_view name;
    double nanoseconds_per_row;  // what comparing a query with one row costs, roughly

    // The entries of these tasks, of at most kLongestRun each, that are within their limits, in
    // order. kept has room for all entries of the tasks and kKeptTogether more. Returns how many
    // there are.
    std::size_t (*scan_runs)(const RunTask* tasks, std::size_t count, Kept* kept);

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
