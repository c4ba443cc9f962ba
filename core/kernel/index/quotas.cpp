#include "quotas.hpp"

#include <algorithm>
#include <bit>
#include <vector>

namespace jikimi::index {
namespace {

constexpr unsigned kMostFlips = kLargestBandedRadius / kBands;  // the largest quota less one

struct AllFlips {
    std::vector<Flips> flips;
    std::array<std::size_t, kMostFlips + 1> up_to{};  // how many flip at most so many bits

    AllFlips() {
        for (unsigned bits = 0; bits <= kMostFlips; ++bits) {
            for (std::size_t mask = 0; mask < kBuckets; ++mask) {
                if (std::popcount(mask) != static_cast<int>(bits)) continue;
                flips.push_back({static_cast<std::uint16_t>(mask), static_cast<std::uint8_t>(bits)});
            }
            up_to[bits] = flips.size();
        }
    }
};

const AllFlips& all_flips() {
    static const AllFlips all;
    return all;
}

// The share of all 16-bit numbers with at most so many bits set.
double share_within(unsigned bits) {
    double choices = 1;
    double sum = 0;
    for (unsigned k = 0; k <= std::min<unsigned>(bits, kBandBits); ++k) {
        sum += choices;
        choices = choices * static_cast<double>(kBandBits - k) / (k + 1);
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
        for (const Flips flips : flips_of_at_most(own - 1)) {
            probing.candidates +=
                share_within(both - 1 - flips.bits) / static_cast<double>(kBuckets);
        }
        probing.probes += flips_of_at_most(own - 1).size();
    }
    return probing;
}

}  // namespace

std::span<const Flips> flips_of_at_most(unsigned bits) {
    return std::span(all_flips().flips).first(all_flips().up_to[bits]);
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
