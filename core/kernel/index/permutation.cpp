#include "permutation.hpp"

#include <bitset>
#include <stdexcept>

namespace jikimi::index {
namespace {

void require_every_bit_once(const BitOrder& order) {
    std::bitset<kBits> seen;
    for (const auto bit : order) {
        seen.set(bit);
    }
    if (!seen.all()) {
        throw std::invalid_argument("an order of bits must name each of the 256 bits once");
    }
}

}  // namespace

Permutation::Permutation(const BitOrder& order) : order_(order), parts_(kNibbles) {
    require_every_bit_once(order);
    for (std::size_t place = 0; place < kBits; ++place) {
        const std::size_t bit = order[place];
        // Half byte 0 is the upper half of byte 0, which is the most significant.
        const std::size_t nibble = kNibbles - 1 - bit / 4;
        for (std::size_t value = 0; value < 16; ++value) {
            if ((value >> (bit % 4)) & 1) {
                parts_[nibble][value].words[place / 64] |= std::uint64_t{1} << (place % 64);
            }
        }
    }
}

Row Permutation::row_of(const std::uint8_t* hash) const {
    Row row{};
    for (std::size_t byte = 0; byte < kHashBytes; ++byte) {
        const Row& upper = parts_[2 * byte][hash[byte] >> 4];
        const Row& lower = parts_[2 * byte + 1][hash[byte] & 15];
        for (std::size_t word = 0; word < 4; ++word) {
            row.words[word] |= upper.words[word] | lower.words[word];
        }
    }
    return row;
}

}  // namespace jikimi::index
