"""Rows of fingerprints in PostgreSQL's binary COPY, packed and unpacked without a loop in Python.

Every row has the same columns, none of them null, so that it has the same length: a count of
columns, then each column's length and bytes, most significant first (PostgreSQL, "COPY", File
Formats, Binary Format).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

HASH_BYTES: Final = 32
_HEAD: Final = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
_END: Final = b"\xff\xff"
_ARRIVING: Final = np.dtype(
    [
        ("columns", ">i2"),
        ("id_length", ">i4"),
        ("id", ">i8"),
        ("pdq_length", ">i4"),
        ("pdq", "u1", HASH_BYTES),
    ]
)
_LISTED: Final = np.dtype([*_ARRIVING.descr, ("list_length", ">i4"), ("list", ">i2")])


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class ListedRows:
    """Entries as they are listed: ids uint64 (n,), hashes uint8 (n, 32), lists int64 (n,)."""

    ids: NDArray[np.uint64]
    hashes: NDArray[np.uint8]
    lists: NDArray[np.int64]


def pack_arriving(ids: NDArray[np.uint64], hashes: NDArray[np.uint8]) -> bytes:
    """Ids under 2^63 (n,) and hashes (n, 32) as a whole COPY of the columns (bigint, bytea)."""
    rows = np.empty(len(ids), _ARRIVING)
    rows["columns"] = 2
    rows["id_length"], rows["id"] = 8, ids.astype(np.int64)
    rows["pdq_length"], rows["pdq"] = HASH_BYTES, hashes
    return _HEAD + rows.tobytes() + _END


def unpack_listed(
    blocks: Iterable[bytes | bytearray | memoryview], most: int
) -> Iterator[ListedRows]:
    """A COPY of the columns (bigint, bytea, smallint) as rows, at most ``most`` at a time.

    ``blocks`` are cut anywhere. Raises ValueError where it is no such COPY or is cut off.
    """
    held = bytearray()
    begun = False
    for block in blocks:
        held += block
        if not begun and len(held) >= len(_HEAD):
            if not held.startswith(_HEAD):
                raise ValueError("this is no binary COPY")
            del held[: len(_HEAD)]
            begun = True
        if begun and len(held) >= most * _LISTED.itemsize:
            yield _take(held, most)
    while len(held) > len(_END):
        yield _take(held, min(most, len(held) // _LISTED.itemsize))
    if not begun or bytes(held) != _END:
        raise ValueError("this COPY is cut off, or has other columns")


def _take(held: bytearray, count: int) -> ListedRows:
    if not count:
        raise ValueError("this COPY is cut off, or has other columns")
    size = count * _LISTED.itemsize
    rows = np.frombuffer(bytes(held[:size]), _LISTED)
    del held[:size]
    if not (
        (rows["columns"] == 3).all()  # noqa: PLR2004  # id, pdq, list
        and (rows["id_length"] == 8).all()  # noqa: PLR2004  # bytes of a bigint
        and (rows["pdq_length"] == HASH_BYTES).all()
        and (rows["list_length"] == 2).all()  # noqa: PLR2004  # bytes of a smallint
    ):
        raise ValueError("this COPY has other columns")
    return ListedRows(
        ids=rows["id"].astype(np.uint64),
        hashes=np.ascontiguousarray(rows["pdq"]),
        lists=rows["list"].astype(np.int64),
    )
