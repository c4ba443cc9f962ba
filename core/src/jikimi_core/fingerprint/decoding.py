"""Decodes a picture file into the pixels that are fingerprinted.

What a viewer sees is what counts: turned as EXIF says, in RGB, transparent parts on black (as a
browser's canvas shows them), the first frame of an animation. A picture over 512 pixels is sampled
before it is turned and converted: the same pixels as sampling last, without a second copy of the
full picture. The usual JPEG is not even sampled, but handed on as a turned view of all its pixels,
of which the kernel reads those that it needs.

Everything Pillow raises or warns of stays in here: the content may be made to do harm.
"""

import io
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from jikimi_core.fingerprint.errors import (
    Damaged,
    IsAVideo,
    NotAPicture,
    TooLarge,
    Truncated,
)
from jikimi_core.fingerprint.jpeg_decoding import (
    MAX_JPEG_SCANS,
    count_scans,
    decode_usual_jpeg,
    is_jpeg,
)
from jikimi_core.fingerprint.media_kind import is_heic, is_video
from jikimi_core.fingerprint.orientation import Orientation, orientation_of
from jikimi_core.fingerprint.sampling import sample, sample_pixels

MAX_PIXELS: Final = 120_000_000
"""The largest picture that is decoded: 480 MB of memory for as long as it takes."""

_FORMATS: Final = ("JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF", "AVIF")

# Filters are global to the process: two threads inside catch_warnings would restore each other's.
_filters = threading.Lock()


def decode(content: bytes) -> NDArray[np.uint8]:
    """Return the pixels of a picture file, (rows, columns) grey or (rows, columns, 3) RGB.

    A picture with a side over 512 comes back sampled to 512 x 512. Raises NotAPicture,
    IsAVideo, TooLarge (told by the header, before anything is decoded), Truncated or
    Damaged.
    """
    return sample_pixels(decode_to_fingerprint(content))


def decode_to_fingerprint(content: bytes) -> NDArray[np.uint8]:
    """Return pixels that have the fingerprint of the picture: those of ``decode``, or all of them.

    A view of all of them may be turned or mirrored in memory. Errors as for ``decode``.
    """
    with _open(content) as image:
        _refuse_too_large(image, content)
        stored = decode_usual_jpeg(image, content)
        if stored is not None:
            return _orientation(image).turn(stored)
        return _to_pixels(_load_sampled(image))


@contextmanager
def _quiet() -> Iterator[None]:
    with _filters, warnings.catch_warnings():
        warnings.filterwarnings("ignore", module=r"PIL\.")
        yield


def _open(content: bytes) -> Image.Image:
    try:
        with _quiet():
            return Image.open(io.BytesIO(content), formats=_FORMATS)
    except UnidentifiedImageError:
        raise _why_not_a_picture(content) from None
    except (Image.DecompressionBombError, MemoryError):
        raise _too_many_pixels() from None
    except Exception as problem:  # a parser fed with harmful content may raise anything
        raise Damaged from problem


def _why_not_a_picture(content: bytes) -> NotAPicture:
    if is_heic(content):
        return NotAPicture("The file is a HEIC photo, which cannot be read here")
    return IsAVideo() if is_video(content) else NotAPicture()


def _too_many_pixels() -> TooLarge:
    return TooLarge(what="The picture is too large", limit=MAX_PIXELS, unit="pixels")


def _refuse_too_large(image: Image.Image, content: bytes) -> None:
    if image.width * image.height > MAX_PIXELS:
        raise _too_many_pixels()
    if is_jpeg(image) and count_scans(content) > MAX_JPEG_SCANS:
        raise TooLarge(what="The JPEG has too many scans", limit=MAX_JPEG_SCANS, unit="scans")


def _load_sampled(image: Image.Image) -> Image.Image:
    try:
        with _quiet() if image.format == "TIFF" else nullcontext():  # no other decoder warns
            image.load()
        return sample(image, _orientation(image))
    except (Image.DecompressionBombError, MemoryError):
        raise _too_many_pixels() from None
    except Exception as problem:
        raise (Truncated if "truncated" in str(problem).lower() else Damaged)() from problem


def _orientation(image: Image.Image) -> Orientation:
    if image.format == "WEBP":  # browsers show it as it is stored, whatever its EXIF says
        return Orientation.AS_STORED
    try:
        with _quiet():
            return orientation_of(image)
    except Exception:  # noqa: BLE001 - viewers show a picture with broken EXIF as it is stored
        return Orientation.AS_STORED


def _to_pixels(image: Image.Image) -> NDArray[np.uint8]:
    if image.mode.startswith("I;16"):
        return _grey_of_16_bits(image)
    if image.mode in {"I", "F"}:
        raise NotAPicture("The picture has 32 bits per sample, which cannot be shown")
    try:
        shown = _on_black(image) if image.has_transparency_data else image
        return np.asarray(shown if shown.mode == "L" else shown.convert("RGB"))
    except Exception as problem:
        raise NotAPicture(f"The picture's colours ({image.mode}) cannot be read") from problem


# The upper eight bits, as browsers and image libraries reduce 16-bit PNGs; Pillow would clip.
def _grey_of_16_bits(image: Image.Image) -> NDArray[np.uint8]:
    samples = np.array(image, dtype=np.uint16)
    transparent = image.info.get("transparency")
    if isinstance(transparent, int):
        samples[samples == transparent] = 0
    return (samples >> 8).astype(np.uint8)


def _on_black(image: Image.Image) -> Image.Image:
    rgba = image.convert("RGBA")
    black = Image.new("RGB", rgba.size)
    black.paste(rgba, mask=rgba.getchannel("A"))
    return black
