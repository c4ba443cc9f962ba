// The first half of PDQ: from a picture of any size to the 64 x 64 grey values that the DCT sees.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace jikimi::pdq {

inline constexpr std::size_t kLargestSide = 512;  // a larger picture is sampled to 512 x 512
inline constexpr std::size_t kGridSide = 64;

// Pixels row by row without gaps; channels is 1 (grey) or 3 (red, green, blue).
struct Picture {
    const std::uint8_t* pixels;
    std::size_t rows;
    std::size_t columns;
    std::size_t channels;
};

template <std::size_t Rows, std::size_t Columns>
using Matrix = std::array<std::array<float, Columns>, Rows>;
using Grid = Matrix<kGridSide, kGridSide>;

// Whether the picture is sampled to 512 x 512 before anything else.
bool is_sampled(const Picture& picture);

// Sampled luma, blurred by two passes of a box filter unless it is 64 x 64 already, then reduced.
// The picture must have at least one pixel. Throws std::bad_alloc.
Grid grid_of(const Picture& picture);

}  // namespace jikimi::pdq
