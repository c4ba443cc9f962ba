#include "pdq.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numbers>
#include <vector>

namespace jikimi::pdq {
namespace {

template <std::size_t Rows, std::size_t Columns>
using Matrix = std::array<std::array<float, Columns>, Rows>;
using Grid = Matrix<kGridSide, kGridSide>;
using Block = Matrix<kBlockSide, kBlockSide>;

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

bool is_sampled(const Picture& picture) {
    return std::max(picture.rows, picture.columns) > kLargestSide;
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

// --- From the grid to quality and coefficients

// Truncation towards zero is meant: it keeps small gradients, which are noise, out of the sum.
int step_between(float a, float b) { return std::abs(static_cast<int>((a - b) * 100 / 255)); }

int quality_of(const Grid& grid) {
    int steps = 0;
    for (std::size_t i = 0; i < kGridSide; ++i) {
        for (std::size_t j = 0; j < kGridSide; ++j) {
            if (i + 1 < kGridSide) steps += step_between(grid[i][j], grid[i + 1][j]);
            if (j + 1 < kGridSide) steps += step_between(grid[i][j], grid[i][j + 1]);
        }
    }
    return std::min(steps / 90, 100);
}

// Rows 1 to 16 of the 64-point DCT-II; row 0, the mean, is left out.
Matrix<kBlockSide, kGridSide> make_basis() {
    const float scale = static_cast<float>(std::sqrt(2.0 / kGridSide));
    Matrix<kBlockSide, kGridSide> basis;
    for (std::size_t i = 0; i < kBlockSide; ++i) {
        for (std::size_t j = 0; j < kGridSide; ++j) {
            const double angle = (std::numbers::pi / 2.0 / kGridSide) *
                                 static_cast<double>(i + 1) * static_cast<double>(2 * j + 1);
            basis[i][j] = static_cast<float>(scale * std::cos(angle));
        }
    }
    return basis;
}

// basis * grid * basis', each sum in float from k = 0 upwards.
Block coefficients_of(const Grid& grid) {
    static const auto basis = make_basis();
    Matrix<kBlockSide, kGridSide> half{};
    for (std::size_t i = 0; i < kBlockSide; ++i) {
        for (std::size_t k = 0; k < kGridSide; ++k) {
            for (std::size_t j = 0; j < kGridSide; ++j) half[i][j] += basis[i][k] * grid[k][j];
        }
    }
    Block block{};
    for (std::size_t i = 0; i < kBlockSide; ++i) {
        for (std::size_t j = 0; j < kBlockSide; ++j) {
            for (std::size_t k = 0; k < kGridSide; ++k) block[i][j] += half[i][k] * basis[j][k];
        }
    }
    return block;
}

// --- From coefficients to bits

float lower_median(const Block& block) {
    std::array<float, kBlockSide * kBlockSide> values;
    auto next = values.begin();
    for (const auto& row : block) next = std::copy(row.begin(), row.end(), next);
    const auto middle = values.begin() + (values.size() - 1) / 2;
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

Hash bits_of(const Block& block) {
    const float median = lower_median(block);
    Hash hash{};
    for (std::size_t i = 0; i < kBlockSide; ++i) {
        for (std::size_t j = 0; j < kBlockSide; ++j) {
            const std::size_t bit = kBlockSide * i + j;
            if (block[i][j] > median) {
                hash[kHashBytes - 1 - bit / 8] |= static_cast<std::uint8_t>(1U << (bit % 8));
            }
        }
    }
    return hash;
}

// --- The eight orientations: turning or mirroring a picture transposes its DCT and flips signs

enum class Negate { none, even_rows, even_columns, odd_sums };

struct Symmetry {
    bool transpose;
    Negate negate;  // by the row and column before the transposition
};

constexpr std::array<Symmetry, 8> kSymmetries = {{
    {false, Negate::none},          // original
    {true, Negate::even_columns},   // rotated by 90 degrees
    {false, Negate::odd_sums},      // rotated by 180 degrees
    {true, Negate::even_rows},      // rotated by 270 degrees
    {false, Negate::even_rows},     // flipped in x
    {false, Negate::even_columns},  // flipped in y
    {true, Negate::none},           // transposed
    {true, Negate::odd_sums},       // anti-transposed
}};

bool is_negated(Negate negate, std::size_t i, std::size_t j) {
    switch (negate) {
        case Negate::even_rows: return i % 2 == 0;
        case Negate::even_columns: return j % 2 == 0;
        case Negate::odd_sums: return (i + j) % 2 == 1;
        case Negate::none: break;
    }
    return false;
}

Block turned(const Block& block, const Symmetry& symmetry) {
    Block result;
    for (std::size_t i = 0; i < kBlockSide; ++i) {
        for (std::size_t j = 0; j < kBlockSide; ++j) {
            const float value = is_negated(symmetry.negate, i, j) ? -block[i][j] : block[i][j];
            (symmetry.transpose ? result[j][i] : result[i][j]) = value;
        }
    }
    return result;
}

// A thin strip that is sampled has 512 x 512 pixels by then, as in the reference.
bool is_too_small(const Picture& picture) {
    const std::size_t shorter_side = std::min(picture.rows, picture.columns);
    return shorter_side == 0 || (shorter_side < kSmallestSide && !is_sampled(picture));
}

}  // namespace

Fingerprint fingerprint(const Picture& picture) {
    if (is_too_small(picture)) {
        return {};
    }
    const Grid grid = grid_of(picture);
    return {bits_of(coefficients_of(grid)), quality_of(grid)};
}

DihedralFingerprints dihedral_fingerprints(const Picture& picture) {
    DihedralFingerprints result;
    if (is_too_small(picture)) {
        return result;
    }
    const Grid grid = grid_of(picture);
    const Block block = coefficients_of(grid);
    for (std::size_t k = 0; k < kSymmetries.size(); ++k) {
        result.hashes[k] = bits_of(turned(block, kSymmetries[k]));
    }
    result.quality = quality_of(grid);
    return result;
}

}  // namespace jikimi::pdq
