// The first page of a segment.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "layout.hpp"

namespace jikimi::index {

inline constexpr std::size_t kMostSections = 2 + 2 * kBands;

struct SectionEntry {
    std::uint64_t offset;
    std::uint64_t bytes;
    std::uint32_t checksum;
    std::uint32_t zero;
};

struct Header {
    std::array<char, 8> magic;
    std::uint32_t byte_order;
    std::uint32_t version;
    std::uint64_t rows;
    std::uint64_t file_bytes;
    std::uint64_t permutation;
    std::uint32_t bands;
    std::uint32_t sections;
    std::uint64_t zero[2];
    BitOrder order;
    SectionEntry section[kMostSections];
    std::uint8_t reserved[kPage - 320 - kMostSections * sizeof(SectionEntry) - 4];
    std::uint32_t checksum;  // of everything before it
};
static_assert(sizeof(Header) == kPage);

// Writes the page for sections that are in place. memory: the whole file.
void write_header(std::span<std::uint8_t> memory, const Layout& layout, const BitOrder& order);

// The header of a file of this length, checked. Throws DamagedSegment.
Header read_header(std::span<const std::uint8_t> memory);

}  // namespace jikimi::index
