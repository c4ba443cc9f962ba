// Which bit of a hash goes to which band.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "row.hpp"

namespace jikimi::index {

// Entry p is the bit of the hash that becomes bit p of a row. Bit k of a hash is bit k of the
// 256-bit number whose most significant byte comes first; for PDQ that is coefficient
// (k / 16, k % 16).
using BitOrder = std::array<std::uint8_t, kBits>;

class Permutation {
public:
    // Throws std::invalid_argument unless every bit occurs once.
    explicit Permutation(const BitOrder& order);

    // hash: kHashBytes, most significant first; no alignment is asked for.
    Row row_of(const std::uint8_t* hash) const;

    const BitOrder& order() const { return order_; }

private:
    static constexpr std::size_t kNibbles = 2 * kHashBytes;

    BitOrder order_;
    // What each value of each half byte adds to a row: 32 KB, which stays in the first cache.
    std::vector<std::array<Row, 16>> parts_;
};

}  // namespace jikimi::index
