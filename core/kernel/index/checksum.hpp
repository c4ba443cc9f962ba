// CRC-32C (Castagnoli; RFC 3720, appendix B.4), the checksum of a segment's sections.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace jikimi::index {

std::uint32_t crc32c(std::span<const std::uint8_t> bytes);

// The same without the machine's instruction for it: the reference.
std::uint32_t crc32c_portably(std::span<const std::uint8_t> bytes);

}  // namespace jikimi::index
