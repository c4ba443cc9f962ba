"""PDQ, the 256-bit fingerprint of a picture that survives recompression and scaling.

The algorithm is Meta's ("The TMK+PDQF Video-Hashing Algorithm and the PDQ Image-Hashing Algorithm",
2019), with its nearest-neighbour step to 512 x 512 on full-resolution pixels. On identical pixels
the bits are those of the reference. Two pictures are taken for copies at a distance of 31 or less
and a quality of 50 or more.
"""

from dataclasses import dataclass, fields
from pathlib import Path
from typing import BinaryIO, Final

import numpy as np
from numpy.typing import NDArray

from jikimi_core import _kernel
from jikimi_core.fingerprint.decoding import decode_to_fingerprint
from jikimi_core.fingerprint.errors import NotAFingerprint
from jikimi_core.fingerprint.reading import read_content

HASH_BYTES: Final = 32


@dataclass(frozen=True, kw_only=True, slots=True)
class Pdq:
    """A fingerprint and how much it is worth.

    ``hash`` has 32 bytes, the most significant first (the hex order of the reference). ``quality``
    is 0 to 100; under 50 the picture has too little detail to be told from others.
    """

    hash: bytes
    quality: int

    @property
    def hex(self) -> str:
        """The hash as 64 lower-case hex characters."""
        return self.hash.hex()


@dataclass(frozen=True, kw_only=True, slots=True)
class Dihedral:
    """The fingerprints of a picture in all eight orientations, found without turning it.

    Rotations are counter-clockwise; ``flipped_x`` has the rows reversed, ``flipped_y``
    the columns (the mirror image). Each is within about 16 bits of the fingerprint of the picture
    that was really turned.
    """

    original: Pdq
    rotated_90: Pdq
    rotated_180: Pdq
    rotated_270: Pdq
    flipped_x: Pdq
    flipped_y: Pdq
    transposed: Pdq
    antitransposed: Pdq


def from_file(source: str | Path | BinaryIO) -> Pdq:
    """Fingerprint a picture file (JPEG, PNG, GIF, WebP, AVIF, BMP, TIFF) as a viewer shows it.

    EXIF orientation is applied, transparency lies on black, an animation gives its first frame.
    Raises a FingerprintError: Unreadable, Empty, TooLarge, NotAPicture, Truncated or Damaged.
    """
    return from_array(decode_to_fingerprint(read_content(source)))


def from_array(pixels: NDArray[np.uint8]) -> Pdq:
    """Fingerprint pixels: uint8, (rows, columns, 3) red-green-blue or (rows, columns) grey.

    A side under 5, with none over 512, gives the zero hash and quality 0. Raises
    ValueError for another shape or type.
    """
    digest, quality = _kernel.pdq(_checked(pixels))
    return Pdq(hash=digest, quality=quality)


def dihedral_from_file(source: str | Path | BinaryIO) -> Dihedral:
    """Fingerprint a picture file in all eight orientations; errors as for ``from_file``."""
    return dihedral_from_array(decode_to_fingerprint(read_content(source)))


def dihedral_from_array(pixels: NDArray[np.uint8]) -> Dihedral:
    """Fingerprint pixels in all eight orientations; arguments and errors as for ``from_array``."""
    digests, quality = _kernel.pdq_dihedral(_checked(pixels))
    names = [field.name for field in fields(Dihedral)]
    prints = [Pdq(hash=digest, quality=quality) for digest in digests]
    return Dihedral(**dict(zip(names, prints, strict=True)))


def distance(a: bytes, b: bytes) -> int:
    """Return in how many of their 256 bits two hashes differ. Raises ValueError if not 32 bytes."""
    if len(a) != HASH_BYTES or len(b) != HASH_BYTES:
        raise ValueError(f"a hash has {HASH_BYTES} bytes, not {len(a)} and {len(b)}")
    return (int.from_bytes(a) ^ int.from_bytes(b)).bit_count()


def hash_from_hex(text: str) -> bytes:
    """Return the 32 bytes of a hash in hex, upper or lower case. Raises NotAFingerprint."""
    if len(text) != 2 * HASH_BYTES or not text.isascii() or not text.isalnum():
        raise NotAFingerprint
    try:
        return bytes.fromhex(text)
    except ValueError:
        raise NotAFingerprint from None


def _checked(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    if pixels.dtype != np.uint8:
        raise ValueError(f"pixels must be uint8, not {pixels.dtype}")
    grey, rgb = pixels.ndim == 2, pixels.ndim == 3 and pixels.shape[2] == 3  # noqa: PLR2004
    if not (grey or rgb):
        raise ValueError(
            f"pixels must be (rows, columns) or (rows, columns, 3), not {pixels.shape}"
        )
    # The kernel reads views of any arrangement, as long as a pixel's three values lie together.
    return pixels if grey or pixels.strides[2] == 1 else np.ascontiguousarray(pixels)
