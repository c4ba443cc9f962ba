"""A file that is damaged, is something else, or is made to do harm gets an error that says so."""

import io
import struct
import warnings
import zlib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from jikimi_core.fingerprint import pdq
from jikimi_core.fingerprint.errors import (
    Damaged,
    Empty,
    FingerprintError,
    IsAVideo,
    NotAPicture,
    TooLarge,
    Truncated,
    Unreadable,
)
from jikimi_core.fingerprint.jpeg_decoding import MAX_JPEG_SCANS
from jikimi_core.fingerprint.reading import MAX_BYTES

Pixels = NDArray[np.uint8]
Encode = Callable[..., io.BytesIO]


@pytest.fixture(autouse=True)
def _a_warning_is_a_failure() -> object:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def png_chunk(kind: bytes, content: bytes) -> bytes:
    checksum = struct.pack(">I", zlib.crc32(kind + content))
    return struct.pack(">I", len(content)) + kind + content + checksum


def png_of_size(width: int, height: int) -> io.BytesIO:
    """A PNG that promises a picture of that size and holds a few rows of it."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = png_chunk(b"IDAT", zlib.compress(bytes(3 * width + 1)))
    chunks = png_chunk(b"IHDR", header) + rows + png_chunk(b"IEND", b"")
    return io.BytesIO(b"\x89PNG\r\n\x1a\n" + chunks)


def refused(content: bytes) -> FingerprintError:
    with pytest.raises(FingerprintError) as caught:
        pdq.from_file(io.BytesIO(content))
    return caught.value


def test_an_empty_file_is_called_empty() -> None:
    assert isinstance(refused(b""), Empty)


@pytest.mark.parametrize(
    "content",
    [b"not a picture", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"%PDF-1.7\n", b"\0" * 4096],
)
def test_what_is_no_picture_is_called_so(content: bytes) -> None:
    error = refused(content)
    assert type(error) is NotAPicture
    assert "not a picture" in str(error)


@pytest.mark.parametrize("kind", ["PPM", "ICO", "EPS", "PCX", "TGA", "ICNS", "JPEG2000"])
def test_formats_that_nobody_needs_are_not_even_tried(encoded: Encode, kind: str) -> None:
    assert type(refused(encoded(Image.new("RGB", (64, 64)), kind).getvalue())) is NotAPicture


@pytest.mark.parametrize(
    "start",
    [
        b"\0\0\0\x20ftypisom",
        b"\0\0\0\x14ftypqt  ",
        b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81",
        b"RIFF\0\0\0\0AVI LIST",
        b"\0\0\x01\xba\x44",
        b"FLV\x01\x05",
        (b"G" + bytes(187)) * 3,
    ],
)
def test_a_video_is_called_a_video(start: bytes) -> None:
    error = refused(start + bytes(1000))
    assert isinstance(error, IsAVideo)
    assert "The file is a video, not a picture" in str(error)


def test_a_heic_photo_is_told_what_to_do() -> None:
    error = refused(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(1000))
    assert type(error) is NotAPicture
    assert "HEIC" in str(error)
    assert "JPEG" in str(error)


@pytest.mark.parametrize(
    ("width", "height"), [(50_000, 50_000), (12_001, 10_000), (120_000_001, 1)]
)
def test_a_picture_over_the_limit_is_refused_by_its_header(width: int, height: int) -> None:
    error = refused(png_of_size(width, height).getvalue())
    assert isinstance(error, TooLarge)
    assert "120,000,000 pixels" in str(error)


def test_between_pillows_limit_and_ours_nothing_warns(encoded: Encode) -> None:
    assert pdq.from_file(encoded(Image.new("1", (10_000, 10_000)), "PNG")).quality == 0


def test_a_file_over_the_limit_is_not_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "large"
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 1_000_000_000)
    with path.open("rb") as file, pytest.raises(TooLarge, match="bytes"):
        pdq.from_file(file)
    with path.open("rb") as file:
        with pytest.raises(TooLarge):
            pdq.from_file(file)
        assert file.tell() == MAX_BYTES + 1


def test_a_jpeg_of_endless_scans_is_refused_before_decoding(
    coffee: Pixels, encoded: Encode
) -> None:
    content = encoded(coffee, "JPEG", progressive=True).getvalue()
    last_scan = content.rindex(b"\xff\xda")
    repeated = content[:last_scan] + content[last_scan:-2] * MAX_JPEG_SCANS + b"\xff\xd9"
    assert isinstance(refused(repeated), TooLarge)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "BMP", "TIFF", "WEBP", "AVIF"])
@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_a_file_that_was_cut_off_is_refused(
    coffee: Pixels, encoded: Encode, kind: str, share: float
) -> None:
    content = encoded(coffee, kind).getvalue()
    assert isinstance(refused(content[: int(share * len(content))]), Damaged | NotAPicture)


@pytest.mark.parametrize("progressive", [False, True])
def test_a_cut_off_jpeg_is_called_cut_off(
    coffee: Pixels, encoded: Encode, progressive: bool
) -> None:
    content = encoded(coffee, "JPEG", progressive=progressive).getvalue()
    error = refused(content[: len(content) // 2])
    assert isinstance(error, Truncated)
    assert "cut off" in str(error)


def test_a_missing_file_and_a_folder_are_unreadable(tmp_path: Path) -> None:
    for path in (tmp_path / "missing", tmp_path, "a\0name"):
        with pytest.raises(Unreadable):
            pdq.from_file(path)


@pytest.mark.parametrize(
    "exif",
    [b"", b"Exif\0\0", b"Exif\0\0MM\0\x2a\xff\xff\xff\xff", b"Exif\0\0II\x2a\0\x08\0\0\0\xff\xff"],
)
def test_broken_exif_does_not_hide_the_picture(
    coffee: Pixels, encoded: Encode, exif: bytes
) -> None:
    plain = encoded(coffee, "JPEG").getvalue()
    segment = b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif
    broken = plain[:2] + segment + plain[2:]
    assert pdq.from_file(io.BytesIO(broken)) == pdq.from_file(io.BytesIO(plain))


def small_files() -> list[bytes]:
    picture = Image.linear_gradient("L").resize((40, 30)).convert("RGB")
    files = []
    for kind in ("JPEG", "PNG", "GIF", "BMP", "TIFF", "WEBP", "AVIF"):
        file = io.BytesIO()
        picture.save(file, kind)
        files.append(file.getvalue())
    return files


@settings(max_examples=400)
@given(
    content=st.sampled_from(small_files()),
    changes=st.lists(
        st.tuples(st.integers(0, 5000), st.binary(min_size=1, max_size=4)), max_size=8
    ),
    tail=st.integers(0, 200),
)
def test_no_change_of_bytes_gets_past_the_errors_of_the_fingerprint(
    content: bytes, changes: list[tuple[int, bytes]], tail: int
) -> None:
    harmed = bytearray(content)
    for place, replacement in changes:
        at = place % len(harmed)
        harmed[at : at + len(replacement)] = replacement
    with suppress(FingerprintError):
        assert len(pdq.from_file(io.BytesIO(harmed[: len(harmed) - tail])).hash) == 32
