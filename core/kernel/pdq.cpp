#include "pdq.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <numbers>

namespace jikimi::pdq {
namespace {

using Block = Matrix<kBlockSide, kBlockSide>;

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

Fingerprint fingerprint_of(const Grid& grid) {
    return {bits_of(coefficients_of(grid)), quality_of(grid)};
}

}  // namespace

Fingerprint fingerprint(const Picture& picture) {
    return is_too_small(picture) ? Fingerprint{} : fingerprint_of(grid_of(picture));
}

Fingerprint reference_fingerprint(const Picture& picture) {
    return is_too_small(picture) ? Fingerprint{} : fingerprint_of(reference_grid_of(picture));
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
