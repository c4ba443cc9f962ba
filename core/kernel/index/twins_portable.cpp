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

std::size_t scan_run(const RunTask& task, Kept* kept) {
    std::size_t found = 0;
    for (std::size_t place = 0; place < task.count; ++place) {
        std::uint16_t sketch;
        std::memcpy(&sketch, task.sketches + 2 * place, sizeof sketch);
        const auto differing = static_cast<std::uint16_t>(sketch ^ task.wanted);
        if (std::popcount(differing) <= task.limit) {
            kept[found++] = {task.row_numbers + 4 * place, task.query};
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

constexpr Twins kTwins{"portable", 4, scan_runs, scan_rows, distance};

}  // namespace

const Twins* portable_twins() { return &kTwins; }

}  // namespace jikimi::index
