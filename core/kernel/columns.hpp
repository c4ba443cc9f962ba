// Arrays that are filled without the interpreter lock and handed to Python without a copy.
#pragma once

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include <cstddef>
#include <memory>

namespace jikimi {

template <typename T>
struct Column {
    std::unique_ptr<T[]> values;
    std::size_t size;

    explicit Column(std::size_t count) : values(new T[count]), size(count) {}

    nanobind::object to_numpy() && {
        T* data = values.get();
        nanobind::capsule owner(data, [](void* p) noexcept { delete[] static_cast<T*>(p); });
        values.release();
        return nanobind::cast(
            nanobind::ndarray<nanobind::numpy, T, nanobind::ndim<1>>(data, {size}, owner));
    }
};

}  // namespace jikimi
