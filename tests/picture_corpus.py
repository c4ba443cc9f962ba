"""Benign picture files of every kind that people have on their devices, the same each time.

Each kind makes a file from pixels and a source of chance; the pixels are crops of `PHOTOS` at
sizes from a thumbnail's to a camera's.
"""

import zlib
from collections.abc import Callable, Iterator
from typing import Final

import numpy as np
from PIL import Image, ImageCms

from tests.pictures import (
    EXIF_ORIENTATION,
    PHOTOS,
    Pixels,
    adobe_rgb_profile,
    chart,
    encoded,
    enlarged,
    photo,
    see_through,
    turned,
    wide_gamut_profile,
)
from tests.png_files import png_file

Chance = np.random.Generator
Maker = Callable[[Pixels, Chance], bytes]


def corpus(each: int) -> Iterator[tuple[str, bytes]]:
    """`each` files of every kind, with the kind's name."""
    for number, (kind, make) in enumerate(KINDS.items()):
        for copy in range(each):
            chance = np.random.default_rng((2026, number, copy))
            yield kind, make(_pixels(number * 5 + copy, chance), chance)


def _pixels(number: int, chance: Chance) -> Pixels:
    source = PHOTOS[number % len(PHOTOS)]
    pixels = chart(number) if number % 9 == 8 else photo(source)
    height, width = (int(side * chance.uniform(0.6, 1)) for side in pixels.shape[:2])
    top = chance.integers(0, pixels.shape[0] - height + 1)
    left = chance.integers(0, pixels.shape[1] - width + 1)
    scale = chance.choice([0.4, 0.8, 1, 1.7, 3])
    cropped = pixels[top : top + height, left : left + width]
    return enlarged(cropped, int(width * scale), int(height * scale))


def _quality(chance: Chance) -> int:
    return int(chance.integers(50, 96))


def _jpeg(**options: object) -> Maker:
    return lambda pixels, chance: encoded(pixels, **{"quality": _quality(chance), **options})


def _mode(mode: str, kind: str) -> Maker:
    return lambda pixels, chance: encoded(Image.fromarray(pixels).convert(mode), kind)


def _turned(kind: str) -> Maker:
    return lambda pixels, chance: turned(pixels, int(chance.integers(1, 9)), kind)


def _palette(kind: str, *, transparent: bool = False) -> Maker:
    def make(pixels: Pixels, chance: Chance) -> bytes:
        image = Image.fromarray(pixels).quantize(int(chance.integers(8, 257)))
        return encoded(image, kind, **({"transparency": 3} if transparent else {}))

    return make


def _moving(kind: str) -> Maker:
    def make(pixels: Pixels, chance: Chance) -> bytes:
        frames = [Image.fromarray(frame) for frame in (pixels, pixels[::-1], pixels[:, ::-1])]
        return encoded(frames[0], kind, save_all=True, append_images=frames[1:], duration=90)

    return make


def _interlaced(pixels: Pixels, chance: Chance) -> bytes:
    return png_file(pixels, interlaced=True)


def _sixteen_bits(pixels: Pixels, chance: Chance) -> bytes:
    noise = chance.integers(0, 256, size=pixels.shape, dtype=np.uint16)
    return png_file(pixels.astype(np.uint16) * 256 + noise)


def _sixteen_bit_grey(pixels: Pixels, chance: Chance) -> bytes:
    noise = chance.integers(0, 256, size=pixels.shape[:2], dtype=np.uint16)
    return png_file((pixels[:, :, 1].astype(np.uint16) * 256 + noise)[:, :, None])


def _gamma(pixels: Pixels, chance: Chance) -> bytes:
    return png_file(pixels, chunks={b"gAMA": int(chance.integers(30_000, 90_000)).to_bytes(4)})


def _png_with_profile(pixels: Pixels, chance: Chance) -> bytes:
    profile = b"Wide gamut\0\0" + zlib.compress(wide_gamut_profile())
    return png_file(pixels, chunks={b"iCCP": profile})


def _tiny(pixels: Pixels, chance: Chance) -> bytes:
    width, height = (int(side) for side in chance.integers(5, 100, size=2))
    return encoded(enlarged(pixels, width, height), "PNG")


def _long(pixels: Pixels, chance: Chance) -> bytes:
    sides = int(chance.integers(30, 120)), int(chance.integers(2000, 9000))
    width, height = sides if chance.random() < 0.5 else sides[::-1]
    return encoded(enlarged(pixels, width, height), quality=80)


def _huge(pixels: Pixels, chance: Chance) -> bytes:
    side = int(chance.integers(3000, 4200))
    return encoded(enlarged(pixels, side, side * 3 // 4), quality=80)


def _webp_with_profile(pixels: Pixels, chance: Chance) -> bytes:
    return encoded(pixels, "WEBP", quality=_quality(chance), icc_profile=wide_gamut_profile())


def _thumbnail(pixels: Pixels, chance: Chance) -> bytes:
    """As cameras write it: a second, small JPEG inside the EXIF data."""
    exif = Image.Exif()
    exif[EXIF_ORIENTATION] = int(chance.integers(1, 9))
    exif.get_ifd(0x8769)[0x927C] = encoded(enlarged(pixels, 160, 120))  # a maker's note
    return encoded(pixels, quality=_quality(chance), exif=exif)


_SRGB: Final = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()

KINDS: Final[dict[str, Maker]] = {
    "jpeg 4:2:0": _jpeg(subsampling="4:2:0"),
    "jpeg 4:2:2": _jpeg(subsampling="4:2:2"),
    "jpeg 4:4:4": _jpeg(subsampling="4:4:4"),
    "jpeg coarse": lambda pixels, chance: encoded(pixels, quality=int(chance.integers(15, 40))),
    "jpeg progressive": _jpeg(progressive=True),
    "jpeg grey": _mode("L", "JPEG"),
    "jpeg cmyk": _mode("CMYK", "JPEG"),
    "jpeg turned": _turned("JPEG"),
    "jpeg with thumbnail": _thumbnail,
    "jpeg sRGB profile": _jpeg(icc_profile=_SRGB),
    "jpeg Display P3": _jpeg(icc_profile=wide_gamut_profile()),
    "jpeg Adobe RGB": _jpeg(icc_profile=adobe_rgb_profile()),
    "jpeg extreme sides": _long,
    "jpeg huge": _huge,
    "png": lambda pixels, chance: encoded(pixels, "PNG"),
    "png grey": _mode("L", "PNG"),
    "png 1 bit": _mode("1", "PNG"),
    "png palette": _palette("PNG"),
    "png palette, see-through": _palette("PNG", transparent=True),
    "png 16 bits": _sixteen_bits,
    "png 16 bits, grey": _sixteen_bit_grey,
    "png interlaced": _interlaced,
    "png see-through": lambda pixels, chance: encoded(see_through(pixels), "PNG"),
    "png grey, see-through": lambda pixels, chance: encoded(
        see_through(pixels).convert("LA"), "PNG"
    ),
    "png gamma": _gamma,
    "png Display P3": _png_with_profile,
    "png turned": _turned("PNG"),
    "png tiny": _tiny,
    "webp": lambda pixels, chance: encoded(pixels, "WEBP", quality=_quality(chance)),
    "webp lossless": lambda pixels, chance: encoded(pixels, "WEBP", lossless=True),
    "webp see-through": lambda pixels, chance: encoded(see_through(pixels), "WEBP"),
    "webp Display P3": _webp_with_profile,
    "webp moving": _moving("WEBP"),
    "webp turned": _turned("WEBP"),
    "gif": _palette("GIF"),
    "gif see-through": _palette("GIF", transparent=True),
    "gif moving": _moving("GIF"),
    "avif": lambda pixels, chance: encoded(pixels, "AVIF", quality=70, speed=10),
    "avif turned": lambda pixels, chance: turned(pixels, int(chance.integers(1, 9)), "AVIF"),
    "bmp": lambda pixels, chance: encoded(pixels, "BMP"),
}
