#include <algorithm>
#include <vector>

#include "bindings_index.hpp"
#include "bound_arrays.hpp"
#include "columns.hpp"
#include "index/build.hpp"
#include "index/checksum.hpp"
#include "index/layout.hpp"

namespace nb = nanobind;
using namespace nb::literals;
using namespace jikimi::index;

namespace {

using jikimi::Column;

Permutation permutation_of(const Bytes& order) {
    if (order.size() != kBits) throw nb::value_error("an order of bits has 256 entries");
    BitOrder bits;
    std::copy_n(order.data(), kBits, bits.begin());
    return Permutation(bits);
}

nb::object permute(const Permutation& permutation, const Hashes& hashes) {
    const std::size_t count = hashes.shape(0);
    Column<std::uint64_t> words(4 * count);
    {
        nb::gil_scoped_release release;
        for (std::size_t k = 0; k < count; ++k) {
            const Row row = permutation.row_of(hashes.data() + k * kHashBytes);
            std::copy_n(row.words, 4, words.values.get() + 4 * k);
        }
    }
    return std::move(words).to_numpy().attr("reshape")(count, 4);
}

void build(const Memory& memory, const Ids& ids, const Rows& rows, const Permutation& permutation,
           std::size_t threads) {
    nb::gil_scoped_release release;
    build_segment(span_of(memory), span_of(ids), span_of_rows(rows), permutation.order(), threads);
}

void merge(const Memory& memory, const nb::tuple& segments, std::uint64_t moment,
           std::size_t threads) {
    const auto sources = segments_of(segments);
    nb::gil_scoped_release release;
    merge_segments(span_of(memory), sources, moment, threads);
}

std::uint64_t living(const nb::tuple& segments, std::uint64_t moment) {
    const auto sources = segments_of(segments);
    nb::gil_scoped_release release;
    return count_living(sources, moment);
}

void verify(const BoundSegment& bound) {
    nb::gil_scoped_release release;
    bound.segment.verify();
}

nb::object find(const BoundSegment& bound, const Ids& ids) {
    Column<std::int64_t> rows(ids.size());
    {
        nb::gil_scoped_release release;
        const Segment& segment = bound.segment;
        std::size_t place = 0;
        for (std::size_t k = 0; k < ids.size(); ++k) {
            const bool onwards = k != 0 && ids(k - 1) <= ids(k);
            place = segment.first_not_less(ids(k), onwards ? place : 0);
            const bool there = place != segment.size() && segment.ids()[place] == ids(k) &&
                               segment.removed_at(place) == 0;
            rows.values[k] = there ? static_cast<std::int64_t>(place) : -1;
        }
    }
    return std::move(rows).to_numpy();
}

void remove_rows(BoundSegment& bound, const Ids& rows, std::uint64_t moment) {
    nb::gil_scoped_release release;
    for (std::size_t k = 0; k < rows.size(); ++k) {
        if (rows(k) >= bound.segment.size()) throw nb::index_error("there is no such row");
    }
    for (std::size_t k = 0; k < rows.size(); ++k) bound.segment.remove(rows(k), moment);
}

// The ids of rows that went after one moment and not after another.
nb::object removed_ids(const BoundSegment& bound, std::uint64_t after, std::uint64_t until) {
    std::vector<std::uint64_t> ids;
    {
        nb::gil_scoped_release release;
        for (std::size_t row = 0; row < bound.segment.size(); ++row) {
            const std::uint64_t at = bound.segment.removed_at(row);
            if (at > after && at <= until) ids.push_back(bound.segment.ids()[row]);
        }
    }
    Column<std::uint64_t> column(ids.size());
    std::copy(ids.begin(), ids.end(), column.values.get());
    return std::move(column).to_numpy();
}

std::uint32_t checksum(const Bytes& content, bool portably) {
    nb::gil_scoped_release release;
    return portably ? crc32c_portably(span_of(content)) : crc32c(span_of(content));
}

}  // namespace

void jikimi::bind_segments(nb::module_& module) {
    nb::exception<DamagedSegment>(module, "DamagedSegment");

    nb::class_<Permutation>(module, "Permutation")
        .def("__init__",
             [](Permutation* self, const Bytes& order) {
                 new (self) Permutation(permutation_of(order));
             },
             "order"_a.noconvert())
        .def_prop_ro("id", [](const Permutation& self) { return permutation_id(self.order()); })
        .def("permute", &permute, "hashes"_a.noconvert());

    nb::class_<BoundSegment>(module, "Segment")
        .def(nb::init<Bytes, Moments>(), "memory"_a.noconvert(), "removals"_a.noconvert())
        .def("__len__", [](const BoundSegment& self) { return self.segment.size(); })
        .def_prop_ro("banded", [](const BoundSegment& self) { return self.segment.banded(); })
        .def_prop_ro("permutation",
                     [](const BoundSegment& self) { return self.segment.permutation(); })
        .def("verify", &verify)
        .def("find", &find, "ids"_a.noconvert())
        .def("remove", &remove_rows, "rows"_a.noconvert(), "moment"_a)
        .def("removed_ids", &removed_ids, "after"_a, "until"_a);

    module.def("segment_bytes",
               [](std::uint64_t rows) { return layout_for(rows).file_bytes; }, "rows"_a);
    module.def("build_segment", &build, "memory"_a.noconvert(), "ids"_a.noconvert(),
               "rows"_a.noconvert(), "permutation"_a, "threads"_a);
    module.def("count_living", &living, "segments"_a, "moment"_a);
    module.def("merge_segments", &merge, "memory"_a.noconvert(), "segments"_a, "moment"_a,
               "threads"_a);
    module.def("crc32c", &checksum, "content"_a.noconvert(), "portably"_a = false);
}
