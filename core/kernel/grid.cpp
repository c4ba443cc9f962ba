#include "grid.hpp"

#include <algorithm>
#include <vector>

namespace jikimi::pdq {
namespace {

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

// --- From pixels to luma

// The weighted sum is taken in double and rounded once: so grey as RGB equals grey, and JavaScript,
// whose numbers are doubles, gets the same value.
float luma_of(const std::uint8_t* pixel, std::size_t channels) {
    if (channels == 1) {
        return static_cast<float>(pixel[0]);
    }
    return static_cast<float>(pixel[0] * 0.299 + pixel[1] * 0.587 + pixel[2] * 0.114);
}

// Nearest neighbour to 512 x 512 when either side is longer than that, luma of what is kept.
Plane sampled_luma(const Picture& picture) {
    const std::size_t rows = is_sampled(picture) ? kLargestSide : picture.rows;
    const std::size_t columns = is_sampled(picture) ? kLargestSide : picture.columns;
    Plane luma(rows, columns);
    for (std::size_t i = 0; i < rows; ++i) {
        const std::size_t source_row = i * picture.rows / rows;
        for (std::size_t j = 0; j < columns; ++j) {
            const std::size_t source = source_row * picture.columns + j * picture.columns / columns;
            luma.row(i)[j] = luma_of(picture.pixels + source * picture.channels, picture.channels);
        }
    }
    return luma;
}

// --- From luma to the 64 x 64 grid

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

void average_along_rows(const Plane& in, Plane& out) {
    const Window window(in.columns);
    for (std::size_t i = 0; i < in.rows; ++i) {
        const float* source = in.row(i);
        float* target = out.row(i);
        float sum = 0.0F;
        slide(
            window, [&](std::size_t k) { sum += source[k]; },
            [&](std::size_t k) { sum -= source[k]; },
            [&](std::size_t k, float count) { target[k] = sum / count; });
    }
}

// All columns advance together, row by row: the same sums in the same order as one at a time, and
// memory is read in sequence.
void average_along_columns(const Plane& in, Plane& out) {
    const std::size_t columns = in.columns;
    std::vector<float> sums(columns, 0.0F);
    const auto add_row = [&](std::size_t k) {
        const float* source = in.row(k);
        for (std::size_t j = 0; j < columns; ++j) sums[j] += source[j];
    };
    const auto take_row = [&](std::size_t k) {
        const float* source = in.row(k);
        for (std::size_t j = 0; j < columns; ++j) sums[j] -= source[j];
    };
    const auto write_row = [&](std::size_t k, float count) {
        float* target = out.row(k);
        for (std::size_t j = 0; j < columns; ++j) target[j] = sums[j] / count;
    };
    slide(Window(in.rows), add_row, take_row, write_row);
}

// Two passes of a box make a tent.
void blur(Plane& luma) {
    Plane between(luma.rows, luma.columns);
    for (int pass = 0; pass < 2; ++pass) {
        average_along_rows(luma, between);
        average_along_columns(between, luma);
    }
}

// The centre of grid cell k along an axis of the given length.
std::size_t centre(std::size_t k, std::size_t length) {
    return (2 * k + 1) * length / (2 * kGridSide);
}

}  // namespace

bool is_sampled(const Picture& picture) {
    return std::max(picture.rows, picture.columns) > kLargestSide;
}

Grid grid_of(const Picture& picture) {
    Plane luma = sampled_luma(picture);
    if (luma.rows != kGridSide || luma.columns != kGridSide) {
        blur(luma);
    }
    Grid grid;
    for (std::size_t i = 0; i < kGridSide; ++i) {
        const float* source = luma.row(centre(i, luma.rows));
        for (std::size_t j = 0; j < kGridSide; ++j) {
            grid[i][j] = source[centre(j, luma.columns)];
        }
    }
    return grid;
}

}  // namespace jikimi::pdq
