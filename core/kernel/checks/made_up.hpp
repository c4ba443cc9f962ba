// Rows, and memory for segments of them.
#pragma once

#include <cstdint>
#include <memory>
#include <numeric>
#include <random>
#include <span>
#include <vector>

#include "../index/permutation.hpp"

namespace jikimi::checks {

// Zeros, with ends that a sanitizer guards.
struct Room {
    std::size_t size;
    std::unique_ptr<std::uint64_t[]> words;

    explicit Room(std::size_t length)
        : size(length), words(std::make_unique<std::uint64_t[]>((length + 7) / 8)) {}
    std::span<std::uint8_t> all() const {
        return {reinterpret_cast<std::uint8_t*>(words.get()), size};
    }
};

// Rows each of which is near one of fifty others.
inline std::vector<index::Row> make_rows(std::size_t count, std::uint64_t seed) {
    std::mt19937_64 draw(seed);
    std::mt19937_64 families(7);
    std::vector<index::Row> centres(50);
    for (index::Row& row : centres) {
        for (auto& word : row.words) word = families();
    }
    std::vector<index::Row> rows(count);
    for (std::size_t k = 0; k < count; ++k) {
        const index::Row& centre = centres[k % centres.size()];
        for (std::size_t word = 0; word < 4; ++word) {
            rows[k].words[word] = centre.words[word] ^ (draw() & draw() & draw());
        }
    }
    return rows;
}

inline index::BitOrder natural_order() {
    index::BitOrder order;
    std::iota(order.begin(), order.end(), std::uint8_t{0});
    return order;
}

}  // namespace jikimi::checks
