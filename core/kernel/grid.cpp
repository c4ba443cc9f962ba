// The fast twin of grid_reference.cpp. The box filter's running sums round at every step, and a
// hash shows it where coefficients tie: so every sum here takes the same values in the same order
// as there, and what is saved is all the rest. Rows pass through both passes one after the other,
// so that all of it stays in the nearest cache. Sums along a row, each of which waits for the one
// before it, advance in eight rows at once. The second pass divides and keeps only what the grid
// needs, and along the columns has only the sums that lead to it.
#include "grid.hpp"

#include "window.hpp"

namespace jikimi::pdq {
namespace {

constexpr std::size_t kLanes = 8;

using Row = std::array<float, kLargestSide>;
using Lanes = std::array<float, kLanes>;

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

// Where the average at position k along an axis goes: to the places from begin(k) to end(k).
class Places {
public:
    static Places one_each(std::size_t length) {
        Places places;
        for (std::size_t k = 0; k < length; ++k) places.begins_[k + 1] = k + 1;
        return places;
    }

    // To the cells of the grid with their centre there: one or none, several on a short axis.
    static Places cells(std::size_t length) {
        Places places;
        for (std::size_t cell = 0; cell < kGridSide; ++cell) {
            ++places.begins_[centre(cell, length) + 1];
        }
        for (std::size_t k = 0; k < length; ++k) places.begins_[k + 1] += places.begins_[k];
        return places;
    }

    std::size_t begin(std::size_t k) const { return begins_[k]; }
    std::size_t end(std::size_t k) const { return begins_[k + 1]; }

private:
    std::array<std::size_t, kLargestSide + 1> begins_{};
};

// Takes rows in order and hands on their averages along the row, those that have a place.
template <typename Give>
class AlongRows {
public:
    AlongRows(std::size_t columns, const Places& places, Give give)
        : window_(columns), places_(places), give_(give) {}

    void take(const float* row) {
        for (std::size_t k = 0; k < window_.length; ++k) strip_[k][held_] = row[k];
        if (++held_ == kLanes) hand_on();
    }

    void finish() {
        if (held_ > 0) hand_on();
    }

private:
    void hand_on() {
        Lanes sums{};
        const auto enter = [&](std::size_t k) {
            for (std::size_t lane = 0; lane < kLanes; ++lane) sums[lane] += strip_[k][lane];
        };
        const auto leave = [&](std::size_t k) {
            for (std::size_t lane = 0; lane < kLanes; ++lane) sums[lane] -= strip_[k][lane];
        };
        slide(window_, enter, leave, [&](std::size_t k, float count) {
            for (std::size_t place = places_.begin(k); place < places_.end(k); ++place) {
                for (std::size_t lane = 0; lane < kLanes; ++lane) {
                    averages_[lane][place] = sums[lane] / count;
                }
            }
        });
        for (std::size_t lane = 0; lane < held_; ++lane) give_(averages_[lane].data());
        held_ = 0;
    }

    const Window window_;
    const Places places_;
    Give give_;
    std::size_t held_ = 0;
    std::array<Lanes, kLargestSide> strip_{};  // rows side by side, column by column
    std::array<Row, kLanes> averages_;
};

// Takes rows in order and hands on, for each position k down the columns, the sums of the window
// there and how many rows they are of: give(k, sums, count).
template <typename Give>
class DownColumns {
public:
    DownColumns(std::size_t rows, std::size_t columns, Give give)
        : window_(rows), columns_(columns), give_(give) {}

    void take(const float* row) {
        for (std::size_t j = 0; j < columns_; ++j) sums_[j] += row[j];
        if (entered_ >= window_.ahead) leave();
        std::copy_n(row, columns_, inside_[entered_ % kWidest].data());
        if (++entered_ > window_.ahead) hand_on();
    }

    void finish() {
        while (given_ < window_.length) {
            leave();
            hand_on();
        }
    }

private:
    static constexpr std::size_t kWidest = (kLargestSide + 127) / 128;

    void leave() {
        if (given_ + window_.ahead < window_.full) return;
        const Row& row = inside_[left_++ % kWidest];
        for (std::size_t j = 0; j < columns_; ++j) sums_[j] -= row[j];
    }

    void hand_on() { give_(given_++, sums_, static_cast<float>(entered_ - left_)); }

    const Window window_;
    const std::size_t columns_;
    Give give_;
    std::size_t entered_ = 0;
    std::size_t left_ = 0;
    std::size_t given_ = 0;
    Row sums_{};
    std::array<Row, kWidest> inside_;
};

Grid blurred_grid(const Samples& samples) {
    Grid grid;
    const Places cells = Places::cells(samples.rows);
    DownColumns second_down(
        samples.rows, kGridSide, [&](std::size_t k, const Row& sums, float count) {
            for (std::size_t cell = cells.begin(k); cell < cells.end(k); ++cell) {
                for (std::size_t j = 0; j < kGridSide; ++j) grid[cell][j] = sums[j] / count;
            }
        });
    AlongRows second_along(samples.columns, Places::cells(samples.columns),
                           [&](const float* row) { second_down.take(row); });
    DownColumns first_down(
        samples.rows, samples.columns, [&](std::size_t, const Row& sums, float count) {
            Row averages;
            for (std::size_t j = 0; j < samples.columns; ++j) averages[j] = sums[j] / count;
            second_along.take(averages.data());
        });
    AlongRows first_along(samples.columns, Places::one_each(samples.columns),
                          [&](const float* row) { first_down.take(row); });
    Row luma;
    for (std::size_t i = 0; i < samples.rows; ++i) {
        samples.luma_of_row(i, luma.data());
        first_along.take(luma.data());
    }
    first_along.finish();
    first_down.finish();
    second_along.finish();
    second_down.finish();
    return grid;
}

}  // namespace

Grid grid_of(const Picture& picture) {
    const Samples samples(picture);
    if (samples.rows != kGridSide || samples.columns != kGridSide) {
        return blurred_grid(samples);
    }
    Grid grid;
    for (std::size_t i = 0; i < kGridSide; ++i) samples.luma_of_row(i, grid[i].data());
    return grid;
}

}  // namespace jikimi::pdq
