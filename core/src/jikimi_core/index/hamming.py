"""HammingIndex: every stored hash within a radius of a query, exactly."""

import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from jikimi_core import _kernel
from jikimi_core.index.errors import DuplicateId
from jikimi_core.index.file import read_rows, write_rows
from jikimi_core.index.rows import HASH_BYTES, Rows

LARGEST_RADIUS: Final = 8 * HASH_BYTES


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Matches:
    """What a search found, all queries one after the other.

    The matches of query k are ``ids`` and ``distances`` from ``offsets[k]`` up to
    ``offsets[k + 1]``, nearest first, equal distances by id. offsets int64 (q + 1), ids uint64 (m),
    distances uint16 (m).
    """

    offsets: NDArray[np.int64]
    ids: NDArray[np.uint64]
    distances: NDArray[np.uint16]


class HammingIndex:
    """An exact index of 256-bit hashes under ids that the caller chooses.

    Every pair is compared. All methods may be called from any thread; a search sees the index as it
    was when the search began and is never kept waiting by a writer.
    """

    def __init__(self, path: str | Path | None = None) -> None:
        """Open the index file at ``path``; a missing one is an empty index, made by ``flush``.

        Without a path the index lives in memory only. Raises IndexFileError for a file that is no
        index, damaged, cut off, or of another version or byte order.
        """
        self._path = None if path is None else Path(path)
        self._writing = threading.Lock()
        self._flushing = threading.Lock()
        self._rows = read_rows(self._path) if self._path is not None else Rows.none()
        self._known = set(self._rows.ids.tolist())

    def __len__(self) -> int:
        return self._rows.count

    def add(self, ids: NDArray[np.uint64], hashes: NDArray[np.uint8]) -> None:
        """Add hashes (uint8, (n, 32)) under ids (uint64, (n,)): all of them, or none on an error.

        Raises DuplicateId for an id that is in the index or comes twice: replacing silently would
        withdraw somebody's fingerprint. Raises ValueError for a wrong shape or type.
        """
        new_ids, new_hashes = _checked_ids(ids), _checked_hashes(hashes)
        if len(new_ids) != len(new_hashes):
            raise ValueError(f"{len(new_ids)} ids do not fit {len(new_hashes)} hashes")
        with self._writing:
            fresh = self._fresh(new_ids)
            self._rows = self._rows.with_added(new_ids, new_hashes)
            self._known |= fresh

    def remove(self, ids: NDArray[np.uint64]) -> None:
        """Remove the hashes of these ids; an id that is not there is passed over.

        Raises ValueError for a wrong shape or type.
        """
        checked = _checked_ids(ids)
        with self._writing:
            leaving = self._known.intersection(checked.tolist())
            if leaving:
                self._rows = self._rows.without(checked)
                self._known -= leaving

    def search(self, hashes: NDArray[np.uint8], radius: int = 31, threads: int = 1) -> Matches:
        """Find for each query hash (uint8, (q, 32)) the stored ones within ``radius`` bits.

        Raises ValueError for a wrong shape or type, a radius outside 0 to 256 or threads under 1,
        and MemoryError if the matches do not fit into memory.
        """
        queries = _checked_hashes(hashes)
        if not 0 <= radius <= LARGEST_RADIUS:
            raise ValueError(f"radius must be 0 to {LARGEST_RADIUS}, not {radius}")
        if threads < 1:
            raise ValueError(f"threads must be 1 or more, not {threads}")
        rows = self._rows
        offsets, ids, distances = _kernel.flat_search(
            rows.hashes, rows.ids, queries, radius, threads
        )
        return Matches(offsets=offsets, ids=ids, distances=distances)

    def flush(self) -> None:
        """Write the index to its file, whole or not at all; without a path there is nothing to do.

        Raises IndexFileError.
        """
        if self._path is not None:
            with self._flushing:
                write_rows(self._path, self._rows)

    def _fresh(self, ids: NDArray[np.uint64]) -> set[int]:
        fresh: set[int] = set()
        for identifier in ids.tolist():
            if identifier in self._known or identifier in fresh:
                raise DuplicateId(identifier)
            fresh.add(identifier)
        return fresh


def _checked_ids(ids: NDArray[np.uint64]) -> NDArray[np.uint64]:
    array = np.asarray(ids)
    if array.dtype != np.uint64 or array.ndim != 1:
        raise ValueError(f"ids must be uint64 of shape (n,), not {array.dtype} of {array.shape}")
    return array


def _checked_hashes(hashes: NDArray[np.uint8]) -> NDArray[np.uint8]:
    array = np.asarray(hashes)
    if array.dtype != np.uint8 or array.ndim != 2 or array.shape[1] != HASH_BYTES:  # noqa: PLR2004
        raise ValueError(
            f"hashes must be uint8 of shape (n, {HASH_BYTES}), not {array.dtype} of {array.shape}"
        )
    return np.ascontiguousarray(array)
