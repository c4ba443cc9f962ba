// Threads search segments in every way while another removes rows and a third merges, and each
// answer must be that of its moment. Built with a sanitizer by `make check-native`; exits with 1 and
// a line when an answer is wrong.
#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <future>
#include <memory>
#include <numeric>
#include <random>
#include <thread>
#include <vector>

#include "../index/build.hpp"
#include "../index/search.hpp"

using namespace jikimi::index;

namespace {

constexpr std::size_t kRowsEach = 20000;
constexpr std::size_t kSegments = 3;
constexpr std::size_t kRemovals = 4000;
constexpr std::size_t kFamilies = 50;

// Whole pages with an end that a sanitizer guards.
struct Room {
    std::size_t size;
    std::uint8_t* bytes;

    explicit Room(std::size_t length)
        : size(length), bytes(static_cast<std::uint8_t*>(std::aligned_alloc(kPage, length))) {
        std::fill_n(bytes, size, std::uint8_t{0});
    }
    Room(const Room&) = delete;
    ~Room() { std::free(bytes); }
    std::span<std::uint8_t> all() const { return {bytes, size}; }
};

struct Held {
    Room room;
    std::vector<std::uint64_t> removals;
    Segment segment;

    Held(std::span<const std::uint64_t> ids, std::span<const Row> rows, const BitOrder& order)
        : room(layout_for(rows.size()).file_bytes), removals(rows.size(), 0),
          segment((build_segment(room.all(), ids, rows, order, 2), room.all()), removals) {}
};

// Rows near one of a few others; row k of segment s has the id k * kSegments + s.
std::vector<Row> make_rows(std::size_t count, std::uint64_t seed) {
    std::mt19937_64 draw(seed);
    std::mt19937_64 families(7);
    std::vector<Row> centres(kFamilies);
    for (Row& row : centres) {
        for (auto& word : row.words) word = families();
    }
    std::vector<Row> rows(count);
    for (std::size_t k = 0; k < count; ++k) {
        for (std::size_t word = 0; word < 4; ++word) {
            rows[k].words[word] = centres[k % kFamilies].words[word] ^ (draw() & draw() & draw());
        }
    }
    return rows;
}

BitOrder natural_order() {
    BitOrder order;
    std::iota(order.begin(), order.end(), std::uint8_t{0});
    return order;
}

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
    std::fprintf(stderr, "wrong: %s\n", what);
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
        if (merged.find(0).has_value() != (removal == 0 || removal > at)) {
            fail(world, "a merge");
        }
    }
}

}  // namespace

int main() {
    World world;
    std::vector<std::future<void>> tasks;
    for (std::uint64_t reader = 0; reader < 2; ++reader) {
        tasks.push_back(std::async(std::launch::async, search_again_and_again, std::ref(world),
                                   reader + 1));
    }
    tasks.push_back(std::async(std::launch::async, merge_again_and_again, std::ref(world)));
    remove_all(world);
    for (auto& task : tasks) task.get();
    std::puts(world.failed ? "failed" : "every answer was that of its moment");
    return world.failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
