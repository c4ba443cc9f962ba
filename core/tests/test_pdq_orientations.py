"""The eight orientations, against the reference and against pictures that were really turned."""

from collections.abc import Callable
from dataclasses import astuple, fields

import numpy as np
import pdqhash
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from jikimi_core.fingerprint import pdq

Pixels = NDArray[np.uint8]

TURNS: dict[str, Callable[[Pixels], Pixels]] = {
    "original": lambda p: p,
    "rotated_90": np.rot90,
    "rotated_180": lambda p: np.rot90(p, 2),
    "rotated_270": lambda p: np.rot90(p, 3),
    "flipped_x": lambda p: p[::-1],
    "flipped_y": lambda p: p[:, ::-1],
    "transposed": lambda p: p.transpose(1, 0, 2),
    "antitransposed": lambda p: p[::-1, ::-1].transpose(1, 0, 2),
}


def reference(pixels: Pixels) -> list[bytes]:
    hashes, _ = pdqhash.compute_dihedral(pixels)
    return [np.packbits(np.asarray(bits, np.uint8)).tobytes() for bits in hashes]


def hashes_of(found: pdq.Dihedral) -> list[bytes]:
    return [getattr(found, field.name).hash for field in fields(found)]


def test_all_eight_are_the_reference_ones(any_photo: Pixels) -> None:
    small = np.ascontiguousarray(any_photo[:512, :512])
    found = pdq.dihedral_from_array(small)
    assert hashes_of(found) == reference(small)
    assert {quality for _, quality in astuple(found)} == {pdqhash.compute(small)[1]}


@settings(max_examples=60)
@given(rows=st.integers(5, 512), columns=st.integers(5, 512), seed=st.integers(0, 2**32))
def test_any_pixels_get_the_reference_orientations(rows: int, columns: int, seed: int) -> None:
    if (rows, columns) == (64, 64):  # the reference filters here, but not for a single hash
        columns = 65
    pixels = np.random.default_rng(seed).integers(0, 256, (rows, columns, 3), np.uint8)
    assert hashes_of(pdq.dihedral_from_array(pixels)) == reference(pixels)


@pytest.mark.parametrize("size", [(64, 64), (300, 200), (900, 700)])
def test_the_original_is_the_plain_fingerprint(
    resized: Callable[[int, int], Pixels], size: tuple[int, int]
) -> None:
    pixels = resized(*size)
    assert pdq.dihedral_from_array(pixels).original == pdq.from_array(pixels)


@pytest.mark.parametrize("name", TURNS)
def test_each_name_finds_the_picture_that_was_turned_so(coffee: Pixels, name: str) -> None:
    turned = pdq.from_array(TURNS[name](coffee[:, :400])).hash
    found = pdq.dihedral_from_array(coffee[:, :400])
    distances = {
        field.name: pdq.distance(getattr(found, field.name).hash, turned) for field in fields(found)
    }
    assert min(distances, key=distances.__getitem__) == name
    assert distances[name] <= 16
    assert sorted(distances.values())[1] > 80


def test_a_file_gives_the_orientations_of_its_pixels(
    coffee: Pixels, encoded: Callable[..., object]
) -> None:
    file = encoded(coffee, "PNG")
    assert pdq.dihedral_from_file(file) == pdq.dihedral_from_array(coffee)
