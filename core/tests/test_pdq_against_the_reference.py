"""The oracle: pdqhash, which wraps Meta's own C++, on the same pixels after the 512 step."""

from collections.abc import Callable

import numpy as np
import pdqhash
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from jikimi_core.fingerprint import pdq

Pixels = NDArray[np.uint8]


def sampled(pixels: Pixels) -> Pixels:
    rows, columns = pixels.shape[:2]
    if max(rows, columns) <= 512:
        return pixels
    k = np.arange(512)
    return np.ascontiguousarray(pixels[k * rows // 512][:, k * columns // 512])


def reference(pixels: Pixels) -> pdq.Pdq:
    bits, quality = pdqhash.compute(sampled(pixels))
    return pdq.Pdq(hash=np.packbits(bits.astype(np.uint8)).tobytes(), quality=quality)


def noise(rows: int, columns: int, seed: int) -> Pixels:
    return np.random.default_rng(seed).integers(0, 256, (rows, columns, 3), np.uint8)


def waves(rows: int, columns: int, seed: int) -> Pixels:
    random = np.random.default_rng(seed)
    y, x = np.mgrid[0 : 1 : complex(rows), 0 : 1 : complex(columns)]
    pitch = random.uniform(0, 20, (2, 3))
    waves = np.sin(y[..., None] * pitch[0] + x[..., None] * pitch[1])
    return (127.5 + 127.4 * waves).astype(np.uint8)


def flat(rows: int, columns: int, seed: int) -> Pixels:
    colour = np.random.default_rng(seed).integers(0, 256, 3, np.uint8)
    return np.full((rows, columns, 3), colour)


def two_tone(rows: int, columns: int, seed: int) -> Pixels:
    return (noise(rows, columns, seed) // 128) * 255


def test_photos_get_the_reference_bits_and_quality(any_photo: Pixels) -> None:
    assert pdq.from_array(any_photo) == reference(any_photo)


@pytest.mark.parametrize(
    ("rows", "columns"),
    [
        (5, 5),
        (5, 700),
        (63, 65),
        (64, 64),
        (64, 65),
        (127, 128),
        (129, 257),
        (511, 512),
        (512, 512),
        (512, 513),
        (513, 511),
        (37, 1000),
        (3, 600),
        (4000, 1),
        (1024, 1024),
        (3000, 4000),
    ],
)
def test_every_size_gets_the_reference_bits(
    resized: Callable[[int, int], Pixels], rows: int, columns: int
) -> None:
    pixels = resized(rows, columns)
    assert pdq.from_array(pixels) == reference(pixels)


@settings(max_examples=200)
@given(
    make=st.sampled_from([noise, waves, flat, two_tone]),
    rows=st.integers(1, 700),
    columns=st.integers(1, 700),
    seed=st.integers(0, 2**32),
)
def test_any_pixels_get_the_reference_bits(
    make: Callable[[int, int, int], Pixels], rows: int, columns: int, seed: int
) -> None:
    pixels = make(rows, columns, seed)
    assert pdq.from_array(pixels) == reference(pixels)


@pytest.mark.parametrize("size", [(300, 200), (64, 64), (700, 900)])
def test_grey_pixels_are_worth_the_same_as_grey_rgb(size: tuple[int, int]) -> None:
    grey = np.random.default_rng(1).integers(0, 256, size, np.uint8)
    as_rgb = np.repeat(grey[..., None], 3, axis=2)
    assert pdq.from_array(grey) == pdq.from_array(as_rgb) == reference(as_rgb)


def test_a_flat_picture_has_quality_0_and_the_reference_rounding_noise() -> None:
    pixels = np.full((300, 400, 3), 128, np.uint8)
    found = pdq.from_array(pixels)
    assert found == reference(pixels)
    assert found.quality == 0
    assert int.from_bytes(found.hash).bit_count() > 0


@pytest.mark.parametrize(("rows", "columns"), [(4, 4), (4, 512), (512, 4), (1, 1)])
def test_under_five_pixels_there_is_no_fingerprint(rows: int, columns: int) -> None:
    pixels = noise(rows, columns, 1)
    assert pdq.from_array(pixels) == reference(pixels) == pdq.Pdq(hash=bytes(32), quality=0)


@pytest.mark.parametrize(("rows", "columns"), [(4, 4), (4, 512), (0, 10), (600, 0)])
def test_under_five_pixels_no_orientation_has_one(rows: int, columns: int) -> None:
    found = pdq.dihedral_from_array(np.zeros((rows, columns, 3), np.uint8))
    assert found.rotated_90 == found.original == pdq.Pdq(hash=bytes(32), quality=0)


def test_hex_is_in_the_order_everybody_exchanges(coffee: Pixels) -> None:
    # Written down once from pdqhash 0.2.8, so that both cannot drift together.
    expected = "88629e779a663698f9833866c027727c21a679f61eb6e1f8c79b27e27c0299e0"
    assert pdq.from_array(coffee).hex == expected


def test_views_and_read_only_pixels_are_fingerprinted_as_they_look(coffee: Pixels) -> None:
    mirrored = coffee[:, ::-1]
    assert not mirrored.flags.c_contiguous
    assert pdq.from_array(mirrored) == pdq.from_array(mirrored.copy())


@pytest.mark.parametrize(
    "pixels",
    [
        np.zeros((10, 10, 3), np.float32),
        np.zeros((10, 10, 4), np.uint8),
        np.zeros((10, 10, 1), np.uint8),
        np.zeros(10, np.uint8),
        np.zeros((2, 10, 10, 3), np.uint8),
    ],
)
def test_other_shapes_and_types_are_refused(pixels: Pixels) -> None:
    with pytest.raises(ValueError, match="pixels must be"):
        pdq.from_array(pixels)


def test_distance_counts_differing_bits() -> None:
    assert pdq.distance(bytes(32), b"\xff" * 32) == 256
    assert pdq.distance(bytes(31) + b"\x05", bytes(32)) == 2
    with pytest.raises(ValueError, match="32 bytes"):
        pdq.distance(b"", bytes(32))


def test_a_hash_survives_the_way_through_hex(coffee: Pixels) -> None:
    found = pdq.from_array(coffee)
    assert pdq.hash_from_hex(found.hex.upper()) == found.hash


@pytest.mark.parametrize("text", ["", "0" * 63, "0" * 65, "g" * 64, "0" * 62 + "  ", "٠" * 64])
def test_what_is_no_hash_in_hex_is_refused(text: str) -> None:
    with pytest.raises(pdq.NotAFingerprint):
        pdq.hash_from_hex(text)
