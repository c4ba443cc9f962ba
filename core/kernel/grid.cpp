// The fast twin of grid_reference.cpp. The box filter's running sums round at every step, and a
// hash shows it where coefficients tie: so every sum here takes the same values in the same order
// as there, and what is saved is all the rest. Sums along a row, each of which waits for the one
// before it, advance in eight rows at once. The second pass divides and writes only what the grid
// keeps, and along the columns has only those sums that lead to it.
#include "grid.hpp"

#include "window.hpp"

namespace jikimi::pdq {
namespace {

constexpr std::size_t kLanes = 8;

using Row = std::array<float, kLargestSide>;
using Lanes = std::array<float, kLanes>;
using Strip = std::array<Lanes, kLargestSide>;  // eight rows side by side, column by column

// --- From pixels to luma

// The pixels that are looked at, and their luma. It is a thousandth of a whole number and rounded
// once: floats hold 299 r + 587 g + 114 b exactly, and no thousandth of it is so near the middle
// between two floats that the reference's double sum could be rounded to the other one.
class Samples {
public:
    explicit Samples(const Picture& picture)
        : rows(is_sampled(picture) ? kLargestSide : picture.rows),
          columns(is_sampled(picture) ? kLargestSide : picture.columns),
          picture_(picture) {
        for (std::size_t j = 0; j < columns; ++j) {
            offsets_[j] = picture.pixel(0, j * picture.columns / columns) - picture.pixels;
        }
    }

    void luma_of_row(std::size_t i, float* out) const {
        const std::uint8_t* row = picture_.pixel(i * picture_.rows / rows, 0);
        if (picture_.channels == 1) {
            for (std::size_t j = 0; j < columns; ++j) out[j] = row[offsets_[j]];
            return;
        }
        std::array<std::int32_t, kLargestSide> thousandths;
        for (std::size_t j = 0; j < columns; ++j) {
            const std::uint8_t* pixel = row + offsets_[j];
            thousandths[j] = 299 * pixel[0] + 587 * pixel[1] + 114 * pixel[2];
        }
        for (std::size_t j = 0; j < columns; ++j) {
            out[j] = static_cast<float>(thousandths[j]) / 1000.0F;
        }
    }

    const std::size_t rows;
    const std::size_t columns;

private:
    const Picture& picture_;
    std::array<std::ptrdiff_t, kLargestSide> offsets_;
};

// --- From luma to the 64 x 64 grid

// Which cells of the grid have their centre at position k along an axis: from begin(k) to end(k).
// On a long axis none or one; on a short one several share a position.
class Cells {
public:
    explicit Cells(std::size_t length) {
        for (std::size_t cell = 0; cell < kGridSide; ++cell) ++begins_[centre(cell, length) + 1];
        for (std::size_t k = 0; k < length; ++k) begins_[k + 1] += begins_[k];
    }
    std::size_t begin(std::size_t k) const { return begins_[k]; }
    std::size_t end(std::size_t k) const { return begins_[k + 1]; }

private:
    std::array<std::size_t, kLargestSide + 1> begins_{};
};

// Room for whole strips: rows beyond the last one are never read.
Plane plane_for_strips(std::size_t rows, std::size_t columns) {
    return {(rows + kLanes - 1) / kLanes * kLanes, columns};
}

// read(i, out) writes row i of the input.
template <typename Read>
void fill(Strip& strip, std::size_t first, std::size_t rows, std::size_t columns, Read read) {
    Row row{};
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
        if (first + lane < rows) read(first + lane, row.data());
        for (std::size_t j = 0; j < columns; ++j) strip[j][lane] = row[j];
    }
}

// write(first, k, averages) gets average k of the eight rows from first on, for every k for which
// is_kept(k).
template <typename Read, typename IsKept, typename Write>
void average_along_rows(std::size_t rows, std::size_t columns, Read read, IsKept is_kept,
                        Write write) {
    Strip strip;
    for (std::size_t first = 0; first < rows; first += kLanes) {
        fill(strip, first, rows, columns, read);
        Lanes sums{};
        const auto enter = [&](std::size_t k) {
            for (std::size_t lane = 0; lane < kLanes; ++lane) sums[lane] += strip[k][lane];
        };
        const auto leave = [&](std::size_t k) {
            for (std::size_t lane = 0; lane < kLanes; ++lane) sums[lane] -= strip[k][lane];
        };
        const auto average = [&](std::size_t k, float count) {
            if (!is_kept(k)) return;
            Lanes averages;
            for (std::size_t lane = 0; lane < kLanes; ++lane) averages[lane] = sums[lane] / count;
            write(first, k, averages);
        };
        slide(Window(columns), enter, leave, average);
    }
}

// write(k, sums, count) gets the running sums of all columns at row k.
template <typename Write>
void sum_along_columns(const Plane& in, std::size_t rows, Write write) {
    Row sums{};
    const auto enter = [&](std::size_t k) {
        const float* row = in.row(k);
        for (std::size_t j = 0; j < in.columns; ++j) sums[j] += row[j];
    };
    const auto leave = [&](std::size_t k) {
        const float* row = in.row(k);
        for (std::size_t j = 0; j < in.columns; ++j) sums[j] -= row[j];
    };
    slide(Window(rows), enter, leave,
          [&](std::size_t k, float count) { write(k, sums, count); });
}

Plane blurred_once(const Samples& samples) {
    Plane along_rows = plane_for_strips(samples.rows, samples.columns);
    average_along_rows(
        samples.rows, samples.columns,
        [&](std::size_t i, float* out) { samples.luma_of_row(i, out); },
        [](std::size_t) { return true; },
        [&](std::size_t first, std::size_t k, const Lanes& averages) {
            for (std::size_t i = 0; i < kLanes; ++i) along_rows.row(first + i)[k] = averages[i];
        });
    Plane blurred(samples.rows, samples.columns);
    sum_along_columns(along_rows, samples.rows,
                      [&](std::size_t k, const Row& sums, float count) {
                          float* out = blurred.row(k);
                          for (std::size_t j = 0; j < samples.columns; ++j) out[j] = sums[j] / count;
                      });
    return blurred;
}

Grid kept_of_second_blur(const Plane& blurred) {
    Plane along_rows = plane_for_strips(blurred.rows, kGridSide);
    const Cells cells(blurred.columns);
    average_along_rows(
        blurred.rows, blurred.columns,
        [&](std::size_t i, float* out) { std::copy_n(blurred.row(i), blurred.columns, out); },
        [&](std::size_t k) { return cells.begin(k) < cells.end(k); },
        [&](std::size_t first, std::size_t k, const Lanes& averages) {
            for (std::size_t cell = cells.begin(k); cell < cells.end(k); ++cell) {
                for (std::size_t i = 0; i < kLanes; ++i) along_rows.row(first + i)[cell] = averages[i];
            }
        });
    Grid grid;
    const Cells row_cells(blurred.rows);
    sum_along_columns(along_rows, blurred.rows, [&](std::size_t k, const Row& sums, float count) {
        for (std::size_t cell = row_cells.begin(k); cell < row_cells.end(k); ++cell) {
            for (std::size_t j = 0; j < kGridSide; ++j) grid[cell][j] = sums[j] / count;
        }
    });
    return grid;
}

}  // namespace

Grid grid_of(const Picture& picture) {
    const Samples samples(picture);
    if (samples.rows != kGridSide || samples.columns != kGridSide) {
        return kept_of_second_blur(blurred_once(samples));
    }
    Grid grid;
    for (std::size_t i = 0; i < kGridSide; ++i) samples.luma_of_row(i, grid[i].data());
    return grid;
}

}  // namespace jikimi::pdq
