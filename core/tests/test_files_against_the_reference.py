"""Files of every kind: what pdqhash says of the pixels that a viewer sees, hash and quality.

The pixels are found here by Pillow's plain means on the whole picture, and sampled last.
"""

import io
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pdqhash
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageOps

from jikimi_core.fingerprint import pdq

Pixels = NDArray[np.uint8]
EXIF_ORIENTATION = 0x0112


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A way to store a picture: Pillow's mode, format and options."""

    mode: str
    format: str
    options: dict[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return "-".join([self.mode, self.format, *self.options])


KINDS = [
    Kind(mode="RGB", format="JPEG"),
    Kind(mode="RGB", format="JPEG", options={"progressive": True}),
    Kind(mode="RGB", format="JPEG", options={"subsampling": 0, "quality": 95}),
    Kind(mode="RGB", format="JPEG", options={"keep_rgb": True}),
    Kind(mode="L", format="JPEG"),
    Kind(mode="CMYK", format="JPEG"),
    Kind(mode="RGB", format="PNG"),
    Kind(mode="RGBA", format="PNG"),
    Kind(mode="LA", format="PNG"),
    Kind(mode="L", format="PNG"),
    Kind(mode="P", format="PNG"),
    Kind(mode="1", format="PNG"),
    Kind(mode="I;16", format="PNG"),
    Kind(mode="I;16", format="TIFF"),
    Kind(mode="CMYK", format="TIFF"),
    Kind(mode="P", format="GIF"),
    Kind(mode="1", format="GIF"),
    Kind(mode="RGB", format="WEBP", options={"lossless": True}),
    Kind(mode="RGB", format="WEBP", options={"quality": 80}),
    Kind(mode="RGBA", format="WEBP", options={"lossless": True, "exact": True}),
    Kind(mode="RGB", format="AVIF"),
    Kind(mode="P", format="BMP"),
]
TURNED = [
    Kind(mode="RGB", format="JPEG"),
    Kind(mode="L", format="JPEG"),
    Kind(mode="CMYK", format="JPEG"),
    Kind(mode="RGBA", format="PNG"),
    Kind(mode="I;16", format="TIFF"),
]
SIZES = [(3, 3), (5, 5), (8, 700), (64, 64), (257, 129), (900, 640)]


def stored(pixels: Pixels, kind: Kind, **options: object) -> bytes:
    picture = Image.fromarray(pixels)
    if "A" in kind.mode:
        fade = np.linspace(0, 255, pixels.shape[1]).astype(np.uint8)
        picture.putalpha(Image.fromarray(np.tile(fade, (pixels.shape[0], 1))))
    if kind.mode == "I;16":
        picture = Image.fromarray((np.asarray(picture.convert("L")).astype(np.uint16) << 8) + 99)
    file = io.BytesIO()
    picture.convert(kind.mode).save(file, kind.format, **kind.options, **options)
    return file.getvalue()


def as_shown(content: bytes) -> Pixels:
    picture = ImageOps.exif_transpose(Image.open(io.BytesIO(content)))
    if picture.mode == "I;16":
        picture = Image.fromarray((np.asarray(picture) >> 8).astype(np.uint8))
    if picture.has_transparency_data:
        black = Image.new("RGBA", picture.size, (0, 0, 0, 255))
        picture = Image.alpha_composite(black, picture.convert("RGBA"))
    return np.asarray(picture.convert("RGB"))


def by_the_reference(shown: Pixels) -> pdq.Pdq:
    rows, columns = shown.shape[:2]
    if max(rows, columns) > 512:
        k = np.arange(512)
        shown = np.ascontiguousarray(shown[k * rows // 512][:, k * columns // 512])
    bits, quality = pdqhash.compute(shown)
    return pdq.Pdq(hash=np.packbits(bits.astype(np.uint8)).tobytes(), quality=quality)


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_a_file_of_any_kind_and_size(
    resized: Callable[[int, int], Pixels], kind: Kind, size: tuple[int, int]
) -> None:
    content = stored(resized(*size), kind)
    assert pdq.from_file(io.BytesIO(content)) == by_the_reference(as_shown(content))


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("size", [(120, 80), (640, 450)], ids=str)
@pytest.mark.parametrize("kind", TURNED, ids=str)
def test_a_file_that_is_stored_turned(
    resized: Callable[[int, int], Pixels], kind: Kind, size: tuple[int, int], orientation: int
) -> None:
    exif = Image.Exif()
    exif[EXIF_ORIENTATION] = orientation
    content = stored(resized(*size), kind, exif=exif)
    assert pdq.from_file(io.BytesIO(content)) == by_the_reference(as_shown(content))


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_a_flat_file(kind: Kind) -> None:
    content = stored(np.full((230, 340, 3), (90, 120, 30), np.uint8), kind)
    found = pdq.from_file(io.BytesIO(content))
    assert found == by_the_reference(as_shown(content))


def test_photos(any_photo: Pixels) -> None:
    content = stored(any_photo, KINDS[0])
    assert pdq.from_file(io.BytesIO(content)) == by_the_reference(as_shown(content))
