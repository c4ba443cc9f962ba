"""The fast way to a fingerprint against the readable one: not near, the same."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from jikimi_core import _kernel

Pixels = NDArray[np.uint8]


def assert_twins(pixels: Pixels) -> None:
    assert _kernel.pdq(pixels) == _kernel.pdq_reference(pixels)


def test_photos(any_photo: Pixels) -> None:
    assert_twins(any_photo)
    assert_twins(any_photo[..., 1])


@settings(max_examples=300)
@given(
    rows=st.integers(1, 700),
    columns=st.integers(1, 700),
    channels=st.sampled_from([1, 3]),
    values=st.sampled_from(["noise", "two tones", "flat", "ramp"]),
    seed=st.integers(0, 2**32),
)
def test_any_pixels(rows: int, columns: int, channels: int, values: str, seed: int) -> None:
    random = np.random.default_rng(seed)
    pixels = {
        "noise": lambda: random.integers(0, 256, (rows, columns, channels), np.uint8),
        "two tones": lambda: 255 * random.integers(0, 2, (rows, columns, channels), np.uint8),
        "flat": lambda: np.full((rows, columns, channels), random.integers(0, 256), np.uint8),
        "ramp": lambda: np.add.outer(np.arange(rows), np.arange(columns * channels)).astype(
            np.uint8
        ),
    }[values]()
    shape = (rows, columns) if channels == 1 else (rows, columns, channels)
    assert_twins(pixels.reshape(shape))


@pytest.mark.parametrize("rows", [5, 63, 64, 65, 127, 128, 129, 256, 384, 385, 511, 512, 513])
@pytest.mark.parametrize("columns", [5, 64, 128, 129, 257, 512, 513])
def test_sizes_where_the_window_changes(
    resized: Callable[[int, int], Pixels], rows: int, columns: int
) -> None:
    assert_twins(resized(rows, columns))


@pytest.mark.parametrize(
    "view",
    [
        lambda p: p[::-1],
        lambda p: p[:, ::-1],
        lambda p: p.swapaxes(0, 1),
        np.rot90,
        lambda p: p[3::2, 5::3],
        lambda p: p[..., 2],
        lambda p: np.broadcast_to(p[7], p.shape),
    ],
)
@pytest.mark.parametrize("side", [300, 700])
def test_a_view_is_fingerprinted_like_its_copy(
    resized: Callable[[int, int], Pixels], view: Callable[[Pixels], Pixels], side: int
) -> None:
    seen = view(resized(side, side + 50))
    copy = seen.copy()
    assert _kernel.pdq(seen) == _kernel.pdq(copy) == _kernel.pdq_reference(copy)
    assert _kernel.pdq_dihedral(seen) == _kernel.pdq_dihedral(copy)


def test_red_green_and_blue_must_be_neighbours(coffee: Pixels) -> None:
    with pytest.raises(ValueError, match="shape"):
        _kernel.pdq(coffee[..., ::-1])


# The fast way divides a whole number, the readable one adds doubles, as the reference does.
@pytest.mark.parametrize("reds", [range(start, start + 64) for start in range(0, 256, 64)])
def test_every_colour_has_one_luma(reds: range) -> None:
    green, blue = np.mgrid[0:256, 0:256]
    for red in reds:
        whole = (299 * red + 587 * green + 114 * blue).astype(np.float32) / np.float32(1000)
        added = (red * 0.299 + green * 0.587 + blue * 0.114).astype(np.float32)
        np.testing.assert_array_equal(whole, added)
