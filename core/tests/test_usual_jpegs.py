"""The usual JPEG takes a short way, to the very pixels that Pillow decodes."""

import io
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image, ImageOps

from jikimi_core.fingerprint import pdq
from jikimi_core.fingerprint.decoding import decode, decode_to_fingerprint
from jikimi_core.fingerprint.errors import Damaged, FingerprintError, TooLarge
from jikimi_core.fingerprint.jpeg_decoding import count_scans, decode_usual_jpeg

Pixels = NDArray[np.uint8]
Encode = Callable[..., io.BytesIO]


def by_pillow(content: bytes) -> Pixels:
    return np.asarray(ImageOps.exif_transpose(Image.open(io.BytesIO(content))))


def sampled_last(shown: Pixels) -> Pixels:
    rows, columns = shown.shape[:2]
    if max(rows, columns) <= 512:
        return shown
    k = np.arange(512)
    return shown[k * rows // 512][:, k * columns // 512]


def takes_the_short_way(content: bytes) -> bool:
    with Image.open(io.BytesIO(content)) as image:
        return decode_usual_jpeg(image, content) is not None


@settings(max_examples=150)
@given(
    rows=st.integers(1, 90),
    columns=st.integers(1, 90),
    seed=st.integers(0, 1000),
    smooth=st.booleans(),
    mode=st.sampled_from(["L", "RGB"]),
    subsampling=st.sampled_from(["4:4:4", "4:2:2", "4:2:0"]),
    quality=st.integers(1, 100),
    progressive=st.booleans(),
    restart_marker_blocks=st.sampled_from([0, 1, 5]),
    orientation=st.integers(1, 8),
)
def test_every_pixel_is_pillows(
    rows: int,
    columns: int,
    seed: int,
    smooth: bool,
    mode: str,
    orientation: int,
    **options: object,
) -> None:
    side = 4 if smooth else 90
    noise = np.random.default_rng(seed).integers(0, 256, (side, side, 3), np.uint8)
    picture = Image.fromarray(noise).resize((columns, rows)).convert(mode)
    exif = Image.Exif()
    exif[0x0112] = orientation
    file = io.BytesIO()
    picture.save(file, "JPEG", exif=exif, **options)
    content = file.getvalue()
    assert takes_the_short_way(content)
    np.testing.assert_array_equal(decode_to_fingerprint(content), by_pillow(content))


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_a_large_one_is_sampled_as_it_is_shown(
    resized: Callable[[int, int], Pixels], encoded: Encode, orientation: int, mode: str
) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    picture = Image.fromarray(resized(777, 1301)).convert(mode)
    content = encoded(picture, "JPEG", exif=exif).getvalue()
    sampled = sampled_last(by_pillow(content))
    np.testing.assert_array_equal(decode(content), sampled)
    assert pdq.from_file(io.BytesIO(content)) == pdq.from_array(sampled)


def test_one_stored_in_rgb_is_pillows(coffee: Pixels, encoded: Encode) -> None:
    content = encoded(coffee, "JPEG", keep_rgb=True).getvalue()
    assert takes_the_short_way(content)
    np.testing.assert_array_equal(decode_to_fingerprint(content), by_pillow(content))
    assert pdq.from_file(io.BytesIO(content)) == pdq.from_array(by_pillow(content))


def test_other_pictures_take_the_long_way(coffee: Pixels, encoded: Encode) -> None:
    cmyk = encoded(Image.fromarray(coffee).convert("CMYK"), "JPEG").getvalue()
    png = encoded(coffee, "PNG").getvalue()
    assert not takes_the_short_way(cmyk)
    assert not takes_the_short_way(png)


def test_what_the_decoder_warns_of_is_decided_by_pillow(coffee: Pixels, encoded: Encode) -> None:
    content = encoded(coffee, "JPEG").getvalue()
    with_stray_bytes = content[:-2] + b"stray" + content[-2:]
    assert not takes_the_short_way(with_stray_bytes)
    assert pdq.from_file(io.BytesIO(with_stray_bytes)) == pdq.from_file(io.BytesIO(content))
    without_end = content[:-2]
    assert not takes_the_short_way(without_end)
    with pytest.raises(Damaged):
        pdq.from_file(io.BytesIO(without_end))


def test_one_over_the_limit_is_refused_by_its_header(coffee: Pixels, encoded: Encode) -> None:
    content = bytearray(encoded(coffee, "JPEG").getvalue())
    size = content.index(b"\xff\xc0") + 5
    content[size : size + 4] = b"\xff\xdc\xff\xdc"
    with pytest.raises(TooLarge, match="120,000,000 pixels"):
        pdq.from_file(io.BytesIO(content))


def test_a_damaged_one_is_judged_as_pillow_judges_it() -> None:
    file = io.BytesIO()
    Image.linear_gradient("L").resize((60, 50)).convert("RGB").save(file, "JPEG")
    draw = np.random.default_rng(1)
    for _ in range(300):
        harmed = bytearray(file.getvalue())
        for place in draw.integers(2, len(harmed), draw.integers(0, 4)):
            harmed[place] = draw.integers(256)
        assert_judged_as_by_pillow(bytes(harmed))


def assert_judged_as_by_pillow(harmed: bytes) -> None:
    try:
        expected = by_pillow(harmed)
    except Exception:  # noqa: BLE001 - a harmed file may raise anything
        with pytest.raises(FingerprintError):
            decode(harmed)
        return
    if expected.ndim == 2 or expected.shape[2] == 3:
        np.testing.assert_array_equal(decode(harmed), sampled_last(expected))


def test_scans_are_counted_wherever_they_start() -> None:
    for place in (0, 1, (1 << 20) - 2, (1 << 20) - 1, 1 << 20, (1 << 20) + 5):
        content = bytearray((1 << 20) + 9)
        content[place : place + 2] = b"\xff\xda"
        assert count_scans(bytes(content)) == 1
    assert count_scans(b"") == count_scans(b"\xff") == 0
