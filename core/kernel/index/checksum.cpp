#include "checksum.hpp"

#include <array>
#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace jikimi::index {
namespace {

constexpr std::uint32_t kPolynomial = 0x82f63b78;  // reflected

constexpr std::array<std::uint32_t, 256> make_table() {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t byte = 0; byte < 256; ++byte) {
        std::uint32_t rest = byte;
        for (int bit = 0; bit < 8; ++bit) {
            rest = (rest >> 1) ^ ((rest & 1) != 0 ? kPolynomial : 0);
        }
        table[byte] = rest;
    }
    return table;
}

constexpr auto kTable = make_table();

#if defined(__x86_64__)
[[gnu::target("sse4.2")]] std::uint32_t crc32c_with_sse42(std::span<const std::uint8_t> bytes) {
    std::uint64_t rest = 0xffffffff;
    std::size_t k = 0;
    for (; k + 8 <= bytes.size(); k += 8) {
        std::uint64_t word;
        std::memcpy(&word, bytes.data() + k, sizeof word);
        rest = _mm_crc32_u64(rest, word);
    }
    auto last = static_cast<std::uint32_t>(rest);
    for (; k < bytes.size(); ++k) {
        last = _mm_crc32_u8(last, bytes[k]);
    }
    return ~last;
}
#endif

}  // namespace

std::uint32_t crc32c_portably(std::span<const std::uint8_t> bytes) {
    std::uint32_t rest = 0xffffffff;
    for (const auto byte : bytes) {
        rest = (rest >> 8) ^ kTable[(rest ^ byte) & 0xff];
    }
    return ~rest;
}

std::uint32_t crc32c(std::span<const std::uint8_t> bytes) {
#if defined(__x86_64__)
    if (__builtin_cpu_supports("sse4.2")) return crc32c_with_sse42(bytes);
#endif
    return crc32c_portably(bytes);
}

}  // namespace jikimi::index
