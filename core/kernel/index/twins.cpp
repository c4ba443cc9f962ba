#include "twins.hpp"

#include <stdexcept>
#include <string>

namespace jikimi::index {
namespace {

std::vector<const Twins*> find_runnable() {
    std::vector<const Twins*> found;
#if defined(__x86_64__)
    __builtin_cpu_init();
    const bool popcnt = __builtin_cpu_supports("popcnt");
    const bool avx512 = __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
                        __builtin_cpu_supports("avx512bitalg") &&
                        __builtin_cpu_supports("avx512vbmi2") && __builtin_cpu_supports("bmi2") &&
                        __builtin_cpu_supports("avx512vpopcntdq");
    if (popcnt && avx512) found.push_back(avx512_twins());
    if (popcnt && __builtin_cpu_supports("avx2")) found.push_back(avx2_twins());
#elif defined(__aarch64__)
    found.push_back(neon_twins());
#endif
    found.push_back(portable_twins());
    return found;
}

}  // namespace

const std::vector<const Twins*>& runnable_twins() {
    static const std::vector<const Twins*> all = find_runnable();
    return all;
}

const Twins& twins_named(std::string_view name) {
    if (name.empty()) return *runnable_twins().front();
    for (const Twins* twins : runnable_twins()) {
        if (twins->name == name) return *twins;
    }
    throw std::invalid_argument("this machine cannot run the loops named " + std::string(name));
}

}  // namespace jikimi::index
