"""A file is fingerprinted as a viewer shows it, whatever its format, mode and orientation."""

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageOps

from jikimi_core.fingerprint import pdq
from jikimi_core.fingerprint.decoding import decode
from jikimi_core.fingerprint.errors import NotAPicture

Pixels = NDArray[np.uint8]
Encode = Callable[..., io.BytesIO]


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("PNG", {}),
        ("BMP", {}),
        ("TIFF", {}),
        ("TIFF", {"compression": "tiff_lzw"}),
        ("WEBP", {"lossless": True}),
    ],
)
def test_lossless_files_have_the_fingerprint_of_their_pixels(
    coffee: Pixels, encoded: Encode, kind: str, options: dict[str, object]
) -> None:
    assert pdq.from_file(encoded(coffee, kind, **options)) == pdq.from_array(coffee)


@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "AVIF", "GIF"])
def test_lossy_files_stay_near_the_fingerprint_of_their_pixels(
    coffee: Pixels, encoded: Encode, kind: str
) -> None:
    found = pdq.from_file(encoded(coffee, kind))
    assert pdq.distance(found.hash, pdq.from_array(coffee).hash) <= 10


def test_a_name_a_path_and_an_open_file_are_the_same(
    coffee: Pixels, encoded: Encode, tmp_path: Path
) -> None:
    path = tmp_path / "사진.jpg"
    path.write_bytes(encoded(coffee, "JPEG").getvalue())
    with path.open("rb") as file:
        assert pdq.from_file(path) == pdq.from_file(str(path)) == pdq.from_file(file)


def test_a_large_file_has_the_fingerprint_of_all_its_pixels(
    resized: Callable[[int, int], Pixels], encoded: Encode
) -> None:
    pixels = resized(1777, 2333)
    assert pdq.from_file(encoded(pixels, "PNG")) == pdq.from_array(pixels)


@settings(max_examples=60)
@given(
    rows=st.integers(1, 1500),
    columns=st.integers(1, 1500),
    orientation=st.integers(1, 8),
    grey=st.booleans(),
)
def test_exif_orientation_is_applied_before_sampling(
    rows: int, columns: int, orientation: int, grey: bool
) -> None:
    shape = (rows, columns) if grey else (rows, columns, 3)
    pixels = np.random.default_rng(rows * columns).integers(0, 256, shape, np.uint8)
    exif = Image.Exif()
    exif[0x0112] = orientation
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG", exif=exif, compress_level=0)
    shown = np.asarray(ImageOps.exif_transpose(Image.open(file)))
    assert pdq.from_file(io.BytesIO(file.getvalue())) == pdq.from_array(shown)
    if max(rows, columns) <= 512:
        np.testing.assert_array_equal(decode(file.getvalue()), shown)


@pytest.mark.parametrize("kind", ["JPEG", "TIFF", "AVIF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation_counts_in_every_format_that_has_it(
    coffee: Pixels, encoded: Encode, kind: str, orientation: int
) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    file = encoded(coffee, kind, exif=exif)
    shown = ImageOps.exif_transpose(Image.open(io.BytesIO(file.getvalue())))
    assert pdq.from_file(file) == pdq.from_array(np.asarray(shown.convert("RGB")))


def test_a_webp_is_as_stored_as_in_browsers(coffee: Pixels, encoded: Encode) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    turned = encoded(coffee, "WEBP", lossless=True, exif=exif)
    assert pdq.from_file(turned) == pdq.from_array(coffee)


def test_an_orientation_in_xmp_does_not_count_as_in_browsers(
    coffee: Pixels, encoded: Encode
) -> None:
    xmp = b'<x:xmpmeta><rdf:Description tiff:Orientation="6"/></x:xmpmeta>'
    file = encoded(coffee, "JPEG", xmp=xmp)
    assert Image.open(file).getexif()[0x0112] == 6
    file.seek(0)
    assert pdq.from_file(file) == pdq.from_file(encoded(coffee, "JPEG"))


@pytest.mark.parametrize("value", [0, 9, 65535])
def test_an_unknown_orientation_is_as_stored(coffee: Pixels, encoded: Encode, value: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = value
    assert pdq.from_file(encoded(coffee, "PNG", exif=exif)) == pdq.from_array(coffee)


def test_a_cmyk_jpeg_is_seen_in_rgb(coffee: Pixels, encoded: Encode) -> None:
    found = pdq.from_file(encoded(Image.fromarray(coffee).convert("CMYK"), "JPEG", quality=95))
    assert pdq.distance(found.hash, pdq.from_array(coffee).hash) <= 10


@pytest.mark.parametrize("kind", ["PNG", "GIF"])
def test_a_palette_is_looked_up(coffee: Pixels, encoded: Encode, kind: str) -> None:
    palette = Image.fromarray(coffee).quantize(64)
    shown = np.asarray(palette.convert("RGB"))
    assert pdq.from_file(encoded(palette, kind)) == pdq.from_array(shown)


@pytest.mark.parametrize("kind", ["PNG", "BMP", "TIFF"])
def test_one_bit_is_black_and_white(coffee: Pixels, encoded: Encode, kind: str) -> None:
    dithered = Image.fromarray(coffee).convert("1")
    shown = np.asarray(dithered.convert("L"))
    assert pdq.from_file(encoded(dithered, kind)) == pdq.from_array(shown)


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_sixteen_bits_are_reduced_not_clipped(coffee: Pixels, encoded: Encode, kind: str) -> None:
    grey = np.asarray(Image.fromarray(coffee).convert("L"))
    wide = (grey.astype(np.uint16) << 8) + 77
    assert pdq.from_file(encoded(wide, kind)) == pdq.from_array(grey)


def test_a_transparent_sixteen_bit_value_is_black(coffee: Pixels, encoded: Encode) -> None:
    grey = np.asarray(Image.fromarray(coffee).convert("L"))
    wide = grey.astype(np.uint16) << 8
    file = encoded(wide, "PNG", transparency=200 << 8)
    assert pdq.from_file(file) == pdq.from_array(np.where(grey == 200, 0, grey).astype(np.uint8))


def faded(coffee: Pixels) -> tuple[Image.Image, Pixels]:
    """A picture that fades out to the right, and how it looks on black."""
    alpha = np.tile(np.linspace(255, 0, coffee.shape[1]).astype(np.uint8), (coffee.shape[0], 1))
    shown = np.round(coffee * (alpha[..., None] / 255.0)).astype(np.uint8)
    return Image.fromarray(np.dstack([coffee, alpha])), shown


@pytest.mark.parametrize(
    ("kind", "options"), [("PNG", {}), ("TIFF", {}), ("WEBP", {"lossless": True, "exact": True})]
)
def test_transparency_lies_on_black(
    coffee: Pixels, encoded: Encode, kind: str, options: dict[str, object]
) -> None:
    picture, shown = faded(coffee)
    np.testing.assert_array_equal(
        decode(encoded(picture.crop((0, 0, 500, 400)), kind, **options).getvalue()), shown[:, :500]
    )


def test_grey_with_transparency_lies_on_black(coffee: Pixels, encoded: Encode) -> None:
    picture = Image.fromarray(coffee).convert("LA")
    picture.putalpha(Image.new("L", picture.size, 128))
    shown = np.round(np.asarray(picture.getchannel("L")) * (128 / 255)).astype(np.uint8)
    assert pdq.from_file(encoded(picture, "PNG")) == pdq.from_array(shown)


@pytest.mark.parametrize(("mode", "key"), [("L", 100), ("RGB", (100, 50, 25)), ("1", 255)])
def test_a_transparent_colour_is_black(
    coffee: Pixels, encoded: Encode, mode: str, key: int | tuple[int, ...]
) -> None:
    picture = Image.fromarray(coffee)
    picture.paste((100, 50, 25), (0, 0, 300, 200))
    picture = picture.convert(mode)
    picture.paste(key, (100, 100, 400, 300))
    rgb = np.array(picture.convert("RGB"))
    rgb[(rgb == np.broadcast_to(key, 3)).all(axis=2)] = 0
    assert pdq.from_file(encoded(picture, "PNG", transparency=key)) == pdq.from_array(rgb)


def test_a_transparent_palette_entry_is_black(coffee: Pixels, encoded: Encode) -> None:
    palette = Image.fromarray(coffee).quantize(16)
    shown = np.array(palette.convert("RGB"))
    shown[np.asarray(palette) == 3] = 0
    assert pdq.from_file(encoded(palette, "PNG", transparency=3)) == pdq.from_array(shown)


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "TIFF", "AVIF"])
def test_an_animation_gives_its_first_frame(coffee: Pixels, encoded: Encode, kind: str) -> None:
    first, second = Image.fromarray(coffee), Image.fromarray(coffee[::-1])
    file = encoded(first, kind, save_all=True, append_images=[second])
    assert Image.open(file).n_frames == 2
    file.seek(0)
    assert pdq.distance(pdq.from_file(file).hash, pdq.from_array(coffee).hash) <= 10


def test_a_photo_with_a_second_picture_in_it_gives_the_first(
    coffee: Pixels, encoded: Encode
) -> None:
    first, second = Image.fromarray(coffee), Image.fromarray(coffee[::-1])
    file = encoded(first, "MPO", save_all=True, append_images=[second])
    assert pdq.from_file(file) == pdq.from_file(encoded(first, "JPEG"))


@pytest.mark.parametrize("mode", ["F", "I"])
def test_samples_of_32_bits_are_refused(coffee: Pixels, encoded: Encode, mode: str) -> None:
    with pytest.raises(NotAPicture, match="32 bits"):
        pdq.from_file(encoded(Image.fromarray(coffee).convert("L").convert(mode), "TIFF"))
