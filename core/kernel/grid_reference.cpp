// The readable way to the grid, one step after the other. grid.cpp goes the same way faster and is
// held equal to this one, bit for bit.
#include "grid.hpp"

#include <vector>

#include "window.hpp"

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
            const std::size_t source_column = j * picture.columns / columns;
            luma.row(i)[j] = luma_of(picture.pixel(source_row, source_column), picture.channels);
        }
    }
    return luma;
}

// --- From luma to the 64 x 64 grid

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

}  // namespace

Grid reference_grid_of(const Picture& picture) {
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
