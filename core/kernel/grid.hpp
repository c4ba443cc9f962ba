// The first half of PDQ: from a picture of any size to the 64 x 64 grey values that the DCT sees.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace jikimi::pdq {

inline constexpr std::size_t kLargestSide = 512;  // a larger picture is sampled to 512 x 512
inline constexpr std::size_t kGridSide = 64;

// Pixels in any arrangement, so that a turned or mirrored picture need not be copied: the steps are
// in bytes and may be negative. channels is 1 (grey) or 3 (red, green, blue, one after the other).
struct Picture {
    const std::uint8_t* pixels;  // of row 0 and column 0
    std::size_t rows;
    std::size_t columns;
    std::size_t channels;
    std::ptrdiff_t row_step;
    std::ptrdiff_t column_step;

    const std::uint8_t* pixel(std::size_t row, std::size_t column) const {
        return pixels + static_cast<std::ptrdiff_t>(row) * row_step +
               static_cast<std::ptrdiff_t>(column) * column_step;
    }
};

template <std::size_t Rows, std::size_t Columns>
using Matrix = std::array<std::array<float, Columns>, Rows>;
using Grid = Matrix<kGridSide, kGridSide>;

// Whether the picture is sampled to 512 x 512 before anything else.
inline bool is_sampled(const Picture& picture) {
    return std::max(picture.rows, picture.columns) > kLargestSide;
}

// The centre of grid cell k along an axis of the given length.
inline std::size_t centre(std::size_t k, std::size_t length) {
    return (2 * k + 1) * length / (2 * kGridSide);
}

// Sampled luma, blurred by two passes of a box filter unless it is 64 x 64 already, then reduced.
// The picture must have at least one pixel. Throws std::bad_alloc.
Grid grid_of(const Picture& picture);

// The same bits, found step by step.
Grid reference_grid_of(const Picture& picture);

}  // namespace jikimi::pdq
