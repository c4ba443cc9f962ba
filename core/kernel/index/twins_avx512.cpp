// AVX-512 with its counting instructions (BITALG for 16-bit, VPOPCNTDQ for 64-bit numbers) and the
// one that moves chosen 16-bit numbers together (VBMI2).
#include "twins.hpp"

#if defined(__x86_64__)

#if defined(__GNUC__) && !defined(__clang__)
// GCC 12 and older warn of their own header.
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
#include <immintrin.h>

#include <algorithm>
#include <bit>

#define JIKIMI_AVX512_UNITS \
    "avx512bw,avx512vl,avx512bitalg,avx512vbmi2,avx512vpopcntdq,bmi2,popcnt"
#define JIKIMI_AVX512 [[gnu::target(JIKIMI_AVX512_UNITS)]]
#define JIKIMI_AVX512_INLINE [[gnu::target(JIKIMI_AVX512_UNITS), gnu::always_inline]] inline

namespace jikimi::index {
namespace {

JIKIMI_AVX512 unsigned distance(const Row& a, const Row& b) {
    unsigned bits = 0;
    for (std::size_t word = 0; word < 4; ++word) {
        bits += static_cast<unsigned>(std::popcount(a.words[word] ^ b.words[word]));
    }
    return bits;
}

constexpr std::size_t kSketchesAStep = 32;

// Which of the sketches there are within the limit, a bit for each: of 16, of 8.
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

// Of a short run hardly anything is kept, and asking whether something is costs nothing. 16
// sketches a step, then 8: a wide step over a short end would wait for a cache line nobody asked for.
JIKIMI_AVX512_INLINE std::size_t scan_short_run(const RunTask& task, Kept* kept) {
    const __m256i wanted = _mm256_set1_epi16(static_cast<short>(task.wanted));
    const __m256i limit = _mm256_set1_epi16(static_cast<short>(task.limit));
    std::size_t found = 0;
    std::size_t place = 0;
    while (place < task.count) {
        const std::size_t left = task.count - place;
        const std::uint8_t* some = task.sketches + 2 * place;
        const std::size_t step = left > 8 ? 16 : 8;
        std::uint32_t within = step == 16 ? within_of_16(some, wanted, limit)
                                          : within_of_8(some, _mm256_castsi256_si128(wanted),
                                                        _mm256_castsi256_si128(limit));
        if (left < step) within &= (1U << left) - 1;
        for (; within != 0; within &= within - 1) {
            const auto k = static_cast<std::size_t>(std::countr_zero(within));
            kept[found++] = {task.row_numbers + 4 * (place + k), task.query};
        }
        place += step;
    }
    return found;
}

// Where in a run the sketches are that are within the limit. Nothing is asked about any one of
// them: which are kept is chance, and each wrong guess at a branch costs as much as a step.
JIKIMI_AVX512_INLINE std::size_t places_within(const RunTask& task, std::uint16_t* places) {
    const __m512i wanted = _mm512_set1_epi16(static_cast<short>(task.wanted));
    const __m512i limit = _mm512_set1_epi16(static_cast<short>(task.limit));
    __m512i numbers = _mm512_set_epi16(31, 30, 29, 28, 27, 26, 25, 24, 23, 22, 21, 20, 19, 18, 17, 16,
                                       15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
    const __m512i step = _mm512_set1_epi16(kSketchesAStep);
    std::size_t found = 0;
    for (std::size_t place = 0; place < task.count; place += kSketchesAStep) {
        const auto left = static_cast<unsigned>(std::min(task.count - place, kSketchesAStep));
        const __mmask32 there = _bzhi_u32(~0U, left);
        const __m512i sketches = _mm512_maskz_loadu_epi16(there, task.sketches + 2 * place);
        const __m512i bits = _mm512_popcnt_epi16(_mm512_xor_si512(sketches, wanted));
        const __mmask32 within = _mm512_mask_cmple_epu16_mask(there, bits, limit);
        _mm512_storeu_si512(places + found, _mm512_maskz_compress_epi16(within, numbers));
        found += static_cast<std::size_t>(std::popcount(static_cast<std::uint32_t>(within)));
        numbers = _mm512_add_epi16(numbers, step);
    }
    return found;
}

// Eight at a time, and past the end of what was found: there is room, and it is written over.
JIKIMI_AVX512_INLINE std::size_t scan_long_run(const RunTask& task, Kept* kept) {
    static_assert(sizeof(Kept) == 16);
    alignas(64) std::uint16_t places[kLongestRun + kSketchesAStep];
    const std::size_t found = places_within(task, places);
    const __m512i first = _mm512_set1_epi64(reinterpret_cast<long long>(task.row_numbers));
    const __m512i query = _mm512_set1_epi64(task.query);
    const __m512i front = _mm512_set_epi64(11, 3, 10, 2, 9, 1, 8, 0);
    const __m512i back = _mm512_set_epi64(15, 7, 14, 6, 13, 5, 12, 4);
    for (std::size_t k = 0; k < found; k += kKeptTogether) {
        const __m128i some = _mm_load_si128(reinterpret_cast<const __m128i*>(places + k));
        const __m512i offsets = _mm512_slli_epi64(_mm512_cvtepu16_epi64(some), 2);
        const __m512i numbers = _mm512_add_epi64(first, offsets);
        _mm512_storeu_si512(kept + k, _mm512_permutex2var_epi64(numbers, front, query));
        _mm512_storeu_si512(kept + k + 4, _mm512_permutex2var_epi64(numbers, back, query));
    }
    return found;
}

JIKIMI_AVX512 std::size_t scan_runs(const RunTask* tasks, std::size_t count, Kept* kept) {
    std::size_t found = 0;
    for (std::size_t k = 0; k < count; ++k) {
        const bool is_short = tasks[k].count <= kSketchesAStep;
        found += is_short ? scan_short_run(tasks[k], kept + found)
                          : scan_long_run(tasks[k], kept + found);
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
