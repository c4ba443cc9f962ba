#include "planner.hpp"

#include "quotas.hpp"

namespace jikimi::index {
namespace {

// Rough costs of a lookup, measured from 20 thousand to 10 million rows and at radii from 15 to 63,
// with queries in batches. They decide how fast an answer comes, never which.
constexpr double kNanosecondsPerProbe = 12;
constexpr double kNanosecondsPerFarProbe = 24;  // into bands too large for the last cache
constexpr std::size_t kFewestFarRows = std::size_t{1} << 19;
constexpr double kNanosecondsPerEntry = 0.25;
constexpr double kNanosecondsPerCandidate = 8;
constexpr std::size_t kUnitsPerRow = 4;

bool is_looking_up_cheaper(const Segment& segment, unsigned radius, const Twins& twins) {
    const auto rows = static_cast<double>(segment.size());
    const Probing& probing = probing_for(radius);
    const auto probes = static_cast<double>(probing.probes);
    const bool far = segment.size() >= kFewestFarRows;
    const double banded = probes * (far ? kNanosecondsPerFarProbe : kNanosecondsPerProbe) +
                          probes * rows / kBuckets * kNanosecondsPerEntry +
                          probing.candidates * rows * kNanosecondsPerCandidate;
    return banded < rows * twins.nanoseconds_per_row;
}

}  // namespace

bool should_look_up(const Segment& segment, unsigned radius, const Twins& twins, Way way) {
    if (!segment.banded() || radius > kLargestBandedRadius || way == Way::rows) return false;
    return way == Way::bands || is_looking_up_cheaper(segment, radius, twins);
}

std::size_t most_units(const Segment& segment) { return kUnitsPerRow * segment.size(); }

}  // namespace jikimi::index
