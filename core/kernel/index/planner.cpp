#include "planner.hpp"

#include "quotas.hpp"

namespace jikimi::index {
namespace {

// Rough costs of a lookup, measured at 1 and 10 million rows with queries in batches. They decide
// how fast an answer comes, never which.
constexpr double kNanosecondsPerProbe = 22;
constexpr double kNanosecondsPerEntry = 0.25;
constexpr double kNanosecondsPerCandidate = 12;
constexpr std::size_t kUnitsPerRow = 4;

bool is_looking_up_cheaper(const Segment& segment, unsigned radius, const Twins& twins) {
    const auto rows = static_cast<double>(segment.size());
    const Probing& probing = probing_for(radius);
    const auto probes = static_cast<double>(probing.probes);
    const double banded = probes * kNanosecondsPerProbe +
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
