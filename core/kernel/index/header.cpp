#include "header.hpp"

#include <cstring>
#include <string>

#include "checksum.hpp"
#include "segment.hpp"

namespace jikimi::index {
namespace {

constexpr std::array<char, 8> kMagic = {'J', 'I', 'K', 'I', 'M', 'I', 'S', 'G'};
constexpr std::uint32_t kByteOrder = 0x01020304;
constexpr std::uint32_t kVersion = 1;

std::uint32_t checksum_of(const Header& header) {
    return crc32c({reinterpret_cast<const std::uint8_t*>(&header), offsetof(Header, checksum)});
}

void require(bool holds, const std::string& otherwise) {
    if (!holds) throw DamagedSegment(otherwise);
}

void check_kind(const Header& header) {
    require(header.magic == kMagic, "is not a segment of an index");
    require(header.byte_order == kByteOrder, "was written in another byte order; build it anew");
    require(header.version == kVersion, "has version " + std::to_string(header.version) +
                                            "; this program reads version " +
                                            std::to_string(kVersion));
    require(header.checksum == checksum_of(header),
            "is damaged: its header does not fit its checksum");
}

// A checksum finds damage, not malice: nothing in the header is believed that can be computed.
void check_places(const Header& header, std::size_t file_bytes) {
    require(header.rows >= 1 && header.rows <= kMostRows, "names an impossible number of rows");
    const Layout layout = layout_for(header.rows);
    require(header.file_bytes == layout.file_bytes && file_bytes == layout.file_bytes,
            "does not have the length it names");
    require(header.bands == (layout.banded ? kBands : 0) &&
                header.sections == layout.sections.size(),
            "does not have the sections it should");
    for (std::size_t k = 0; k < layout.sections.size(); ++k) {
        require(header.section[k].offset == layout.sections[k].offset &&
                    header.section[k].bytes == layout.sections[k].bytes,
                "does not have its sections where they should be");
    }
    require(header.permutation == permutation_id(header.order), "does not fit its order of bits");
}

}  // namespace

void write_header(std::span<std::uint8_t> memory, const Layout& layout, const BitOrder& order) {
    Header header{};
    header.magic = kMagic;
    header.byte_order = kByteOrder;
    header.version = kVersion;
    header.rows = layout.rows;
    header.file_bytes = layout.file_bytes;
    header.permutation = permutation_id(order);
    header.bands = layout.banded ? kBands : 0;
    header.sections = static_cast<std::uint32_t>(layout.sections.size());
    header.order = order;
    for (std::size_t k = 0; k < layout.sections.size(); ++k) {
        const auto [offset, bytes] = layout.sections[k];
        header.section[k] = {offset, bytes, crc32c(memory.subspan(offset, whole_pages(bytes))), 0};
    }
    header.checksum = checksum_of(header);
    std::memcpy(memory.data(), &header, sizeof header);
}

Header read_header(std::span<const std::uint8_t> memory) {
    require(memory.size() >= sizeof(Header::magic) &&
                std::memcmp(memory.data(), kMagic.data(), kMagic.size()) == 0,
            "is not a segment of an index");
    require(memory.size() >= sizeof(Header), "is cut off");
    Header header;
    std::memcpy(&header, memory.data(), sizeof header);
    check_kind(header);
    check_places(header, memory.size());
    return header;
}

}  // namespace jikimi::index
