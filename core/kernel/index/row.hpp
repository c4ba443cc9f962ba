// A 256-bit hash as the index holds it: its bits dealt out to 16 bands of 16 bits.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

namespace jikimi::index {

static_assert(std::endian::native == std::endian::little,
              "segments are little-endian and used where they lie");

inline constexpr std::size_t kBits = 256;
inline constexpr std::size_t kHashBytes = kBits / 8;
inline constexpr std::size_t kBands = 16;
inline constexpr std::size_t kBandBits = 16;
inline constexpr std::size_t kBuckets = std::size_t{1} << kBandBits;

// Band b is bits 16 b to 16 b + 15, counted from the lowest bit of words[0].
struct Row {
    std::uint64_t words[4];
};
static_assert(sizeof(Row) == kHashBytes);

inline std::uint16_t band_of(const Row& row, std::size_t band) {
    return static_cast<std::uint16_t>(row.words[band / 4] >> (kBandBits * (band % 4)));
}

}  // namespace jikimi::index
