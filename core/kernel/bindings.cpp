// What Python sees: src/jikimi_core/_kernel.pyi is the contract. Shapes and types are checked
// here, values by the Python callers. The interpreter lock is released while the kernel works.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include "bindings_index.hpp"
#include "pdq.hpp"

namespace nb = nanobind;
using namespace nb::literals;

namespace {

using Pixels = nb::ndarray<const std::uint8_t, nb::device::cpu>;

// In any arrangement, but red, green and blue lie one after the other.
jikimi::pdq::Picture picture_of(const Pixels& pixels) {
    const bool grey = pixels.ndim() == 2;
    const bool rgb = pixels.ndim() == 3 && pixels.shape(2) == 3 &&
                     (pixels.stride(2) == 1 || pixels.size() == 0);
    if (!grey && !rgb) {
        throw nb::value_error("pixels must have the shape (rows, columns) or (rows, columns, 3)");
    }
    return {pixels.data(), pixels.shape(0), pixels.shape(1), grey ? 1U : 3U,
            static_cast<std::ptrdiff_t>(pixels.stride(0)),
            static_cast<std::ptrdiff_t>(pixels.stride(1))};
}

nb::bytes bytes_of(const jikimi::pdq::Hash& hash) { return nb::bytes(hash.data(), hash.size()); }

template <jikimi::pdq::Fingerprint (*fingerprint)(const jikimi::pdq::Picture&)>
nb::tuple pdq(const Pixels& pixels) {
    const auto picture = picture_of(pixels);
    jikimi::pdq::Fingerprint result;
    {
        nb::gil_scoped_release release;
        result = fingerprint(picture);
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

}  // namespace

NB_MODULE(_kernel, module) {
    module.def("pdq", &pdq<&jikimi::pdq::fingerprint>, "pixels"_a.noconvert());
    module.def("pdq_reference", &pdq<&jikimi::pdq::reference_fingerprint>, "pixels"_a.noconvert());
    module.def("pdq_dihedral", &pdq_dihedral, "pixels"_a.noconvert());
    jikimi::bind_segments(module);
    jikimi::bind_search(module);
}
