#include "search.hpp"

#include <algorithm>
#include <atomic>
#include <future>
#include <numeric>

#include "block.hpp"
#include "gathering.hpp"
#include "planner.hpp"

namespace jikimi::index {
namespace {

constexpr std::size_t kQueriesTogether = 64;
// Many queries are looked up in the order of memory, in blocks of this size.
constexpr std::size_t kManyQueries = 256;
constexpr std::size_t kManyQueriesTogether = 8192;

void search_segment(const Block& block, const Segment& segment) {
    QueryNumbers to_look_up;
    QueryNumbers to_scan;
    for (std::uint32_t query = 0; query < block.rows.size(); ++query) {
        if (block.found.is_full(query)) continue;
        const bool looked_up =
            should_look_up(segment, block.radii[query], block.twins, block.way);
        (looked_up ? to_look_up : to_scan).push_back(query);
    }
    const QueryNumbers given_up = look_up(block, to_look_up, segment);
    to_scan.insert(to_scan.end(), given_up.begin(), given_up.end());
    scan_every_row(block, to_scan, segment.rows(), &segment);
    block.found.name_hits(segment.ids());
}

void search_loose(const Block& block, const LooseRows& loose) {
    QueryNumbers all(block.rows.size());
    std::iota(all.begin(), all.end(), 0U);
    scan_every_row(block, all, loose.rows, nullptr);
    block.found.name_hits(loose.ids);
}

void answer_block(const Searched& searched, const Queries& queries, const Twins& twins,
                  std::size_t first, std::span<Answer> answers) {
    Gathering found(answers.size(), queries.limit);
    const Block block{queries.rows.subspan(first, answers.size()),
                      queries.radii.subspan(first, answers.size()), twins, searched.moment,
                      queries.way, found};
    for (const Segment* segment : searched.segments) search_segment(block, *segment);
    search_loose(block, searched.loose);
    for (std::size_t query = 0; query < answers.size(); ++query) {
        answers[query] = found.take_answer(query);
    }
}

std::size_t queries_together(std::size_t queries, std::size_t threads) {
    const std::size_t share = (queries - 1) / threads + 1;
    const std::size_t most = share >= kManyQueries ? kManyQueriesTogether : kQueriesTogether;
    return std::min(share, most);
}

}  // namespace

std::vector<Answer> search(const Searched& searched, const Queries& queries, std::size_t threads,
                           const Twins& twins) {
    std::vector<Answer> answers(queries.rows.size());
    if (answers.empty()) return answers;
    const std::size_t together = queries_together(answers.size(), threads);
    std::atomic<std::size_t> next = 0;
    const auto answer_blocks = [&] {
        for (std::size_t first = next.fetch_add(together); first < answers.size();
             first = next.fetch_add(together)) {
            const std::size_t count = std::min(together, answers.size() - first);
            answer_block(searched, queries, twins, first, std::span(answers).subspan(first, count));
        }
    };
    const std::size_t blocks = (answers.size() - 1) / together + 1;
    // Futures, because they carry an error back and wait for their thread when one is thrown.
    std::vector<std::future<void>> others;
    for (std::size_t other = 1; other < std::min(threads, blocks); ++other) {
        others.push_back(std::async(std::launch::async, answer_blocks));
    }
    answer_blocks();
    for (auto& other : others) other.get();
    return answers;
}

}  // namespace jikimi::index
