// PDQ, the 256-bit perceptual hash described in Meta's "The TMK+PDQF Video-Hashing Algorithm and
// the PDQ Image-Hashing Algorithm" (2019), written for reading. Every float operation keeps the
// order and the width of the published C++, so the bits are the same;
// docs/decisions/0002-pdq-kernel.md says where it matters.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "grid.hpp"

namespace jikimi::pdq {

inline constexpr std::size_t kSmallestSide = 5;  // under it a picture has no fingerprint
inline constexpr std::size_t kBlockSide = 16;    // the DCT coefficients that become bits
inline constexpr std::size_t kHashBytes = kBlockSide * kBlockSide / 8;

// Byte 0 is the most significant: its highest bit belongs to coefficient (15, 15).
using Hash = std::array<std::uint8_t, kHashBytes>;

struct Fingerprint {
    Hash hash{};
    int quality = 0;  // 0 to 100
};

// Original, rotated by 90, 180 and 270 degrees, flipped in x, in y, transposed, anti-transposed.
struct DihedralFingerprints {
    std::array<Hash, 8> hashes{};
    int quality = 0;  // the same for all eight
};

// A picture with a side under kSmallestSide has the zero hash and quality 0, unless the other side
// is over kLargestSide: then it is sampled first.
// Throws std::bad_alloc; at most 3 MB are taken, whatever the picture's size.
Fingerprint fingerprint(const Picture& picture);
DihedralFingerprints dihedral_fingerprints(const Picture& picture);

// The same as fingerprint, by the readable way to the grid.
Fingerprint reference_fingerprint(const Picture& picture);

}  // namespace jikimi::pdq
