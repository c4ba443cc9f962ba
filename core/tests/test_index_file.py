"""The index on disk: it comes back as it was, or an error says why not."""

import struct
from pathlib import Path

import numpy as np
import pytest

from jikimi_core.index import HammingIndex, IndexFileError

IDS = np.array([7, 2**64 - 1, 0], np.uint64)
HASHES = np.random.default_rng(1).integers(0, 256, (3, 32), np.uint8)

# Two rows, written down so that a file of today can be read for ever; the page on the format
# shows the same bytes.
VECTOR = bytes.fromhex(
    "4a494b494d494858"
    "04030201"
    "01000000"
    "0200000000000000"
    "0000000000000000"
    "491f43db40f28a6b34007afc20629ec57e688fdd23a45b6f4c411b1d760da5bb"
    "0100000000000000"
    "0500000000000080"
    "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
    "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """An index file with three rows."""
    path = tmp_path / "index"
    index = HammingIndex(path)
    index.add(IDS, HASHES)
    index.flush()
    return path


def reason(path: Path) -> str:
    with pytest.raises(IndexFileError) as caught:
        HammingIndex(path)
    assert caught.value.path == path
    return caught.value.reason


def test_a_missing_file_is_a_new_index(tmp_path: Path) -> None:
    index = HammingIndex(tmp_path / "new")
    assert len(index) == 0
    assert not (tmp_path / "new").exists()


def test_what_was_flushed_comes_back(path: Path) -> None:
    found = HammingIndex(str(path)).search(HASHES, radius=0)
    assert found.ids.tolist() == IDS.tolist()
    assert found.offsets.tolist() == [0, 1, 2, 3]


def test_an_opened_index_can_be_changed_and_flushed_again(path: Path) -> None:
    index = HammingIndex(path)
    index.remove(IDS[:1])
    index.add(np.array([8], np.uint64), HASHES[:1])
    index.flush()
    assert HammingIndex(path).search(HASHES[:1], radius=0).ids.tolist() == [8]


def test_an_id_of_the_file_is_known_as_taken(path: Path) -> None:
    with pytest.raises(ValueError, match="id 7 "):
        HammingIndex(path).add(IDS[:1], HASHES[1:2])


def test_an_empty_index_comes_back_empty(tmp_path: Path) -> None:
    HammingIndex(tmp_path / "empty").flush()
    assert (tmp_path / "empty").is_file()
    assert len(HammingIndex(tmp_path / "empty")) == 0


def test_nothing_is_written_before_flush_and_without_a_path_never(path: Path) -> None:
    before = path.read_bytes()
    HammingIndex(path).remove(IDS)
    HammingIndex().flush()
    assert path.read_bytes() == before


def test_a_flush_leaves_one_file_that_only_its_owner_can_read(path: Path) -> None:
    HammingIndex(path).flush()
    assert list(path.parent.iterdir()) == [path]
    assert path.stat().st_mode & 0o777 == 0o600


def test_every_cut_is_noticed(path: Path) -> None:
    whole = path.read_bytes()
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        assert reason(path)


def test_every_changed_byte_is_noticed(path: Path) -> None:
    whole = path.read_bytes()
    for place in range(len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x10]) + whole[place + 1 :])
        assert reason(path)


def test_bytes_after_the_end_are_noticed(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"\0")
    assert "length" in reason(path)


def test_a_count_beyond_all_memory_is_refused_quietly(path: Path) -> None:
    content = bytearray(path.read_bytes())
    struct.pack_into("<Q", content, 16, 2**63)
    path.write_bytes(content)
    assert "length" in reason(path)


def test_a_newer_version_is_named(path: Path) -> None:
    content = bytearray(path.read_bytes())
    struct.pack_into("<I", content, 12, 2)
    path.write_bytes(content)
    assert "version 2" in reason(path)


def test_another_byte_order_is_named(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[8:12] = content[8:12][::-1]
    path.write_bytes(content)
    assert "byte order" in reason(path)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"\0" * 200])
def test_another_file_is_not_taken_for_an_index(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other"
    path.write_bytes(content)
    assert "not an index" in reason(path)


def test_a_folder_is_not_an_index(tmp_path: Path) -> None:
    assert "cannot be read" in reason(tmp_path)


def test_a_flush_that_fails_says_so_and_leaves_nothing_behind(path: Path, tmp_path: Path) -> None:
    index = HammingIndex(tmp_path / "missing" / "index")
    with pytest.raises(IndexFileError, match="cannot be written"):
        index.flush()
    taken = HammingIndex(tmp_path / "taken")
    (tmp_path / "taken").mkdir()
    with pytest.raises(IndexFileError, match="cannot be written"):
        taken.flush()
    assert sorted(tmp_path.iterdir()) == [path, tmp_path / "taken"]


def test_a_file_of_today_is_read_for_ever(tmp_path: Path) -> None:
    path = tmp_path / "vector"
    path.write_bytes(VECTOR)
    hashes = np.array([range(32), [0xFF] * 32], np.uint8)
    index = HammingIndex(path)
    assert index.search(hashes, radius=0).ids.tolist() == [1, 2**63 + 5]
    index.flush()
    assert path.read_bytes() == VECTOR
