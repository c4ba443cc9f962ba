// NEON, which every 64-bit ARM has: it counts the bits of bytes and adds neighbours up.
#include "twins.hpp"

#if defined(__aarch64__)

#include <arm_neon.h>

#include <bit>

namespace jikimi::index {
namespace {

inline uint8x16_t load(const void* from) { return vld1q_u8(static_cast<const std::uint8_t*>(from)); }

inline unsigned bits_between(const Row& row, uint8x16_t lower, uint8x16_t upper) {
    const uint8x16_t low = vcntq_u8(veorq_u8(load(row.words), lower));
    const uint8x16_t high = vcntq_u8(veorq_u8(load(row.words + 2), upper));
    return vaddlvq_u8(vaddq_u8(low, high));
}

unsigned distance(const Row& a, const Row& b) {
    return bits_between(a, load(b.words), load(b.words + 2));
}

// 8 sketches a step; the comparison is narrowed to 8 bits for each.
inline std::size_t scan_run(const RunTask& task, Kept* kept) {
    const uint8x16_t wanted = vreinterpretq_u8_u16(vdupq_n_u16(task.wanted));
    const uint16x8_t limit = vdupq_n_u16(task.limit);
    std::size_t found = 0;
    for (std::size_t place = 0; place < task.count; place += 8) {
        const uint8x16_t differing = veorq_u8(load(task.sketches + 2 * place), wanted);
        const uint16x8_t bits = vpaddlq_u8(vcntq_u8(differing));
        const uint8x8_t narrow = vmovn_u16(vcleq_u16(bits, limit));
        std::uint64_t within =
            vget_lane_u64(vreinterpret_u64_u8(narrow), 0) & 0x0101010101010101U;
        const std::size_t left = task.count - place;
        if (left < 8) within &= (std::uint64_t{1} << (8 * left)) - 1;
        for (; within != 0; within &= within - 1) {
            const auto k = static_cast<std::size_t>(std::countr_zero(within)) / 8;
            kept[found++] = {task.row_numbers + 4 * (place + k), task.query};
        }
    }
    return found;
}

std::size_t scan_runs(const RunTask* tasks, std::size_t count, Kept* kept) {
    std::size_t found = 0;
    for (std::size_t k = 0; k < count; ++k) {
        found += scan_run(tasks[k], kept + found);
    }
    return found;
}

std::size_t scan_rows(const Row* rows, std::size_t count, const Row& query, unsigned radius,
                      std::uint32_t first, RowHit* hits) {
    const uint8x16_t lower = load(query.words);
    const uint8x16_t upper = load(query.words + 2);
    std::size_t found = 0;
    for (std::size_t row = 0; row < count; ++row) {
        const unsigned bits = bits_between(rows[row], lower, upper);
        hits[found] = {static_cast<std::uint32_t>(first + row), static_cast<std::uint16_t>(bits)};
        found += bits <= radius;
    }
    return found;
}

constexpr Twins kTwins{"neon", 0.6, scan_runs, scan_rows, distance};

}  // namespace

const Twins* neon_twins() { return &kTwins; }

}  // namespace jikimi::index

#else

namespace jikimi::index {
const Twins* neon_twins() { return nullptr; }
}  // namespace jikimi::index

#endif
