#include "hamming.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <future>

#if defined(__GNUC__) && defined(__x86_64__)
#define JIKIMI_X86 1
#endif

namespace jikimi::hamming {
namespace {

constexpr std::size_t kWords = kHashBytes / sizeof(std::uint64_t);
constexpr std::size_t kBlockRows = 512;              // 16 KB: stays in the first cache
constexpr std::size_t kPairsPerThread = 256 * 1024;  // under this a thread costs more than it saves

struct Task {
    Hashes rows;
    const std::uint64_t* ids;
    Hashes queries;
    unsigned radius;
};

using Words = std::array<std::uint64_t, kWords>;

Words words_at(const Hashes& hashes, std::size_t k) {
    Words words;
    std::memcpy(words.data(), hashes.bytes + k * kHashBytes, kHashBytes);
    return words;
}

[[gnu::always_inline]] inline unsigned distance(const Words& query, const std::uint8_t* row) {
    Words words;
    std::memcpy(words.data(), row, kHashBytes);
    unsigned bits = 0;
    for (std::size_t k = 0; k < kWords; ++k) {
        bits += static_cast<unsigned>(std::popcount(query[k] ^ words[k]));
    }
    return bits;
}

[[gnu::always_inline]] inline void collect(const Task& task, const Words& query, std::size_t begin,
                                           std::size_t end, std::vector<Match>& matches) {
    for (std::size_t row = begin; row < end; ++row) {
        const unsigned bits = distance(query, task.rows.bytes + row * kHashBytes);
        if (bits <= task.radius) {
            matches.push_back({task.ids[row], static_cast<std::uint16_t>(bits)});
        }
    }
}

using Collect = void (*)(const Task&, const Words&, std::size_t, std::size_t, std::vector<Match>&);

void collect_portably(const Task& task, const Words& query, std::size_t begin, std::size_t end,
                      std::vector<Match>& matches) {
    collect(task, query, begin, end, matches);
}

#ifdef JIKIMI_X86
// Plain x86-64 has no popcount instruction; nearly every machine does. The same code, compiled for
// it, is chosen at run time.
[[gnu::target("popcnt")]] void collect_with_popcnt(const Task& task, const Words& query,
                                                   std::size_t begin, std::size_t end,
                                                   std::vector<Match>& matches) {
    collect(task, query, begin, end, matches);
}
#endif

Collect choose_collect() {
#ifdef JIKIMI_X86
    if (__builtin_cpu_supports("popcnt")) {
        return collect_with_popcnt;
    }
#endif
    return collect_portably;
}

// Block by block, so that a block is fetched from memory once for all queries.
MatchesPerQuery search_part(const Task& task, std::size_t begin, std::size_t end) {
    const Collect collect_matches = choose_collect();
    MatchesPerQuery found(task.queries.count);
    for (std::size_t block = begin; block < end; block += kBlockRows) {
        const std::size_t block_end = std::min(block + kBlockRows, end);
        for (std::size_t q = 0; q < task.queries.count; ++q) {
            collect_matches(task, words_at(task.queries, q), block, block_end, found[q]);
        }
    }
    return found;
}

void append(MatchesPerQuery& all, MatchesPerQuery part) {
    for (std::size_t q = 0; q < all.size(); ++q) {
        all[q].insert(all[q].end(), part[q].begin(), part[q].end());
    }
}

void sort_nearest_first(MatchesPerQuery& found) {
    for (auto& matches : found) {
        std::sort(matches.begin(), matches.end(), [](const Match& a, const Match& b) {
            return a.distance != b.distance ? a.distance < b.distance : a.id < b.id;
        });
    }
}

// The product cannot overflow: both arrays are in memory, 32 bytes an entry.
std::size_t parts_for(const Task& task, std::size_t threads) {
    const std::size_t worthwhile = task.rows.count * task.queries.count / kPairsPerThread;
    return std::max<std::size_t>(1, std::min({threads, worthwhile, task.rows.count}));
}

}  // namespace

MatchesPerQuery search(Hashes rows, const std::uint64_t* ids, Hashes queries, unsigned radius,
                       std::size_t threads) {
    const Task task{rows, ids, queries, radius};
    const std::size_t parts = parts_for(task, threads);
    const auto border = [&](std::size_t part) { return rows.count * part / parts; };
    // Futures, because they carry a bad_alloc back and wait for their thread when one is thrown.
    std::vector<std::future<MatchesPerQuery>> others;
    for (std::size_t part = 1; part < parts; ++part) {
        others.push_back(std::async(std::launch::async, search_part, std::cref(task), border(part),
                                    border(part + 1)));
    }
    MatchesPerQuery found = search_part(task, 0, border(1));
    for (auto& other : others) {
        append(found, other.get());
    }
    sort_nearest_first(found);
    return found;
}

}  // namespace jikimi::hamming
