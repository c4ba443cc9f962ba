"""The index on disk: one file, written whole. ``docs/formats/hamming-index-1.md`` is its format."""

import contextlib
import hashlib
import os
import struct
import tempfile
from pathlib import Path
from typing import Final

import numpy as np

from jikimi_core.index.errors import IndexFileError
from jikimi_core.index.rows import HASH_BYTES, Rows

MAGIC: Final = b"JIKIMIHX"
VERSION: Final = 1
_BYTE_ORDER: Final = 0x01020304
_FIELDS: Final = struct.Struct("<8sIIQ8x")
_CHECKSUM_BYTES: Final = hashlib.sha256().digest_size
_HEADER_BYTES: Final = _FIELDS.size + _CHECKSUM_BYTES
_ID: Final = np.dtype("<u8")
_ROW_BYTES: Final = _ID.itemsize + HASH_BYTES


def write_rows(path: Path, rows: Rows) -> None:
    """Replace the file by one with these rows, at once: a crash leaves the old or the new one.

    The file can be read and written by its owner only. Raises IndexFileError.
    """
    ids, hashes = rows.ids.astype(_ID).tobytes(), rows.hashes.tobytes()
    fields = _FIELDS.pack(MAGIC, _BYTE_ORDER, VERSION, rows.count)
    try:
        _replace(path, (fields, _checksum(fields, ids, hashes), ids, hashes))
    except OSError as problem:
        raise IndexFileError(path, f"cannot be written: {problem.strerror}") from problem


def read_rows(path: Path) -> Rows:
    """Return the rows of the file, none if there is no file yet.

    Raises IndexFileError if it is not an index, of another version or byte order, cut off, or does
    not fit its checksum.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return Rows.none()
    except OSError as problem:
        raise IndexFileError(path, f"cannot be read: {problem.strerror}") from problem
    return _parse(path, content)


def _parse(path: Path, content: bytes) -> Rows:
    count = _count(path, content)
    body = memoryview(content)[_HEADER_BYTES:]
    checksum = content[_FIELDS.size : _HEADER_BYTES]
    if _checksum(content[: _FIELDS.size], body) != checksum:
        raise IndexFileError(
            path, "is damaged: its checksum does not fit; restore it from a backup"
        )
    ids = np.frombuffer(body, _ID, count).astype(np.uint64)
    hashes = np.frombuffer(body, np.uint8, offset=count * _ID.itemsize).reshape(count, HASH_BYTES)
    if len(np.unique(ids)) != count:
        raise IndexFileError(path, "holds an id twice; restore it from a backup")
    return Rows.of(ids, hashes)


def _count(path: Path, content: bytes) -> int:
    if not content.startswith(MAGIC):
        raise IndexFileError(path, "is not an index of fingerprints")
    if len(content) < _HEADER_BYTES:
        raise IndexFileError(path, "is cut off; restore it from a backup")
    _, byte_order, version, count = _FIELDS.unpack_from(content)
    if byte_order != _BYTE_ORDER:
        raise IndexFileError(path, "was written in another byte order; export it anew")
    if version != VERSION:
        raise IndexFileError(path, f"has version {version}; this program reads version {VERSION}")
    if len(content) != _HEADER_BYTES + count * _ROW_BYTES:
        raise IndexFileError(path, "does not have the length it names; restore it from a backup")
    return int(count)


def _checksum(*parts: bytes | memoryview) -> bytes:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
    return digest.digest()


def _replace(path: Path, parts: tuple[bytes, ...]) -> None:
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.writelines(parts)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            Path(name).unlink()
        raise
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
