"""What an index was when it was last flushed. ``docs/formats/index-segment-1.md`` is the format."""

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from jikimi_core import _kernel
from jikimi_core.index.bit_order import BITS, BitOrder
from jikimi_core.index.errors import IndexFileError

MAGIC: Final = b"JIKIMIMF"
VERSION: Final = 1
_BYTE_ORDER: Final = 0x01020304
_FIELDS: Final = struct.Struct("<8sIIQQQQ16x")
_SEGMENT: Final = struct.Struct("<QQQ8x")
_CHECKSUM: Final = struct.Struct("<I")
_ID: Final = np.dtype("<u8")


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class SavedSegment:
    """A segment file by its number, its rows, and the ids in it that were removed since."""

    number: int
    rows: int
    removed: NDArray[np.uint64]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Manifest:
    """The order of bits, the segments, and the caller's position in what it follows."""

    order: BitOrder
    position: int
    segments: tuple[SavedSegment, ...]


def as_bytes(manifest: Manifest) -> bytes:
    """Return the content of the manifest's file."""
    segments = b"".join(
        _SEGMENT.pack(saved.number, saved.rows, len(saved.removed)) for saved in manifest.segments
    )
    removed = b"".join(saved.removed.astype(_ID).tobytes() for saved in manifest.segments)
    body = manifest.order.tobytes() + segments + removed
    length = _FIELDS.size + len(body) + _CHECKSUM.size
    fields = _FIELDS.pack(
        MAGIC,
        _BYTE_ORDER,
        VERSION,
        length,
        _kernel.Permutation(manifest.order).id,
        manifest.position,
        len(manifest.segments),
    )
    return fields + body + _CHECKSUM.pack(_checksum(fields + body))


def parse(path: Path, content: bytes) -> Manifest:
    """Return what the content of the file at ``path`` says. Raises IndexFileError."""
    count, position = _read_fields(path, content)
    start = _FIELDS.size
    order = np.frombuffer(content, np.uint8, BITS, start)
    start += BITS
    entries = list(_SEGMENT.iter_unpack(content[start : start + count * _SEGMENT.size]))
    start += count * _SEGMENT.size
    segments = []
    for number, rows, gone in entries:
        removed = np.frombuffer(content, _ID, gone, start).astype(np.uint64)
        segments.append(SavedSegment(number=number, rows=rows, removed=removed))
        start += gone * _ID.itemsize
    return Manifest(order=order, position=position, segments=tuple(segments))


def _read_fields(path: Path, content: bytes) -> tuple[int, int]:
    """Return the number of segments and the position, once all lengths and the checksum fit."""
    if not content.startswith(MAGIC):
        raise IndexFileError(path, "is not an index of fingerprints")
    if len(content) < _FIELDS.size + BITS + _CHECKSUM.size:
        raise IndexFileError(path, "is cut off; restore it from a backup")
    _, byte_order, version, length, order_id, position, count = _FIELDS.unpack_from(content)
    if byte_order != _BYTE_ORDER:
        raise IndexFileError(path, "was written in another byte order; build the index anew")
    if version != VERSION:
        raise IndexFileError(path, f"has version {version}; this program reads version {VERSION}")
    if len(content) != length:
        raise IndexFileError(path, "does not have the length it names; restore it from a backup")
    (checksum,) = _CHECKSUM.unpack(content[-_CHECKSUM.size :])
    if checksum != _checksum(content[: -_CHECKSUM.size]):
        raise IndexFileError(
            path, "is damaged: its checksum does not fit; restore it from a backup"
        )
    _require_fitting_parts(path, content, count, order_id)
    return count, position


def _require_fitting_parts(path: Path, content: bytes, count: int, order_id: int) -> None:
    """A checksum finds damage, not malice: what the file says of itself must fit as well."""
    entries_start = _FIELDS.size + BITS
    entries_end = entries_start + count * _SEGMENT.size
    if entries_end + _CHECKSUM.size > len(content):
        raise IndexFileError(path, "names more segments than it has room for")
    gone = sum(entry[2] for entry in _SEGMENT.iter_unpack(content[entries_start:entries_end]))
    if entries_end + gone * _ID.itemsize + _CHECKSUM.size != len(content):
        raise IndexFileError(path, "does not have the length its segments need")
    order = np.frombuffer(content, np.uint8, BITS, _FIELDS.size)
    try:
        fits = _kernel.Permutation(order).id == order_id
    except ValueError:
        fits = False
    if not fits:
        raise IndexFileError(path, "has an order of bits that cannot be")


def _checksum(content: bytes) -> int:
    return _kernel.crc32c(np.frombuffer(content, np.uint8))
