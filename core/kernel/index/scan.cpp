#include <algorithm>
#include <array>

#include "block.hpp"

namespace jikimi::index {
namespace {

constexpr std::size_t kRowsAtOnce = 512;  // 16 KB: stays in the first cache for all queries

}  // namespace

void scan_every_row(const Block& block, const QueryNumbers& queries, std::span<const Row> rows,
                    const Segment* segment) {
    std::array<RowHit, kRowsAtOnce> hits;
    for (std::size_t first = 0; first < rows.size(); first += kRowsAtOnce) {
        const auto some = rows.subspan(first, std::min(kRowsAtOnce, rows.size() - first));
        for (const auto query : queries) {
            if (block.found.is_full(query)) continue;
            const std::size_t count = block.twins.scan_rows(
                some.data(), some.size(), block.rows[query], block.radii[query],
                static_cast<std::uint32_t>(first), hits.data());
            for (const RowHit& hit : std::span(hits).first(count)) {
                if (segment == nullptr || !segment->is_gone(hit.row, block.moment)) {
                    block.found.add(query, hit);
                }
            }
        }
    }
}

}  // namespace jikimi::index
