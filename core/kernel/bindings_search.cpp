#include <nanobind/stl/string_view.h>

#include <algorithm>
#include <cstring>
#include <vector>

#include "bindings_index.hpp"
#include "bound_arrays.hpp"
#include "flat_answers.hpp"
#include "index/search.hpp"

namespace nb = nanobind;
using namespace nb::literals;
using namespace jikimi::index;

namespace {

using jikimi::FlatAnswers;

std::vector<Row> rows_of(const Permutation& permutation, const Hashes& hashes) {
    std::vector<Row> rows(hashes.shape(0));
    for (std::size_t k = 0; k < rows.size(); ++k) {
        rows[k] = permutation.row_of(hashes.data() + k * kHashBytes);
    }
    return rows;
}

FlatAnswers search_without_lock(const Permutation& permutation, const Searched& searched,
                                const Hashes& hashes, const Radii& radii, std::size_t limit,
                                std::size_t threads, const Twins& twins, Way way) {
    nb::gil_scoped_release release;
    const std::vector<Row> queries = rows_of(permutation, hashes);
    return FlatAnswers(search(searched, {queries, span_of(radii), limit, way}, threads, twins));
}

Way way_named(std::string_view name) {
    if (name == "cheapest") return Way::cheapest;
    if (name == "bands") return Way::bands;
    if (name == "rows") return Way::rows;
    throw nb::value_error("a way to search is cheapest, bands or rows");
}

nb::tuple search_all(const Permutation& permutation, const nb::tuple& segments,
                     std::uint64_t moment, const Ids& loose_ids, const Rows& loose_rows,
                     const Hashes& hashes, const Radii& radii, std::size_t limit,
                     std::size_t threads, std::string_view twins, std::string_view way) {
    if (loose_ids.size() != loose_rows.shape(0) || radii.size() != hashes.shape(0)) {
        throw nb::value_error("there must be one id a row and one radius a query");
    }
    const auto all = segments_of(segments);
    const Searched searched{all, moment, {span_of(loose_ids), span_of_rows(loose_rows)}};
    FlatAnswers found = search_without_lock(permutation, searched, hashes, radii, limit,
                                            std::max<std::size_t>(threads, 1), twins_named(twins),
                                            way_named(way));
    return nb::make_tuple(std::move(found.offsets).to_numpy(), std::move(found.ids).to_numpy(),
                          std::move(found.distances).to_numpy(),
                          std::move(found.capped).to_numpy());
}

// Distances do not depend on an order of bits, so the bytes are taken as they lie.
std::vector<Row> rows_as_they_lie(const Hashes& hashes) {
    std::vector<Row> rows(hashes.shape(0));
    if (!rows.empty()) std::memcpy(rows.data(), hashes.data(), rows.size() * sizeof(Row));
    return rows;
}

FlatAnswers compare_without_lock(const Hashes& hashes, const Ids& ids, const Hashes& queries,
                                 std::uint16_t radius, std::size_t threads) {
    nb::gil_scoped_release release;
    const std::vector<Row> rows = rows_as_they_lie(hashes);
    const std::vector<Row> asked = rows_as_they_lie(queries);
    const std::vector<std::uint16_t> radii(asked.size(), radius);
    const Searched searched{{}, 0, {span_of(ids), rows}};
    return FlatAnswers(search(searched, {asked, radii, 0}, std::max<std::size_t>(threads, 1),
                              twins_named("")));
}

nb::tuple flat_search(const Hashes& hashes, const Ids& ids, const Hashes& queries,
                      std::uint16_t radius, std::size_t threads) {
    if (ids.size() != hashes.shape(0)) {
        throw nb::value_error("there must be one id for each row");
    }
    FlatAnswers found = compare_without_lock(hashes, ids, queries, radius, threads);
    return nb::make_tuple(std::move(found.offsets).to_numpy(), std::move(found.ids).to_numpy(),
                          std::move(found.distances).to_numpy());
}

nb::tuple twin_names() {
    nb::list names;
    for (const Twins* twins : runnable_twins()) names.append(nb::str(twins->name.data()));
    return nb::tuple(names);
}

}  // namespace

void jikimi::bind_search(nb::module_& module) {
    module.def("search", &search_all, "permutation"_a, "segments"_a, "moment"_a,
               "loose_ids"_a.noconvert(), "loose_rows"_a.noconvert(), "hashes"_a.noconvert(),
               "radii"_a.noconvert(), "limit"_a, "threads"_a, "twins"_a = "", "way"_a = "cheapest");
    module.def("flat_search", &flat_search, "rows"_a.noconvert(), "ids"_a.noconvert(),
               "queries"_a.noconvert(), "radius"_a, "threads"_a);
    module.def("twins", &twin_names);
}
