"""HEIC, as phones make it: read where its reader is installed, within the limits of every photo."""

import io
import struct
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from jikimi.takedown.seeing.errors import NotReadable
from jikimi.takedown.seeing.isolating import fingerprint_apart
from jikimi.takedown.seeing.looking import kind_of
from jikimi.takedown.seeing.photos import fingerprint_of
from jikimi.takedown.seeing.veiling import veil
from jikimi_core.fingerprint import pdq
from jikimi_core.fingerprint.errors import Damaged, TooLarge
from tests.pictures import chart, encoded, photo

pillow_heif = pytest.importorskip("pillow_heif")


def heic(picture: Image.Image) -> bytes:
    packed = io.BytesIO()
    pillow_heif.from_pillow(picture).save(packed, quality=90)
    return packed.getvalue()


def as_pillow_reads_it(content: bytes) -> NDArray[np.uint8]:
    with pillow_heif.HeifImageFile(io.BytesIO(content)) as opened:
        return np.asarray(opened.convert("RGB"))


COFFEE = heic(Image.fromarray(photo("coffee")))
SMALL = heic(Image.fromarray(chart(1, width=200, height=150)))


@pytest.mark.parametrize("content", [COFFEE, SMALL], ids=["larger than 512", "smaller"])
def test_it_has_the_fingerprint_of_the_pixels_that_pillow_gets_of_it(content: bytes) -> None:
    assert fingerprint_of(io.BytesIO(content)) == pdq.from_array(as_pillow_reads_it(content))


def test_it_is_near_the_picture_that_it_was_made_of() -> None:
    made = fingerprint_of(io.BytesIO(COFFEE))
    assert pdq.distance(made.hash, pdq.from_array(photo("coffee")).hash) <= 10


def test_what_can_be_seen_through_lies_on_black() -> None:
    see_through = Image.fromarray(photo("coffee")).convert("RGBA")
    see_through.paste((255, 255, 255, 0), (0, 0, 300, 200))
    black = Image.fromarray(photo("coffee"))
    black.paste((0, 0, 0), (0, 0, 300, 200))
    made = fingerprint_of(io.BytesIO(heic(see_through)))
    assert pdq.distance(made.hash, pdq.from_array(np.asarray(black)).hash) <= 10


def test_the_isolated_process_reads_it_within_its_limits() -> None:
    assert kind_of(COFFEE, "").value == "picture"
    apart, here = fingerprint_apart(COFFEE), fingerprint_of(io.BytesIO(COFFEE))
    assert (apart.hash, apart.quality) == (here.hash, here.quality)


def test_it_is_veiled_like_any_other() -> None:
    ours = veil(COFFEE, is_blurred=True)
    same = veil(encoded(as_pillow_reads_it(COFFEE), "PNG"), is_blurred=True)
    assert (ours.width, ours.height, ours.grey) == (same.width, same.height, same.grey)


def test_one_over_the_limit_is_refused_by_its_header() -> None:
    size = struct.pack(">II", 600, 400)
    assert size in COFFEE
    with pytest.raises(TooLarge, match="120,000,000 pixels"):
        fingerprint_of(io.BytesIO(COFFEE.replace(size, struct.pack(">II", 12_001, 10_000))))


@pytest.mark.parametrize("kept", [40, len(COFFEE) // 2], ids=["only a beginning", "half"])
def test_a_damaged_one_is_told_so_and_no_crash(kept: int) -> None:
    with pytest.raises(Damaged):
        fingerprint_of(io.BytesIO(COFFEE[:kept]))
    with pytest.raises(NotReadable):
        fingerprint_apart(COFFEE[:kept])


def test_any_other_picture_is_read_as_ever(tmp_path: Path) -> None:
    file = tmp_path / "coffee.jpg"
    file.write_bytes(encoded(photo("coffee")))
    assert fingerprint_of(file) == pdq.from_file(file)
