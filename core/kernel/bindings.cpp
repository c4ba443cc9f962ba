// What Python sees: src/jikimi_core/_kernel.pyi is the contract. Shapes and types are checked
// here, values by the Python callers. The interpreter lock is released while the kernel works.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include <memory>
#include <string>

#include "hamming.hpp"
#include "pdq.hpp"

namespace nb = nanobind;
using namespace nb::literals;

namespace {

using Pixels = nb::ndarray<const std::uint8_t, nb::c_contig, nb::device::cpu>;
using HashRows = nb::ndarray<const std::uint8_t, nb::shape<-1, jikimi::hamming::kHashBytes>,
                             nb::c_contig, nb::device::cpu>;
using Ids = nb::ndarray<const std::uint64_t, nb::ndim<1>, nb::c_contig, nb::device::cpu>;

jikimi::pdq::Picture picture_of(const Pixels& pixels) {
    const bool grey = pixels.ndim() == 2;
    if (!grey && !(pixels.ndim() == 3 && pixels.shape(2) == 3)) {
        throw nb::value_error("pixels must have the shape (rows, columns) or (rows, columns, 3)");
    }
    return {pixels.data(), pixels.shape(0), pixels.shape(1), grey ? 1U : 3U};
}

nb::bytes bytes_of(const jikimi::pdq::Hash& hash) { return nb::bytes(hash.data(), hash.size()); }

nb::tuple pdq(const Pixels& pixels) {
    const auto picture = picture_of(pixels);
    jikimi::pdq::Fingerprint result;
    {
        nb::gil_scoped_release release;
        result = jikimi::pdq::fingerprint(picture);
    }
    return nb::make_tuple(bytes_of(result.hash), result.quality);
}

nb::tuple pdq_dihedral(const Pixels& pixels) {
    const auto picture = picture_of(pixels);
    jikimi::pdq::DihedralFingerprints result;
    {
        nb::gil_scoped_release release;
        result = jikimi::pdq::dihedral_fingerprints(picture);
    }
    nb::list hashes;
    for (const auto& hash : result.hashes) {
        hashes.append(bytes_of(hash));
    }
    return nb::make_tuple(nb::tuple(hashes), result.quality);
}

template <typename T>
struct Column {
    std::unique_ptr<T[]> values;
    std::size_t size;

    explicit Column(std::size_t count) : values(new T[count]), size(count) {}

    nb::object to_numpy() && {
        T* data = values.get();
        nb::capsule owner(data, [](void* p) noexcept { delete[] static_cast<T*>(p); });
        values.release();
        return nb::cast(nb::ndarray<nb::numpy, T, nb::ndim<1>>(data, {size}, owner));
    }
};

struct FlatMatches {
    Column<std::int64_t> offsets;
    Column<std::uint64_t> ids;
    Column<std::uint16_t> distances;

    explicit FlatMatches(const jikimi::hamming::MatchesPerQuery& found)
        : offsets(found.size() + 1), ids(total(found)), distances(ids.size) {
        std::size_t next = 0;
        offsets.values[0] = 0;
        for (std::size_t q = 0; q < found.size(); ++q) {
            for (const auto& match : found[q]) {
                ids.values[next] = match.id;
                distances.values[next++] = match.distance;
            }
            offsets.values[q + 1] = static_cast<std::int64_t>(next);
        }
    }

    static std::size_t total(const jikimi::hamming::MatchesPerQuery& found) {
        std::size_t count = 0;
        for (const auto& matches : found) count += matches.size();
        return count;
    }
};

FlatMatches search_without_lock(const HashRows& rows, const Ids& ids, const HashRows& queries,
                                unsigned radius, std::size_t threads) {
    nb::gil_scoped_release release;
    return FlatMatches(jikimi::hamming::search({rows.data(), rows.shape(0)}, ids.data(),
                                               {queries.data(), queries.shape(0)}, radius,
                                               threads));
}

nb::tuple flat_search(const HashRows& rows, const Ids& ids, const HashRows& queries,
                      unsigned radius, std::size_t threads) {
    if (ids.shape(0) != rows.shape(0)) {
        throw nb::value_error("there must be one id for each row");
    }
    FlatMatches found = search_without_lock(rows, ids, queries, radius, threads);
    return nb::make_tuple(std::move(found.offsets).to_numpy(), std::move(found.ids).to_numpy(),
                          std::move(found.distances).to_numpy());
}

}  // namespace

NB_MODULE(_kernel, module) {
    module.def("pdq", &pdq, "pixels"_a.noconvert());
    module.def("pdq_dihedral", &pdq_dihedral, "pixels"_a.noconvert());
    module.def("flat_search", &flat_search, "rows"_a.noconvert(), "ids"_a.noconvert(),
               "queries"_a.noconvert(), "radius"_a, "threads"_a);
}
