// Looking queries up in the bands of a segment. What takes the time is waiting for memory, so
// everything is asked for well before it is used: where a bucket starts, then its sketches, then the
// row numbers and the rows of what remains.
#include <algorithm>
#include <array>
#include <cstring>

#include "block.hpp"
#include "planner.hpp"
#include "quotas.hpp"

namespace jikimi::index {
namespace {

constexpr std::size_t kTasksTogether = 8;
constexpr std::size_t kStartsAhead = 48;  // tasks; more than the runs below
constexpr std::size_t kGroupsAhead = 3;   // groups of kTasksTogether
constexpr std::size_t kCacheLine = 64;
constexpr std::size_t kAskedForOfARun = 512;   // bytes; the machine itself follows a longer run
constexpr std::size_t kTasksAtOnce = 4096;     // stay in the second cache
constexpr std::size_t kQueriesToSort = 256;    // from here on, tasks in the order of memory pay
constexpr unsigned kSortedBits = 10;  // of a bucket; what the others choose between is near
constexpr std::size_t kComparedTogether = 192;
constexpr std::size_t kMostKept = kComparedTogether + kTasksTogether * kLongestRun + kKeptTogether;

// One bucket to look at for one query.
struct Task {
    std::uint32_t query;
    std::uint16_t bucket;
    std::uint8_t band;
    std::uint8_t limit;  // bits by which the next band may differ
};
static_assert(sizeof(Task) == 8);

// Runs whose sketches were asked for.
struct Group {
    std::array<RunTask, kTasksTogether> runs;
    std::size_t count = 0;
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
            const auto flips = flips_of_at_most(probing.quotas[band] - 1U);
            const std::uint16_t own = band_of(block_.rows[query], band);
            std::size_t next = tasks_.size();
            tasks_.resize(next + flips.size());
            for (const Flips some : flips) {
                tasks_[next++] = {query, static_cast<std::uint16_t>(own ^ some.mask),
                                  static_cast<std::uint8_t>(band),
                                  static_cast<std::uint8_t>(probing.pair_limits[band] - some.bits)};
            }
        }
    }

    // By the upper bits of the bucket; the tasks are of one band.
    void sort_tasks() {
        constexpr unsigned kShift = kBandBits - kSortedBits;
        std::array<std::uint32_t, (std::size_t{1} << kSortedBits) + 1> next{};
        for (const Task& task : tasks_) ++next[(task.bucket >> kShift) + std::size_t{1}];
        for (std::size_t k = 1; k < next.size(); ++k) next[k] += next[k - 1];
        sorted_.resize(tasks_.size());
        for (const Task& task : tasks_) sorted_[next[task.bucket >> kShift]++] = task;
        tasks_.swap(sorted_);
    }

    // Groups of tasks pass through a ring: while one is asked for, one asked for before is scanned.
    void walk() {
        const std::size_t count = tasks_.size();
        const std::size_t groups = (count + kTasksTogether - 1) / kTasksTogether;
        for (std::size_t k = 0; k < std::min(kStartsAhead, count); ++k) ask_for_start(tasks_[k]);
        for (std::size_t group = 0; group < groups + kGroupsAhead; ++group) {
            Group& place = ring_[group % ring_.size()];
            if (group >= kGroupsAhead) scan(ring_[(group - kGroupsAhead) % ring_.size()]);
            if (group < groups) fill(place, group * kTasksTogether);
        }
        compare_kept();
    }

    void ask_for_start(const Task& task) const {
        ask_for(segment_.bucket_start(task.band, task.bucket));
    }

    void fill(Group& group, std::size_t first) {
        group.count = 0;
        const std::size_t end = std::min(first + kTasksTogether, tasks_.size());
        for (std::size_t k = first; k < end; ++k) {
            if (k + kStartsAhead < tasks_.size()) ask_for_start(tasks_[k + kStartsAhead]);
            if (done_[tasks_[k].query] == 0) add_run(group, tasks_[k]);
        }
    }

    void add_run(Group& group, const Task& task) {
        const Run run = segment_.run(task.band, task.bucket);
        if (run.count == 0) return;
        spend(task.query, run.count);
        const std::uint16_t wanted = band_of(block_.rows[task.query], (task.band + 1U) % kBands);
        const RunTask whole{run.sketches, run.row_numbers(), static_cast<std::uint32_t>(run.count),
                            task.query, wanted, task.limit};
        if (run.count > kLongestRun) {
            scan_long(whole);
            return;
        }
        ask_for_sketches(run);
        group.runs[group.count++] = whole;
    }

    static void ask_for_sketches(const Run& run) {
        const std::size_t bytes = std::min(2 * run.count, kAskedForOfARun);
        for (std::size_t byte = 0; byte < bytes; byte += kCacheLine) ask_for(run.sketches + byte);
        ask_for(run.sketches + bytes - 1);  // the run may end in one line more
    }

    void scan_long(RunTask task) {
        std::uint32_t left = task.count;
        while (left != 0 && done_[task.query] == 0) {
            task.count = std::min<std::uint32_t>(left, kLongestRun);
            scan_runs(&task, 1);
            task.sketches += 2 * task.count;
            task.row_numbers += 4 * task.count;
            left -= task.count;
        }
    }

    void scan(const Group& group) { scan_runs(group.runs.data(), group.count); }

    void scan_runs(const RunTask* runs, std::size_t count) {
        const std::size_t found = block_.twins.scan_runs(runs, count, kept_.data() + waiting_);
        for (std::size_t k = 0; k < found; ++k) ask_for(kept_[waiting_ + k].row_number);
        waiting_ += found;
        if (waiting_ >= kComparedTogether) compare_kept();
    }

    void compare_kept() {
        for (std::size_t first = 0; first < waiting_; first += kComparedTogether) {
            compare(std::span(kept_).subspan(first, std::min(kComparedTogether, waiting_ - first)));
        }
        waiting_ = 0;
    }

    void compare(std::span<const Kept> some) {
        std::array<std::uint32_t, kComparedTogether> rows;
        for (std::size_t k = 0; k < some.size(); ++k) {
            std::memcpy(&rows[k], some[k].row_number, sizeof rows[k]);
            ask_for(&segment_.row(rows[k]));
        }
        for (std::size_t k = 0; k < some.size(); ++k) {
            compare(rows[k], static_cast<std::uint32_t>(some[k].query));
        }
    }

    void compare(std::uint32_t row, std::uint32_t query) {
        if (done_[query] != 0) return;
        spend(query, kUnitsPerCandidate);
        const unsigned bits = block_.twins.distance(segment_.row(row), block_.rows[query]);
        if (bits > block_.radii[query] || segment_.is_gone(row, block_.moment)) return;
        block_.found.add(query, {row, static_cast<std::uint16_t>(bits)});
        if (block_.found.is_full(query)) done_[query] = 1;
    }

    void spend(std::uint32_t query, std::size_t units) {
        units_[query] += units;
        if (units_[query] > most_units_) done_[query] = 1;
    }

    const Block& block_;
    const Segment& segment_;
    const std::size_t most_units_;
    std::vector<std::size_t> units_;   // what each query has taken
    std::vector<std::uint8_t> done_;   // queries that need no further bucket
    std::vector<Task> tasks_;
    std::vector<Task> sorted_;
    std::array<Group, kGroupsAhead + 1> ring_;
    std::array<Kept, kMostKept> kept_;
    std::size_t waiting_ = 0;
};

}  // namespace

QueryNumbers look_up(const Block& block, const QueryNumbers& queries, const Segment& segment) {
    return queries.empty() ? QueryNumbers{} : Lookup(block, segment).answer(queries);
}

}  // namespace jikimi::index
