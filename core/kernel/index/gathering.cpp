#include "gathering.hpp"

#include <algorithm>

namespace jikimi::index {
namespace {

constexpr std::size_t kHitsBetweenCounts = 64;

void keep_each_row_once(std::vector<RowHit>& hits) {
    std::sort(hits.begin(), hits.end(),
              [](const RowHit& a, const RowHit& b) { return a.row < b.row; });
    const auto same = [](const RowHit& a, const RowHit& b) { return a.row == b.row; };
    hits.erase(std::unique(hits.begin(), hits.end(), same), hits.end());
}

bool is_nearer(const Match& a, const Match& b) {
    return a.distance != b.distance ? a.distance < b.distance : a.id < b.id;
}

}  // namespace

void Gathering::count(Finds& finds) {
    keep_each_row_once(finds.hits);
    finds.full = finds.matches.size() + finds.hits.size() > limit_;
    finds.count_at = 2 * finds.hits.size() + kHitsBetweenCounts;
}

void Gathering::name_hits(std::span<const std::uint64_t> ids) {
    for (Finds& finds : finds_) {
        if (finds.hits.empty()) continue;
        keep_each_row_once(finds.hits);
        for (const RowHit& hit : finds.hits) {
            finds.matches.push_back({ids[hit.row], hit.distance});
        }
        finds.hits.clear();
        finds.count_at = 0;
        finds.full = limit_ != 0 && finds.matches.size() > limit_;
    }
}

Answer Gathering::take_answer(std::size_t query) {
    Answer answer{std::move(finds_[query].matches), false};
    std::sort(answer.matches.begin(), answer.matches.end(), is_nearer);
    if (limit_ != 0 && answer.matches.size() > limit_) {
        answer.matches.resize(limit_);
        answer.capped = true;
    }
    return answer;
}

}  // namespace jikimi::index
