// The arrays Python passes to the index, and segments that keep theirs.
#pragma once

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include <cstdint>
#include <span>
#include <vector>

#include "index/segment.hpp"

namespace jikimi::index {

namespace nb = nanobind;

using Bytes = nb::ndarray<const std::uint8_t, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
using Memory = nb::ndarray<std::uint8_t, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
using Moments = nb::ndarray<std::uint64_t, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
using Ids = nb::ndarray<const std::uint64_t, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
using Radii = nb::ndarray<const std::uint16_t, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
using Hashes = nb::ndarray<const std::uint8_t, nb::shape<-1, kHashBytes>, nb::c_contig,
                           nb::device::cpu>;
using Rows = nb::ndarray<const std::uint64_t, nb::shape<-1, 4>, nb::c_contig, nb::device::cpu>;

template <typename Array>
auto span_of(const Array& array) {
    return std::span(array.data(), array.size());
}

inline std::span<const Row> span_of_rows(const Rows& rows) {
    return {reinterpret_cast<const Row*>(rows.data()), rows.shape(0)};
}

// A segment and the arrays it lies in.
struct BoundSegment {
    Bytes memory;
    Moments removals;
    Segment segment;

    BoundSegment(Bytes bytes, Moments moments)
        : memory(std::move(bytes)), removals(std::move(moments)),
          segment(span_of(memory), span_of(removals)) {}
};

// A tuple cannot change under a call that has released the interpreter lock.
inline std::vector<const Segment*> segments_of(const nb::tuple& segments) {
    std::vector<const Segment*> found;
    for (nb::handle segment : segments) {
        found.push_back(&nb::cast<BoundSegment&>(segment).segment);
    }
    return found;
}

}  // namespace jikimi::index
