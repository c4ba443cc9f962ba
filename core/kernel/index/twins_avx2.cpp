// AVX2 has no instruction that counts bits in a vector; a table of 16 in a register counts those of
// each half byte.
#include "twins.hpp"

#if defined(__x86_64__)

#include <immintrin.h>

#include <bit>

#define JIKIMI_AVX2 [[gnu::target("avx2,popcnt")]]
#define JIKIMI_AVX2_INLINE [[gnu::target("avx2,popcnt"), gnu::always_inline]] inline

namespace jikimi::index {
namespace {

JIKIMI_AVX2 unsigned distance(const Row& a, const Row& b) {
    unsigned bits = 0;
    for (std::size_t word = 0; word < 4; ++word) {
        bits += static_cast<unsigned>(std::popcount(a.words[word] ^ b.words[word]));
    }
    return bits;
}

JIKIMI_AVX2_INLINE __m256i load(const void* from) {
    return _mm256_loadu_si256(static_cast<const __m256i*>(from));
}

JIKIMI_AVX2_INLINE __m256i bits_per_byte(__m256i bytes) {
    const __m256i bits = _mm256_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4,  //
                                          0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4);
    const __m256i half = _mm256_set1_epi8(0x0f);
    const __m256i lower = _mm256_and_si256(bytes, half);
    const __m256i upper = _mm256_and_si256(_mm256_srli_epi16(bytes, 4), half);
    return _mm256_add_epi8(_mm256_shuffle_epi8(bits, lower), _mm256_shuffle_epi8(bits, upper));
}

// 16 sketches a step; the comparison leaves two equal bits in the mask for each.
JIKIMI_AVX2_INLINE std::size_t scan_run(const RunTask& task, Kept* kept) {
    const __m256i wanted = _mm256_set1_epi16(static_cast<short>(task.wanted));
    const __m256i limit = _mm256_set1_epi16(static_cast<short>(task.limit));
    const __m256i ones = _mm256_set1_epi8(1);
    std::size_t found = 0;
    for (std::size_t place = 0; place < task.count; place += 16) {
        const __m256i differing = _mm256_xor_si256(load(task.sketches + 2 * place), wanted);
        const __m256i bits = _mm256_maddubs_epi16(bits_per_byte(differing), ones);
        const auto beyond =
            static_cast<std::uint32_t>(_mm256_movemask_epi8(_mm256_cmpgt_epi16(bits, limit)));
        std::uint32_t within = ~beyond & 0x55555555U;
        const std::size_t left = task.count - place;
        if (left < 16) within &= (1U << (2 * left)) - 1;
        for (; within != 0; within &= within - 1) {
            const auto k = static_cast<std::size_t>(std::countr_zero(within)) / 2;
            kept[found++] = {task.row_numbers + 4 * (place + k), task.query};
        }
    }
    return found;
}

JIKIMI_AVX2 std::size_t scan_runs(const RunTask* tasks, std::size_t count, Kept* kept) {
    std::size_t found = 0;
    for (std::size_t k = 0; k < count; ++k) {
        found += scan_run(tasks[k], kept + found);
    }
    return found;
}

// The distances of four rows, 16 bits each, in one number.
JIKIMI_AVX2_INLINE std::uint64_t four_distances(const Row* rows, __m256i query) {
    const __m256i zero = _mm256_setzero_si256();
    __m256i sums = zero;
    for (int k = 3; k >= 0; --k) {
        const __m256i bits = bits_per_byte(_mm256_xor_si256(load(rows + k), query));
        sums = _mm256_add_epi64(_mm256_slli_epi64(sums, 16), _mm256_sad_epu8(bits, zero));
    }
    const __m128i halves =
        _mm_add_epi64(_mm256_castsi256_si128(sums), _mm256_extracti128_si256(sums, 1));
    return static_cast<std::uint64_t>(_mm_cvtsi128_si64(halves)) +
           static_cast<std::uint64_t>(_mm_extract_epi64(halves, 1));
}

JIKIMI_AVX2 std::size_t scan_rows(const Row* rows, std::size_t count, const Row& query,
                                  unsigned radius, std::uint32_t first, RowHit* hits) {
    constexpr std::uint64_t kOnes = 0x0001000100010001;
    constexpr std::uint64_t kTops = 0x8000800080008000;
    const __m256i wanted = load(&query);
    const std::uint64_t beyond = (radius + 1) * kOnes;
    std::size_t found = 0;
    std::size_t row = 0;
    for (; row + 4 <= count; row += 4) {
        const std::uint64_t four = four_distances(rows + row, wanted);
        // Four subtractions in one number: a top bit that stays says that the row is beyond.
        std::uint64_t within = ~((four | kTops) - beyond) & kTops;
        for (; within != 0; within &= within - 1) {
            const auto k = static_cast<unsigned>(std::countr_zero(within)) / 16;
            hits[found++] = {static_cast<std::uint32_t>(first + row + k),
                             static_cast<std::uint16_t>(four >> (16 * k))};
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

constexpr Twins kTwins{"avx2", 0.45, scan_runs, scan_rows, distance};

}  // namespace

const Twins* avx2_twins() { return &kTwins; }

}  // namespace jikimi::index

#else

namespace jikimi::index {
const Twins* avx2_twins() { return nullptr; }
}  // namespace jikimi::index

#endif
