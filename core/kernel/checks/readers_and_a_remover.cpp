// Threads search segments in every way while another removes rows and a third merges, and each
// answer must be that of its moment.
#include <atomic>
#include <future>
#include <memory>
#include <random>
#include <thread>
#include <vector>

#include "../index/build.hpp"
#include "../index/search.hpp"
#include "checks.hpp"
#include "made_up.hpp"

using namespace jikimi::index;
using namespace jikimi::checks;

namespace {

constexpr std::size_t kRowsEach = 20000;
constexpr std::size_t kSegments = 3;
constexpr std::size_t kRemovals = 4000;

struct Held {
    Room room;
    std::vector<std::uint64_t> removals;
    Segment segment;

    Held(std::span<const std::uint64_t> ids, std::span<const Row> rows, const BitOrder& order)
        : room(layout_for(rows.size()).file_bytes), removals(rows.size(), 0),
          segment((build_segment(room.all(), ids, rows, order, 2), room.all()), removals) {}
};

// Row k of segment s has the id k * kSegments + s.
struct World {
    std::vector<std::vector<Row>> rows;
    std::vector<std::unique_ptr<Held>> held;
    std::vector<const Segment*> segments;
    std::vector<std::vector<std::uint64_t>> removal_of;  // by segment and row, 0 for never
    std::atomic<std::uint64_t> moment = 0;
    std::atomic<bool> failed = false;

    World() : removal_of(kSegments, std::vector<std::uint64_t>(kRowsEach, 0)) {
        for (std::size_t s = 0; s < kSegments; ++s) {
            std::vector<std::uint64_t> ids(kRowsEach);
            for (std::size_t k = 0; k < kRowsEach; ++k) ids[k] = k * kSegments + s;
            rows.push_back(make_rows(kRowsEach, s + 1));
            held.push_back(std::make_unique<Held>(ids, rows[s], natural_order()));
            segments.push_back(&held[s]->segment);
        }
        for (std::size_t n = 0; n < kRemovals; ++n) {
            removal_of[n % kSegments][(n * 7919) % kRowsEach] = n + 1;
        }
    }

    std::size_t count_within(const Row& query, unsigned radius, std::uint64_t at) const {
        std::size_t count = 0;
        for (std::size_t s = 0; s < kSegments; ++s) {
            for (std::size_t k = 0; k < kRowsEach; ++k) {
                const std::uint64_t removal = removal_of[s][k];
                const bool living = removal == 0 || removal > at;
                count += living && portable_twins()->distance(rows[s][k], query) <= radius;
            }
        }
        return count;
    }
};

void remove_all(World& world) {
    for (std::size_t n = 0; n < kRemovals; ++n) {
        auto& segment = world.held[n % kSegments]->segment;
        const std::size_t row = (n * 7919) % kRowsEach;
        if (world.removal_of[n % kSegments][row] == n + 1) segment.remove(row, n + 1);
        world.moment.store(n + 1, std::memory_order_release);
        if (n % 64 == 0) std::this_thread::yield();
    }
}

void fail(World& world, const char* what) {
    say_wrong(what);
    world.failed = true;
}

void search_again_and_again(World& world, std::uint64_t seed) {
    std::mt19937_64 draw(seed);
    const auto& twins = runnable_twins();
    for (int turn = 0; turn < 60; ++turn) {
        const std::uint64_t at = world.moment.load(std::memory_order_acquire);
        const Row query = world.rows[draw() % kSegments][draw() % kRowsEach];
        const auto radius = static_cast<std::uint16_t>(draw() % 66);
        const auto way = static_cast<Way>(draw() % 3);
        const Searched searched{world.segments, at, {}};
        const auto answers = search(searched, {{&query, 1}, {&radius, 1}, 0, way}, 2,
                                    *twins[draw() % twins.size()]);
        if (answers[0].matches.size() != world.count_within(query, radius, at)) {
            fail(world, "a search");
        }
    }
}

void merge_again_and_again(World& world) {
    for (int turn = 0; turn < 8; ++turn) {
        const std::uint64_t at = world.moment.load(std::memory_order_acquire);
        const std::uint64_t living = count_living(world.segments, at);
        Room room(layout_for(living).file_bytes);
        merge_segments(room.all(), world.segments, at, 2);
        std::vector<std::uint64_t> removals(living, 0);
        const Segment merged(room.all(), removals);
        merged.verify();
        const std::uint64_t removal = world.removal_of[0][0];
        if ((merged.ids()[0] == 0) != (removal == 0 || removal > at)) {
            fail(world, "a merge");
        }
    }
}

}  // namespace

bool jikimi::checks::are_answers_those_of_their_moment() {
    World world;
    std::vector<std::future<void>> tasks;
    for (std::uint64_t reader = 0; reader < 2; ++reader) {
        tasks.push_back(std::async(std::launch::async, search_again_and_again, std::ref(world),
                                   reader + 1));
    }
    tasks.push_back(std::async(std::launch::async, merge_again_and_again, std::ref(world)));
    remove_all(world);
    for (auto& task : tasks) task.get();
    return !world.failed;
}
