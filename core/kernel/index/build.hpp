// Segments from rows, and one segment from several.
#pragma once

#include <cstdint>
#include <span>

#include "layout.hpp"
#include "permutation.hpp"
#include "segment.hpp"

namespace jikimi::index {

// Writes a segment into memory, which is zero and has exactly the bytes layout_for names. ids:
// ascending, each once, one a row. Up to threads bands are made at once.
// Throws std::invalid_argument, std::bad_alloc.
void build_segment(std::span<std::uint8_t> memory, std::span<const std::uint64_t> ids,
                   std::span<const Row> rows, const BitOrder& order, std::size_t threads);

// The rows of all sources that are not gone at the moment.
std::uint64_t count_living(std::span<const Segment* const> sources, std::uint64_t moment);

// Writes those rows as one segment into memory, which is zero and has exactly the bytes layout_for
// names for their number. The sources hold no id twice among those rows and have one order of bits.
// Throws as build_segment, and DamagedSegment when two rows have one id.
void merge_segments(std::span<std::uint8_t> memory, std::span<const Segment* const> sources,
                    std::uint64_t moment, std::size_t threads);

}  // namespace jikimi::index
