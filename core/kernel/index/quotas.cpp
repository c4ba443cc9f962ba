#include "quotas.hpp"

#include <algorithm>
#include <bit>
#include <vector>

namespace jikimi::index {
namespace {

constexpr unsigned kMostFlips = kLargestBandedRadius / kBands;  // the largest quota less one

struct Flips {
    std::vector<std::uint16_t> masks;
    std::array<std::size_t, kMostFlips + 1> up_to{};  // masks with at most so many bits

    Flips() {
        for (std::size_t mask = 0; mask < kBuckets; ++mask) {
            if (std::popcount(mask) <= static_cast<int>(kMostFlips)) {
                masks.push_back(static_cast<std::uint16_t>(mask));
            }
        }
        std::stable_sort(masks.begin(), masks.end(), [](std::uint16_t a, std::uint16_t b) {
            return std::popcount(a) < std::popcount(b);
        });
        for (const auto mask : masks) {
            for (auto bits = static_cast<unsigned>(std::popcount(mask)); bits <= kMostFlips;
                 ++bits) {
                ++up_to[bits];
            }
        }
    }
};

const Flips& flips() {
    static const Flips all;
    return all;
}

// The share of all 16-bit numbers with at most so many bits set.
double share_within(unsigned bits) {
    double choices = 1;
    double sum = 0;
    for (unsigned k = 0; k <= std::min<unsigned>(bits, kBandBits); ++k) {
        sum += choices;
        choices = choices * (kBandBits - k) / (k + 1);
    }
    return sum / static_cast<double>(kBuckets);
}

// radius + 1 dealt out as evenly as it goes.
Quotas even_quotas(unsigned radius) {
    Quotas quotas;
    for (unsigned band = 0; band < kBands; ++band) {
        const unsigned before = band * (radius + 1) / kBands;
        quotas[band] = static_cast<std::uint8_t>((band + 1) * (radius + 1) / kBands - before);
    }
    return quotas;
}

Probing make_probing(unsigned radius) {
    Probing probing;
    probing.quotas = even_quotas(radius);
    for (std::size_t band = 0; band < kBands; ++band) {
        const unsigned own = probing.quotas[band];
        if (own == 0) continue;
        const unsigned both = own + probing.quotas[(band + 1) % kBands];
        probing.pair_limits[band] = static_cast<std::uint8_t>(both - 1);
        for (const auto mask : flips_of_at_most(own - 1)) {
            const auto flipped = static_cast<unsigned>(std::popcount(mask));
            probing.candidates += share_within(both - 1 - flipped) / static_cast<double>(kBuckets);
        }
        probing.probes += flips_of_at_most(own - 1).size();
    }
    return probing;
}

}  // namespace

std::span<const std::uint16_t> flips_of_at_most(unsigned bits) {
    return std::span(flips().masks).first(flips().up_to[bits]);
}

const Probing& probing_for(unsigned radius) {
    static const std::vector<Probing> all = [] {
        std::vector<Probing> made;
        for (unsigned r = 0; r <= kLargestBandedRadius; ++r) {
            made.push_back(make_probing(r));
        }
        return made;
    }();
    return all[radius];
}

}  // namespace jikimi::index
