// The reference: what the other twins must equal.
#include <bit>
#include <cstring>

#include "twins.hpp"

namespace jikimi::index {
namespace {

unsigned distance(const Row& a, const Row& b) {
    unsigned bits = 0;
    for (std::size_t word = 0; word < 4; ++word) {
        bits += static_cast<unsigned>(std::popcount(a.words[word] ^ b.words[word]));
    }
    return bits;
}

std::size_t scan_sketches(const std::uint8_t* sketches, std::size_t count, std::uint16_t wanted,
                          unsigned limit, std::uint32_t* places) {
    std::size_t found = 0;
    for (std::size_t place = 0; place < count; ++place) {
        std::uint16_t sketch;
        std::memcpy(&sketch, sketches + 2 * place, sizeof sketch);
        if (static_cast<unsigned>(std::popcount(static_cast<std::uint16_t>(sketch ^ wanted))) <=
            limit) {
            places[found++] = static_cast<std::uint32_t>(place);
        }
    }
    return found;
}

std::size_t scan_rows(const Row* rows, std::size_t count, const Row& query, unsigned radius,
                      std::uint32_t first, RowHit* hits) {
    std::size_t found = 0;
    for (std::size_t k = 0; k < count; ++k) {
        const unsigned bits = distance(rows[k], query);
        if (bits <= radius) {
            hits[found++] = {static_cast<std::uint32_t>(first + k),
                             static_cast<std::uint16_t>(bits)};
        }
    }
    return found;
}

constexpr Twins kTwins{"portable", 4, scan_sketches, scan_rows, distance};

}  // namespace

const Twins* portable_twins() { return &kTwins; }

}  // namespace jikimi::index
