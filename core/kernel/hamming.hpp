// Exact range search over 256-bit hashes by comparing every pair.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace jikimi::hamming {

inline constexpr std::size_t kHashBytes = 32;

// count hashes of kHashBytes each, one after the other; no alignment is asked for.
struct Hashes {
    const std::uint8_t* bytes;
    std::size_t count;
};

struct Match {
    std::uint64_t id;
    std::uint16_t distance;
};

// For each query its matches, nearest first, equal distances by id.
using MatchesPerQuery = std::vector<std::vector<Match>>;

// Every row within radius bits (0 to 256) of each query; ids has one entry a row. The rows are cut
// into as many parts as threads (at least 1), fewer when there is little to do.
// Throws std::bad_alloc when the matches do not fit into memory, std::system_error when the
// machine gives no thread.
MatchesPerQuery search(Hashes rows, const std::uint64_t* ids, Hashes queries, unsigned radius,
                       std::size_t threads);

}  // namespace jikimi::hamming
