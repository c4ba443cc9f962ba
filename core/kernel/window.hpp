// Windows that slide along an axis, as both ways to the grid have them.
#pragma once

#include <cstddef>

namespace jikimi::pdq {

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
