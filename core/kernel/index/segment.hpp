// One immutable segment, used where it lies in memory or in a mapped file.
#pragma once

#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>

#include "layout.hpp"
#include "permutation.hpp"

namespace jikimi::index {

// What lies there is no segment this program can use; what() says why.
struct DamagedSegment : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// A bucket's entries: count sketches of 2 bytes, then count row numbers of 4 bytes, not aligned.
struct Run {
    const std::uint8_t* sketches;
    std::size_t count;

    const std::uint8_t* row_numbers() const { return sketches + 2 * count; }
};

class Segment {
public:
    // memory: a whole file, aligned to 8 bytes, which stays where it is and does not change. removals:
    // one number a row, 0 or the moment at which the row was removed; written by remove alone.
    // Everything a search relies on is checked, except the content of the sections: see verify.
    // Throws DamagedSegment, std::invalid_argument.
    Segment(std::span<const std::uint8_t> memory, std::span<std::uint64_t> removals);

    std::size_t size() const { return rows_.size(); }
    bool banded() const { return banded_; }
    std::uint64_t permutation() const { return permutation_; }
    std::span<const Row> rows() const { return rows_; }
    std::span<const std::uint64_t> ids() const { return ids_; }  // ascending

    // The bits' order the file itself names.
    BitOrder bit_order() const;

    const std::uint32_t* bucket_start(std::size_t band, std::size_t bucket) const {
        return starts_[band] + bucket;
    }
    // Throws DamagedSegment when the bucket's borders cannot be.
    Run run(std::size_t band, std::size_t bucket) const {
        const std::uint32_t begin = starts_[band][bucket];
        const std::uint32_t end = starts_[band][bucket + 1];
        if (begin > end || end > rows_.size()) refuse_content();
        return {entries_[band] + kEntryBytes * begin, end - begin};
    }
    const Row& row(std::uint32_t number) const {
        if (number >= rows_.size()) refuse_content();
        return rows_[number];
    }

    // Reads everything once and compares the checksums. Throws DamagedSegment.
    void verify() const;

    // The first row from a row on whose id is not less; size() if there is none. Quick when it is
    // near, as when ascending ids are looked for one after the other.
    std::size_t first_not_less(std::uint64_t id, std::size_t from) const;

    // A row is gone from moment on (at least 1). Only one thread at a time removes.
    void remove(std::size_t row, std::uint64_t moment);
    bool is_gone(std::size_t row, std::uint64_t moment) const;
    // When the row was removed, 0 if it was not.
    std::uint64_t removed_at(std::size_t row) const;

private:
    [[noreturn]] static void refuse_content();

    std::span<const std::uint8_t> memory_;
    std::span<std::uint64_t> removals_;
    std::span<const std::uint64_t> ids_;
    std::span<const Row> rows_;
    const std::uint32_t* starts_[kBands] = {};
    const std::uint8_t* entries_[kBands] = {};
    std::uint64_t permutation_ = 0;
    bool banded_ = false;
};

}  // namespace jikimi::index
