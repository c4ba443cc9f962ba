// AVX-512 with its counting instructions (BITALG for 16-bit, VPOPCNTDQ for 64-bit numbers).
#include "twins.hpp"

#if defined(__x86_64__)

#if defined(__GNUC__) && !defined(__clang__)
// GCC 12 and older warn of their own header.
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
#include <immintrin.h>

#include <bit>

#define JIKIMI_AVX512 [[gnu::target("avx512bw,avx512vl,avx512bitalg,avx512vpopcntdq,popcnt")]]
#define JIKIMI_AVX512_INLINE                                                              \
    [[gnu::target("avx512bw,avx512vl,avx512bitalg,avx512vpopcntdq,popcnt"), gnu::always_inline]] \
    inline

namespace jikimi::index {
namespace {

JIKIMI_AVX512 unsigned distance(const Row& a, const Row& b) {
    unsigned bits = 0;
    for (std::size_t word = 0; word < 4; ++word) {
        bits += static_cast<unsigned>(std::popcount(a.words[word] ^ b.words[word]));
    }
    return bits;
}

// Which of the sketches there are within the limit, a bit for each: of 32, of 16, of 8.
JIKIMI_AVX512_INLINE std::uint32_t within_of_32(const std::uint8_t* sketches, __m512i wanted,
                                                __m512i limit) {
    const __m512i differing = _mm512_xor_si512(_mm512_loadu_si512(sketches), wanted);
    return _mm512_cmple_epu16_mask(_mm512_popcnt_epi16(differing), limit);
}

JIKIMI_AVX512_INLINE std::uint32_t within_of_16(const std::uint8_t* sketches, __m256i wanted,
                                                __m256i limit) {
    const auto* some = reinterpret_cast<const __m256i*>(sketches);
    const __m256i differing = _mm256_xor_si256(_mm256_loadu_si256(some), wanted);
    return _mm256_cmple_epu16_mask(_mm256_popcnt_epi16(differing), limit);
}

JIKIMI_AVX512_INLINE std::uint32_t within_of_8(const std::uint8_t* sketches, __m128i wanted,
                                               __m128i limit) {
    const auto* some = reinterpret_cast<const __m128i*>(sketches);
    const __m128i differing = _mm_xor_si128(_mm_loadu_si128(some), wanted);
    return _mm_cmple_epu16_mask(_mm_popcnt_epi16(differing), limit);
}

// 32 sketches a step, then 16, then 8: a wide step over a short end would wait for a cache line
// that nobody asked for.
JIKIMI_AVX512_INLINE std::size_t scan_run(const RunTask& task, Kept* kept) {
    const __m512i wanted = _mm512_set1_epi16(static_cast<short>(task.wanted));
    const __m512i limit = _mm512_set1_epi16(static_cast<short>(task.limit));
    const __m256i wanted_half = _mm512_castsi512_si256(wanted);
    const __m256i limit_half = _mm512_castsi512_si256(limit);
    std::size_t found = 0;
    std::size_t place = 0;
    while (place < task.count) {
        const std::size_t left = task.count - place;
        const std::uint8_t* some = task.sketches + 2 * place;
        const std::size_t step = left >= 32 ? 32 : left > 8 ? 16 : 8;
        std::uint32_t within =
            step == 32   ? within_of_32(some, wanted, limit)
            : step == 16 ? within_of_16(some, wanted_half, limit_half)
                         : within_of_8(some, _mm256_castsi256_si128(wanted_half),
                                       _mm256_castsi256_si128(limit_half));
        if (left < step) within &= (1U << left) - 1;
        for (; within != 0; within &= within - 1) {
            const auto k = static_cast<std::size_t>(std::countr_zero(within));
            kept[found++] = {task.row_numbers + 4 * (place + k), task.query};
        }
        place += step;
    }
    return found;
}

JIKIMI_AVX512 std::size_t scan_runs(const RunTask* tasks, std::size_t count, Kept* kept) {
    std::size_t found = 0;
    for (std::size_t k = 0; k < count; ++k) {
        found += scan_run(tasks[k], kept + found);
    }
    return found;
}

// Bits in which two neighbouring rows differ from the query, still one count for each of 8 words.
JIKIMI_AVX512_INLINE __m512i counts_of_two(const Row* rows, __m512i query) {
    return _mm512_popcnt_epi64(_mm512_xor_si512(_mm512_loadu_si512(rows), query));
}

// Two of those (rows 0, 1 and rows 2, 3) added up to half rows. In each quarter of the vector lie
// those of rows 0, 2 or 1, 3: words 0 + 1 in the first and third, words 2 + 3 in the others.
JIKIMI_AVX512_INLINE __m512i half_rows(__m512i a, __m512i b) {
    return _mm512_add_epi64(_mm512_unpacklo_epi64(a, b), _mm512_unpackhi_epi64(a, b));
}

// The distances of eight rows, in the order 0 2 1 3 4 6 5 7.
JIKIMI_AVX512_INLINE __m512i eight_distances(const Row* rows, __m512i query) {
    const __m512i front = half_rows(counts_of_two(rows, query), counts_of_two(rows + 2, query));
    const __m512i back = half_rows(counts_of_two(rows + 4, query), counts_of_two(rows + 6, query));
    return _mm512_add_epi64(_mm512_shuffle_i64x2(front, back, 0x88),
                            _mm512_shuffle_i64x2(front, back, 0xdd));
}

JIKIMI_AVX512 std::size_t scan_rows(const Row* rows, std::size_t count, const Row& query,
                                    unsigned radius, std::uint32_t first, RowHit* hits) {
    static constexpr std::uint8_t kOrder[8] = {0, 2, 1, 3, 4, 6, 5, 7};
    const __m512i wanted = _mm512_broadcast_i64x4(
        _mm256_loadu_si256(reinterpret_cast<const __m256i*>(&query)));
    const __m512i limit = _mm512_set1_epi64(static_cast<long long>(radius));
    std::size_t found = 0;
    std::size_t row = 0;
    for (; row + 8 <= count; row += 8) {
        const __m512i bits = eight_distances(rows + row, wanted);
        unsigned within = _mm512_cmple_epu64_mask(bits, limit);
        if (within == 0) continue;
        alignas(64) std::uint64_t distances[8];
        _mm512_store_si512(distances, bits);
        for (; within != 0; within &= within - 1) {
            const auto lane = static_cast<unsigned>(std::countr_zero(within));
            hits[found++] = {static_cast<std::uint32_t>(first + row + kOrder[lane]),
                             static_cast<std::uint16_t>(distances[lane])};
        }
    }
    for (; row < count; ++row) {
        const unsigned bits = distance(rows[row], query);
        if (bits <= radius) {
            hits[found++] = {static_cast<std::uint32_t>(first + row),
                             static_cast<std::uint16_t>(bits)};
        }
    }
    return found;
}

constexpr Twins kTwins{"avx512", 0.14, scan_runs, scan_rows, distance};

}  // namespace

const Twins* avx512_twins() { return &kTwins; }

}  // namespace jikimi::index

#else

namespace jikimi::index {
const Twins* avx512_twins() { return nullptr; }
}  // namespace jikimi::index

#endif
