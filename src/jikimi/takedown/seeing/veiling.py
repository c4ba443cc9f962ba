"""A small grey copy of a picture, blurred unless asked otherwise. Runs in the isolated process.

It is made of the very pixels that are fingerprinted, so that what is shown is what matched. What
leaves are bare grey samples: no file of a stranger's, no metadata.
"""

import io
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from jikimi.takedown.seeing.photos import heic_pixels
from jikimi_core.fingerprint.decoding import decode
from jikimi_core.fingerprint.errors import NotAPicture
from jikimi_core.fingerprint.orientation import orientation_of
from jikimi_core.fingerprint.sampling import sample_pixels

LONGEST_SIDE = 240
"""Pixels, of width or height: enough to tell which picture it is, too few to see much more."""
BLUR = 7
"""Radius in pixels of the blur: faces go, the composition stays."""


@dataclass(frozen=True, kw_only=True)
class Veiled:
    """A grey picture of at most `LONGEST_SIDE` by `LONGEST_SIDE`."""

    width: int
    height: int
    grey: bytes = field(repr=False)
    """One byte a pixel, row by row from the top."""


def veil(content: bytes, *, is_blurred: bool) -> Veiled:
    """Decode a picture file and take most of it away. Raises a FingerprintError."""
    pixels, shape = _seen_in(content)
    size = _fitting(shape, min(LONGEST_SIDE, max(pixels.shape[:2])))
    grey = Image.fromarray(pixels).convert("L").resize(size, Image.Resampling.BILINEAR)
    if is_blurred:
        grey = grey.filter(ImageFilter.GaussianBlur(BLUR))
    return Veiled(width=grey.width, height=grey.height, grey=np.asarray(grey).tobytes())


def as_png(veiled: Veiled) -> bytes:
    """A PNG file of nothing but these samples."""
    file = io.BytesIO()
    Image.frombytes("L", (veiled.width, veiled.height), veiled.grey).save(file, "PNG")
    return file.getvalue()


_SAMPLED = 512
"""A larger picture comes from the decoder as a square of this side."""


def _seen_in(content: bytes) -> tuple[NDArray[np.uint8], Fraction]:
    """The pixels that are fingerprinted, and width by height as a viewer shows it."""
    try:
        pixels = decode(content)
    except NotAPicture:
        photo = heic_pixels(content)
        if photo is None:
            raise
        return sample_pixels(photo), Fraction(photo.shape[1], photo.shape[0])
    rows, columns = pixels.shape[:2]
    is_whole = max(rows, columns) < _SAMPLED
    return pixels, Fraction(columns, rows) if is_whole else _shape_of(content)


def _shape_of(content: bytes) -> Fraction:
    """Width by height as a viewer shows it, told by the header."""
    with Image.open(io.BytesIO(content)) as image:
        stored = Fraction(image.width, image.height)
        try:
            is_turned = orientation_of(image).transpose
        except Exception:  # noqa: BLE001 - broken EXIF may raise anything, and turns nothing
            is_turned = False
    return 1 / stored if is_turned else stored


def _fitting(shape: Fraction, longest: int) -> tuple[int, int]:
    wide, high = min(shape, Fraction(1)), min(1 / shape, Fraction(1))
    return max(round(longest * wide), 1), max(round(longest * high), 1)
