"""The index on disk: it comes back as it was, or an error says why not."""

import shutil
import struct
from pathlib import Path

import numpy as np
import pytest

from jikimi_core.index import HammingIndex, IndexFileError

IDS = np.array([7, 2**64 - 1, 0], np.uint64)
HASHES = np.random.default_rng(1).integers(0, 256, (3, 32), np.uint8)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """An index folder with three rows, one of four removed after it was written."""
    path = tmp_path / "index"
    index = HammingIndex(path)
    index.add(IDS, HASHES)
    index.add(np.array([8], np.uint64), HASHES[:1])
    index.flush()
    index.remove(np.array([8], np.uint64))
    index.flush(position=77)
    return path


def reason(path: Path) -> str:
    with pytest.raises(IndexFileError) as caught:
        HammingIndex(path)
    assert path in (caught.value.path, caught.value.path.parent)
    return caught.value.reason


def segment_of(path: Path) -> Path:
    (segment,) = path.glob("*.segment")
    return segment


def test_a_missing_folder_is_a_new_index(tmp_path: Path) -> None:
    index = HammingIndex(tmp_path / "new")
    assert len(index) == 0
    assert index.position == 0
    assert not (tmp_path / "new").exists()


def test_what_was_flushed_comes_back(path: Path) -> None:
    index = HammingIndex(str(path))
    found = index.search(HASHES, radius=0)
    assert found.ids.tolist() == IDS.tolist()
    assert found.offsets.tolist() == [0, 1, 2, 3]
    assert len(index) == 3
    assert index.position == 77
    index.verify()


def test_an_opened_index_can_be_changed_and_flushed_again(path: Path) -> None:
    index = HammingIndex(path)
    index.remove(IDS[:1])
    index.add(np.array([8], np.uint64), HASHES[:1])
    index.flush()
    again = HammingIndex(path)
    assert again.search(HASHES[:1], radius=0).ids.tolist() == [8]
    assert again.position == 77


def test_an_id_of_the_file_is_known_as_taken(path: Path) -> None:
    with pytest.raises(ValueError, match="id 7 "):
        HammingIndex(path).add(IDS[:1], HASHES[1:2])


def test_an_empty_index_comes_back_empty(tmp_path: Path) -> None:
    HammingIndex(tmp_path / "empty").flush()
    assert (tmp_path / "empty" / "manifest").is_file()
    assert len(HammingIndex(tmp_path / "empty")) == 0


def test_nothing_is_written_before_flush_and_without_a_path_never(path: Path) -> None:
    before = {file: file.read_bytes() for file in path.iterdir()}
    index = HammingIndex(path)
    index.remove(IDS)
    index.settle()
    HammingIndex().flush()
    assert {file: file.read_bytes() for file in path.iterdir()} == before


def test_a_flush_leaves_files_that_only_their_owner_can_read_and_no_others(path: Path) -> None:
    (path / ".unfinished-1").write_bytes(b"left by a process that was killed")
    (path / "00000000000000aa.segment").write_bytes(b"never named by a manifest")
    HammingIndex(path).flush()
    assert sorted(file.name for file in path.iterdir()) == [
        segment_of(path).name,
        "lock",
        "manifest",
    ]
    assert {file.stat().st_mode & 0o777 for file in path.iterdir()} == {0o600}
    assert path.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("name", ["manifest", "segment"])
def test_every_cut_and_every_changed_byte_is_noticed(path: Path, name: str) -> None:
    file = path / "manifest" if name == "manifest" else segment_of(path)
    whole = file.read_bytes()
    for length in range(0, len(whole), 1 + len(whole) // 600):
        file.write_bytes(whole[:length])
        assert reason(path)
    for place in range(0, len(whole), 1 + len(whole) // 600):
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 0x10]) + whole[place + 1 :])
        assert reason(path)
    file.write_bytes(whole + b"\0")
    assert reason(path)
    file.write_bytes(whole)
    assert len(HammingIndex(path)) == 3


def test_a_missing_segment_is_named(path: Path) -> None:
    segment = segment_of(path)
    segment.unlink()
    assert "missing" in reason(path)


def test_a_count_beyond_all_memory_is_refused_quietly(path: Path) -> None:
    for offset in (40, 64 + 256, 64 + 256 + 8, 64 + 256 + 16):
        content = bytearray((path / "manifest").read_bytes())
        struct.pack_into("<Q", content, offset, 2**61)
        broken = path.parent / f"broken-{offset}"
        shutil.copytree(path, broken)
        (broken / "manifest").write_bytes(_with_checksum(bytes(content)))
        assert reason(broken)


def _with_checksum(manifest: bytes) -> bytes:
    """CRC-32C, bit by bit."""
    rest = 0xFFFFFFFF
    for byte in manifest[:-4]:
        rest ^= byte
        for _ in range(8):
            rest = rest >> 1 ^ (0x82F63B78 if rest & 1 else 0)
    return manifest[:-4] + struct.pack("<I", rest ^ 0xFFFFFFFF)


@pytest.mark.parametrize("name", ["manifest", "segment"])
def test_a_newer_version_is_named(path: Path, name: str) -> None:
    file = path / "manifest" if name == "manifest" else segment_of(path)
    content = bytearray(file.read_bytes())
    struct.pack_into("<I", content, 12, 2)
    file.write_bytes(content)
    assert "version 2" in reason(path)


@pytest.mark.parametrize("name", ["manifest", "segment"])
def test_another_byte_order_is_named(path: Path, name: str) -> None:
    file = path / "manifest" if name == "manifest" else segment_of(path)
    content = bytearray(file.read_bytes())
    content[8:12] = content[8:12][::-1]
    file.write_bytes(content)
    assert "byte order" in reason(path)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"\0" * 200])
def test_another_file_is_not_taken_for_an_index(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other"
    path.write_bytes(content)
    assert "not an index" in reason(path)
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "manifest").write_bytes(content)
    assert "not an index" in reason(folder)


def test_a_manifest_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "manifest").mkdir()
    assert "cannot be read" in reason(tmp_path)


def test_a_flush_that_fails_says_so_and_leaves_nothing_behind(path: Path, tmp_path: Path) -> None:
    index = HammingIndex(tmp_path / "missing" / "index")
    with pytest.raises(IndexFileError, match="cannot be written"):
        index.flush()
    taken = HammingIndex(tmp_path / "taken")
    taken.add(IDS, HASHES)
    (tmp_path / "taken").write_bytes(b"")
    with pytest.raises(IndexFileError, match="cannot be written"):
        taken.flush()
    assert sorted(tmp_path.iterdir()) == [path, tmp_path / "taken"]
    assert taken.search(HASHES, radius=0).ids.tolist() == IDS.tolist()


def test_of_two_that_flush_the_second_is_told_to_open_anew(path: Path) -> None:
    one, other = HammingIndex(path), HammingIndex(path)
    one.remove(IDS[:1])
    one.flush()
    other.remove(IDS[1:2])
    with pytest.raises(IndexFileError, match="changed by another process"):
        other.flush()
    assert len(HammingIndex(path)) == 2
    assert other.search(HASHES, radius=0).ids.tolist() == [7, 0]


def test_a_reader_keeps_what_it_opened_while_the_files_are_replaced(path: Path) -> None:
    reader = HammingIndex(path)
    writer = HammingIndex(path)
    writer.remove(IDS[:2])
    writer.settle()
    writer.flush()
    assert reader.search(HASHES, radius=0).ids.tolist() == IDS.tolist()
    assert HammingIndex(path).search(HASHES, radius=0).ids.tolist() == [0]


def test_an_index_keeps_the_order_of_bits_it_was_begun_with(tmp_path: Path) -> None:
    path = tmp_path / "keyed"
    index = HammingIndex(path, key=b"a key of this place")
    index.add(IDS, HASHES)
    index.flush()
    for opened in (HammingIndex(path), HammingIndex(path, key=b"a key of this place")):
        assert opened.search(HASHES, radius=0).ids.tolist() == IDS.tolist()
    with pytest.raises(IndexFileError, match="another key"):
        HammingIndex(path, key=b"the key of another place")
    with pytest.raises(ValueError, match="16 bytes or more"):
        HammingIndex(key=b"short")
