// Segments that were cut off are refused. Changed ones are too, or verify finds it; until then they
// may be searched and merged, and whatever their content says, nobody reads outside of them.
#include <algorithm>
#include <cstring>
#include <random>
#include <stdexcept>
#include <vector>

#include "../index/build.hpp"
#include "../index/checksum.hpp"
#include "../index/search.hpp"
#include "checks.hpp"
#include "made_up.hpp"

using namespace jikimi::index;
using namespace jikimi::checks;

namespace {

constexpr std::size_t kRows = 20000;  // enough for bands
constexpr std::size_t kQueries = 20;
constexpr std::size_t kCuts = 50;
constexpr int kTurns = 60;

struct Whole {
    std::vector<Row> rows = make_rows(kRows, 1);
    Room room{layout_for(kRows).file_bytes};
    std::vector<std::uint64_t> removals = std::vector<std::uint64_t>(kRows, 0);

    Whole() {
        std::vector<std::uint64_t> ids(kRows);
        for (std::size_t k = 0; k < kRows; ++k) ids[k] = 3 * k;
        build_segment(room.all(), ids, rows, natural_order(), 1);
    }

    Room first(std::size_t length) const {
        Room copy(length);
        std::copy_n(room.all().data(), length, copy.all().data());
        return copy;
    }
};

template <typename Work>
bool is_refused(Work work) {
    try {
        work();
    } catch (const DamagedSegment&) {
        return true;
    } catch (const std::invalid_argument&) {
        return true;
    }
    return false;
}

// The header is made to fit, as whoever means harm would.
void change(Room& room, int bytes, std::size_t begin, std::size_t end, std::mt19937_64& draw) {
    for (int k = 0; k < bytes; ++k) {
        room.all()[begin + draw() % (end - begin)] ^= static_cast<std::uint8_t>(1 + draw() % 255);
    }
    const std::uint32_t checksum = crc32c(room.all().first(kPage - sizeof checksum));
    std::memcpy(room.all().data() + kPage - sizeof checksum, &checksum, sizeof checksum);
}

void use(Whole& whole, const Room& room) {
    is_refused([&] {
        const Segment segment(room.all(), whole.removals);
        const std::vector<const Segment*> segments{&segment};
        const std::vector<std::uint16_t> radii(kQueries, 31);
        const auto queries = std::span<const Row>(whole.rows).first(kQueries);
        for (const Twins* twins : runnable_twins()) {
            for (const Way way : {Way::bands, Way::rows}) {
                is_refused([&] { search({segments, 0, {}}, {queries, radii, 0, way}, 2, *twins); });
            }
        }
        Room merged(room.size);
        merge_segments(merged.all(), segments, 0, 1);
    });
}

bool are_cuts_refused(Whole& whole) {
    for (std::size_t cut = 0; cut < kCuts; ++cut) {
        const Room room = whole.first(cut * whole.room.size / kCuts);
        if (!is_refused([&] { Segment(room.all(), whole.removals); })) return false;
    }
    return true;
}

bool are_changes_noticed(Whole& whole) {
    std::mt19937_64 draw(5);
    for (int turn = 0; turn < kTurns; ++turn) {
        Room room = whole.first(whole.room.size);
        const bool in_header = turn % 2 == 0;
        const std::size_t begin = in_header ? 0 : kPage;
        change(room, in_header ? 2 : 300, begin, in_header ? kPage - 4 : room.size, draw);
        use(whole, room);
        const auto verify = [&] { Segment(room.all(), whole.removals).verify(); };
        if (!in_header && !is_refused(verify)) return false;
    }
    return true;
}

}  // namespace

bool jikimi::checks::is_damage_noticed_and_harmless() {
    Whole whole;
    const bool cuts = are_cuts_refused(whole);
    if (!cuts) say_wrong("a segment that was cut off was taken");
    const bool changes = are_changes_noticed(whole);
    if (!changes) say_wrong("a change was not noticed");
    return cuts && changes;
}
