"""Benign pictures for tests and benches: scikit-image's photos and generated charts, nothing else.

Deterministic, offline. Pixels are uint8 arrays of shape (height, width, 3), RGB.
"""

import io
import struct
from functools import cache

import numpy as np
import skimage.data
from numpy.typing import NDArray
from PIL import Image

Pixels = NDArray[np.uint8]

COLOUR_PHOTOS = (
    "astronaut",
    "chelsea",
    "coffee",
    "hubble_deep_field",
    "immunohistochemistry",
    "retina",
    "rocket",
)
GREY_PHOTOS = ("brick", "camera", "clock", "coins", "grass", "gravel", "moon", "page", "text")
PHOTOS = COLOUR_PHOTOS + GREY_PHOTOS

EXIF_ORIENTATION = 0x0112


@cache
def photo(name: str) -> Pixels:
    """One of `PHOTOS`, read-only; a grey one has three equal channels."""
    pixels = np.asarray(getattr(skimage.data, name)())
    if pixels.ndim == 2:
        pixels = np.repeat(pixels[:, :, None], 3, axis=2)
    pixels.setflags(write=False)
    return pixels


def chart(seed: int, *, width: int = 640, height: int = 480) -> Pixels:
    """Coloured boxes and discs on a gradient, another picture for each seed."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width]
    slope = random.uniform(-1, 1, size=(3, 2))
    pixels = np.empty((height, width, 3), dtype=np.uint8)
    for channel, (down, right) in enumerate(slope):
        pixels[:, :, channel] = 128 + 60 * (down * y / height + right * x / width)
    for _ in range(24):
        centre_y, centre_x = random.integers(0, height), random.integers(0, width)
        reach = random.integers(min(width, height) // 24, min(width, height) // 5)
        disc = (y - centre_y) ** 2 + (x - centre_x) ** 2 < reach**2
        box = (abs(y - centre_y) < reach) & (abs(x - centre_x) < 2 * reach)
        pixels[disc if random.random() < 0.5 else box] = random.integers(0, 256, size=3)
    return pixels


def enlarged(pixels: Pixels, width: int, height: int) -> Pixels:
    """The same picture at another size, smoothly resampled."""
    size = (width, height)
    return np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling.LANCZOS))


@cache
def twelve_megapixels() -> Pixels:
    """4000 x 3000: a photo as a phone takes it in size, with grain as a sensor leaves it."""
    pixels = enlarged(photo("coffee"), 4000, 3000).astype(np.int16)
    grain = np.random.default_rng(12).normal(0, 6, size=(3000, 4000, 1))
    noisy = np.clip(pixels + grain, 0, 255).astype(np.uint8)
    noisy.setflags(write=False)
    return noisy


def encoded(picture: Pixels | Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    """A file's bytes. `kind` and `options` are Pillow's."""
    image = picture if isinstance(picture, Image.Image) else Image.fromarray(picture)
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def turned(pixels: Pixels, orientation: int, kind: str = "JPEG") -> bytes:
    """A file whose EXIF asks for one of the 8 orientations to be applied before it is shown."""
    exif = Image.Exif()
    exif[EXIF_ORIENTATION] = orientation
    return encoded(pixels, kind, exif=exif)


def see_through(pixels: Pixels) -> Image.Image:
    """RGBA: fading in waves across both sides, so that the ground it lies on shows in a hash."""
    height, width, _ = pixels.shape
    y, x = np.mgrid[0:height, 0:width]
    fade = 128 + 127 * np.sin(x / width * 9) * np.sin(y / height * 7)
    return Image.fromarray(np.dstack([pixels, fade.astype(np.uint8)]))


def wide_gamut_profile() -> bytes:
    """A minimal ICC version 2 profile with Display P3's primaries, as phones put into photos."""
    return _profile(
        rXYZ=(0.51512, 0.24120, -0.00105),
        gXYZ=(0.29198, 0.69225, 0.04189),
        bXYZ=(0.15710, 0.06657, 0.78407),
    )


def adobe_rgb_profile() -> bytes:
    """The same with Adobe RGB's primaries, as cameras put into photos."""
    return _profile(
        rXYZ=(0.60974, 0.31111, 0.01947),
        gXYZ=(0.20528, 0.62567, 0.06087),
        bXYZ=(0.14919, 0.06322, 0.74457),
    )


def _profile(**primaries: tuple[float, float, float]) -> bytes:
    """Primaries in D50-adapted XYZ; a gamma of 2.2."""
    curve = b"curv" + bytes(4) + struct.pack(">IH", 1, int(2.2 * 256)) + bytes(2)
    tags = {
        name.encode(): b"XYZ " + bytes(4) + _fixed(*xyz)
        for name, xyz in (*primaries.items(), ("wtpt", (0.95045, 1.0, 1.08905)))
    }
    tags |= dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve)
    text = b"Wide gamut, for tests\0"
    tags[b"desc"] = b"desc" + bytes(4) + struct.pack(">I", len(text)) + text + bytes(80)
    tags[b"cprt"] = b"text" + bytes(4) + b"None\0"
    return _icc(tags)


def _fixed(*numbers: float) -> bytes:
    return struct.pack(f">{len(numbers)}i", *(round(number * 65536) for number in numbers))


def _icc(tags: dict[bytes, bytes]) -> bytes:
    """Header of 128 bytes, table of tags, their data at multiples of 4."""
    table, data = struct.pack(">I", len(tags)), b""
    start = 128 + 4 + 12 * len(tags)
    for name, content in tags.items():
        table += struct.pack(">4sII", name, start + len(data), len(content))
        data += content + bytes(-len(content) % 4)
    sizes = struct.pack(">I4sI", start + len(data), bytes(4), 0x02400000)
    header = sizes + b"mntr" + b"RGB " + b"XYZ "
    header += struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp" + bytes(28)
    header += _fixed(0.9642, 1.0, 0.8249)
    return header.ljust(128, b"\0") + table + data
