"""The files of an index are those its page describes; the vectors keep them so for ever."""

import json
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from jikimi_core import _kernel
from jikimi_core.index import HammingIndex, memory
from jikimi_core.index.bit_order import by_frequency, by_frequency_and_key

VECTORS = Path(__file__).parents[2] / "docs/formats/vectors/index-segment-1.json"
IDS = np.array([1, 2**63 + 5], np.uint64)
HASHES = np.array([range(32), [0xFF] * 32], np.uint8)


@pytest.fixture(scope="module")
def vectors() -> dict[str, Any]:
    """The file of vectors."""
    return dict(json.loads(VECTORS.read_text()))


def whole(vector: dict[str, Any]) -> bytes:
    content = bytearray(vector["length"])
    for offset, digits in vector["bytes"].items():
        some = bytes.fromhex(digits)
        content[int(offset) : int(offset) + len(some)] = some
    return bytes(content)


def formula_hashes(count: int) -> NDArray[np.uint8]:
    """Byte k of hash n is the highest byte of (32 n + k) times an odd constant, modulo 2**64."""
    numbers = np.arange(32 * count, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    return (numbers >> np.uint64(56)).astype(np.uint8).reshape(count, 32)


def built(ids: NDArray[np.uint64], hashes: NDArray[np.uint8]) -> bytes:
    permutation = _kernel.Permutation(by_frequency())
    content = memory.zeros(_kernel.segment_bytes(len(ids)))
    _kernel.build_segment(content, ids, permutation.permute(hashes), permutation, 2)
    return content.tobytes()


def test_a_segment_of_today_is_the_one_written_down(vectors: dict[str, Any]) -> None:
    assert built(IDS, HASHES) == whole(vectors["segment"])


def test_a_folder_of_today_is_read_for_ever(vectors: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / vectors["segment"]["name"]).write_bytes(whole(vectors["segment"]))
    (tmp_path / "manifest").write_bytes(whole(vectors["manifest"]))
    index = HammingIndex(tmp_path)
    assert index.search(HASHES, radius=0).ids.tolist() == [1, 2**63 + 5]
    assert index.position == 42
    index.flush()
    assert (tmp_path / "manifest").read_bytes() == whole(vectors["manifest"])


def test_a_segment_with_bands_has_the_checksums_written_down(vectors: dict[str, Any]) -> None:
    vector = vectors["banded"]
    count = vector["rows"]
    content = built(np.arange(count, dtype=np.uint64), formula_hashes(count))
    assert len(content) == vector["length"]
    sections = [struct.unpack_from("<QQI4x", content, 320 + 24 * k) for k in range(34)]
    assert [f"{checksum:08x}" for _, _, checksum in sections] == vector["section_checksums"]


def test_bands_hold_every_row_once_where_the_page_says() -> None:
    count = 17_000
    content = built(np.arange(count, dtype=np.uint64), formula_hashes(count))
    sections = [struct.unpack_from("<QQI4x", content, 320 + 24 * k) for k in range(34)]
    rows = np.frombuffer(content, "<u2", 16 * count, sections[1][0]).reshape(count, 16)
    for band in range(16):
        starts = np.frombuffer(content, "<u4", 65_537, sections[2 + 2 * band][0])
        assert starts[0] == 0
        assert starts[-1] == count
        place = sections[3 + 2 * band][0]
        numbers = []
        for bucket in np.flatnonzero(np.diff(starts)):
            begin, length = int(starts[bucket]), int(starts[bucket + 1] - starts[bucket])
            sketches = np.frombuffer(content, "<u2", length, place + 6 * begin)
            inside = np.frombuffer(content, "<u4", length, place + 6 * begin + 2 * length)
            assert (rows[inside, band] == bucket).all()
            assert (rows[inside, (band + 1) % 16] == sketches).all()
            assert (np.diff(inside.astype(np.int64)) > 0).all()
            numbers.extend(inside.tolist())
        assert sorted(numbers) == list(range(count))


def test_orders_of_bits_are_the_ones_written_down(vectors: dict[str, Any]) -> None:
    assert by_frequency().tobytes().hex() == vectors["order"]
    for key, order in vectors["keyed_orders"].items():
        assert by_frequency_and_key(bytes.fromhex(key)).tobytes().hex() == order
