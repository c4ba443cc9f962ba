// What both ways to the grid are made of: a plane of floats, and windows that slide along it.
#pragma once

#include <cstddef>
#include <vector>

namespace jikimi::pdq {

// A float picture, row by row.
struct Plane {
    std::size_t rows;
    std::size_t columns;
    std::vector<float> values;

    Plane(std::size_t height, std::size_t width)
        : rows(height), columns(width), values(height * width) {}
    float* row(std::size_t i) { return values.data() + i * columns; }
    const float* row(std::size_t i) const { return values.data() + i * columns; }
};

// The sliding windows of a box filter along one axis. Output k averages the inputs from k - behind
// to k + ahead that exist; for an even window the longer half lies ahead.
struct Window {
    std::size_t full;
    std::size_t ahead;
    std::size_t length;

    explicit Window(std::size_t dimension)
        : full((dimension + 127) / 128), ahead(full / 2), length(dimension) {}
};

// Walks the window over positions 0 .. length - 1. The running sum must take the entering value
// before it gives up the leaving one: float addition is not associative.
template <typename Enter, typename Leave, typename Write>
void slide(const Window& window, Enter enter, Leave leave, Write write) {
    std::size_t entering = 0;
    std::size_t leaving = 0;
    for (; entering < window.ahead; ++entering) {
        enter(entering);
    }
    for (std::size_t k = 0; k < window.length; ++k) {
        if (entering < window.length) {
            enter(entering++);
        }
        if (k + window.ahead >= window.full) {
            leave(leaving++);
        }
        write(k, static_cast<float>(entering - leaving));
    }
}

}  // namespace jikimi::pdq
