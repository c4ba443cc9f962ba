// Looking queries up in the bands of a segment. What takes the time is waiting for memory, so
// everything is asked for well before it is used: where a bucket starts, then its sketches, then the
// row numbers and the rows of what remains.
#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "block.hpp"
#include "planner.hpp"
#include "quotas.hpp"

namespace jikimi::index {
namespace {

constexpr std::size_t kStartsAhead = 48;
constexpr std::size_t kRunsAhead = 24;
constexpr std::size_t kCacheLine = 64;
constexpr std::size_t kAskedForOfARun = 512;   // bytes; the machine itself follows a longer run
constexpr std::size_t kTasksAtOnce = 4096;     // stay in the second cache
constexpr std::size_t kQueriesToSort = 4096;   // from here on, tasks in the order of memory pay
constexpr std::size_t kSketchesAtOnce = 1024;
constexpr std::size_t kCandidatesAtOnce = 256;

// One bucket to look at for one query.
struct Task {
    std::uint32_t query;
    std::uint16_t bucket;
    std::uint8_t band;
    std::uint8_t limit;  // bits by which the next band may differ
};
static_assert(sizeof(Task) == 8);

// An entry whose row must be compared.
struct Candidate {
    const std::uint8_t* row_number;
    std::uint32_t query;
    std::uint32_t row;
};

void ask_for(const void* place) { __builtin_prefetch(place); }

class Lookup {
public:
    Lookup(const Block& block, const Segment& segment)
        : block_(block), segment_(segment), most_units_(most_units(segment)),
          units_(block.rows.size(), 0), done_(block.rows.size(), 0) {}

    QueryNumbers answer(const QueryNumbers& queries) {
        for (std::size_t band = 0; band < kBands; ++band) {
            add_tasks(queries, band);
            if (tasks_.size() < kTasksAtOnce && band + 1 < kBands) continue;
            if (queries.size() >= kQueriesToSort) sort_tasks();
            walk();
            tasks_.clear();
        }
        QueryNumbers given_up;
        for (const auto query : queries) {
            if (units_[query] > most_units_) given_up.push_back(query);
        }
        return given_up;
    }

private:
    void add_tasks(const QueryNumbers& queries, std::size_t band) {
        for (const auto query : queries) {
            const Probing& probing = probing_for(block_.radii[query]);
            if (probing.quotas[band] == 0 || done_[query] != 0) continue;
            const std::uint16_t own = band_of(block_.rows[query], band);
            for (const auto flips : flips_of_at_most(probing.quotas[band] - 1U)) {
                const auto limit = probing.pair_limits[band] - std::popcount(flips);
                tasks_.push_back({query, static_cast<std::uint16_t>(own ^ flips),
                                  static_cast<std::uint8_t>(band),
                                  static_cast<std::uint8_t>(limit)});
            }
        }
    }

    // By bucket; the tasks are of one band.
    void sort_tasks() {
        std::vector<std::uint32_t> next(kBuckets + 1, 0);
        for (const Task& task : tasks_) ++next[task.bucket + std::size_t{1}];
        for (std::size_t bucket = 0; bucket < kBuckets; ++bucket) next[bucket + 1] += next[bucket];
        sorted_.resize(tasks_.size());
        for (const Task& task : tasks_) sorted_[next[task.bucket]++] = task;
        tasks_.swap(sorted_);
    }

    void walk() {
        const std::size_t count = tasks_.size();
        for (std::size_t k = 0; k < std::min(kStartsAhead, count); ++k) ask_for_start(tasks_[k]);
        for (std::size_t k = 0; k < std::min(kRunsAhead, count); ++k) ask_for_run(tasks_[k]);
        for (std::size_t k = 0; k < count; ++k) {
            if (k + kStartsAhead < count) ask_for_start(tasks_[k + kStartsAhead]);
            if (k + kRunsAhead < count) ask_for_run(tasks_[k + kRunsAhead]);
            if (done_[tasks_[k].query] == 0) look_at(tasks_[k]);
        }
        compare_candidates();
    }

    void ask_for_start(const Task& task) const {
        ask_for(segment_.bucket_start(task.band, task.bucket));
    }

    void ask_for_run(const Task& task) const {
        const Run run = segment_.run(task.band, task.bucket);
        if (run.count == 0) return;
        const std::size_t bytes = std::min(2 * run.count, kAskedForOfARun);
        for (std::size_t byte = 0; byte < bytes; byte += kCacheLine) ask_for(run.sketches + byte);
        ask_for(run.sketches + bytes - 1);  // the run may end in one line more
    }

    void look_at(const Task& task) {
        const Run run = segment_.run(task.band, task.bucket);
        const std::uint16_t wanted = band_of(block_.rows[task.query], (task.band + 1U) % kBands);
        units_[task.query] += run.count;
        for (std::size_t first = 0; first < run.count; first += kSketchesAtOnce) {
            const std::size_t found = block_.twins.scan_sketches(
                run.sketches + 2 * first, std::min(kSketchesAtOnce, run.count - first), wanted,
                task.limit, places_.data());
            units_[task.query] += kUnitsPerCandidate * found;
            for (std::size_t k = 0; k < found; ++k) {
                add_candidate(run.row_number(first + places_[k]), task.query);
            }
        }
        if (units_[task.query] > most_units_) done_[task.query] = 1;
    }

    void add_candidate(const std::uint8_t* row_number, std::uint32_t query) {
        ask_for(row_number);
        candidates_[waiting_++] = {row_number, query, 0};
        if (waiting_ == kCandidatesAtOnce) compare_candidates();
    }

    void compare_candidates() {
        const auto waiting = std::span(candidates_).first(waiting_);
        for (Candidate& candidate : waiting) {
            std::memcpy(&candidate.row, candidate.row_number, sizeof candidate.row);
            ask_for(&segment_.row(candidate.row));
        }
        for (const Candidate& candidate : waiting) compare(candidate);
        waiting_ = 0;
    }

    void compare(const Candidate& candidate) {
        const std::uint32_t query = candidate.query;
        const unsigned bits =
            block_.twins.distance(segment_.row(candidate.row), block_.rows[query]);
        if (bits > block_.radii[query] || segment_.is_gone(candidate.row, block_.moment)) return;
        block_.found.add(query, {candidate.row, static_cast<std::uint16_t>(bits)});
        if (block_.found.is_full(query)) done_[query] = 1;
    }

    const Block& block_;
    const Segment& segment_;
    const std::size_t most_units_;
    std::vector<std::size_t> units_;   // what each query has taken
    std::vector<std::uint8_t> done_;   // queries that need no further bucket
    std::vector<Task> tasks_;
    std::vector<Task> sorted_;
    std::array<std::uint32_t, kSketchesAtOnce> places_;
    std::array<Candidate, kCandidatesAtOnce> candidates_;
    std::size_t waiting_ = 0;
};

}  // namespace

QueryNumbers look_up(const Block& block, const QueryNumbers& queries, const Segment& segment) {
    return queries.empty() ? QueryNumbers{} : Lookup(block, segment).answer(queries);
}

}  // namespace jikimi::index
