"""Ours: in memory alone, or written to a folder and mapped from there, as the product has it."""

import gc
import os
import shutil
import tempfile
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.matching.inside.answering import Changes, Hashes
from jikimi_core.index import HammingIndex, Matches

_ONE_BY_ONE = 50
_MANY = 1_000


class InMemory:
    """An index that is never written."""

    def __init__(self) -> None:
        self.index = HammingIndex()

    def build(self, hashes: Hashes) -> None:
        self.index.add(np.arange(len(hashes), dtype=np.uint64), hashes)
        self.index.settle()

    def prepared(self, queries: Hashes) -> Hashes:
        return queries

    def search(self, queries: Hashes, radius: int, threads: int) -> Matches:
        return self.index.search(queries, radius, threads)

    def pairs(self, found: Matches) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        return found.offsets, found.ids.astype(np.int64)

    def changes(self, fresh: Hashes, rows: int, *, written: bool) -> Changes:  # noqa: ARG002
        """One by one and a thousand at once; what is added is found by the next search."""
        for number in range(_ONE_BY_ONE):
            name = np.array([rows + number], np.uint64)
            yield "add one", partial(self.index.add, name, fresh[number : number + 1])
            assert name[0] in self.index.search(fresh[number : number + 1], 0).ids
        many = np.arange(rows + _MANY, rows + 2 * _MANY, dtype=np.uint64)
        yield "add 1000", lambda: self.index.add(many, fresh[_MANY : 2 * _MANY])
        yield "1000 queries after it", lambda: self.index.search(fresh[-_MANY:])
        for number in range(_ONE_BY_ONE):
            name = np.array([rows + number], np.uint64)
            yield "remove one", partial(self.index.remove, name)
            assert name[0] not in self.index.search(fresh[number : number + 1], 0).ids
        yield "remove 1000", lambda: self.index.remove(many)


class Mapped(InMemory):
    """An index that is built, written to a folder, opened anew from it, and read whole."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp()) / "index"
        self.index = HammingIndex(self.folder)

    def build(self, hashes: Hashes) -> None:
        super().build(hashes)
        self.index.flush()
        self._open()
        self.index.verify()

    def changes(self, fresh: Hashes, rows: int, *, written: bool) -> Changes:
        """Opened with its files out of memory and in it, changed, and written again."""
        for where in ("on disk", "in memory"):
            del self.index
            gc.collect()
            if where == "on disk":
                _put_out_of_memory(self.folder)
            yield f"open, files {where}", self._open
            yield f"first query, files {where}", lambda: self.index.search(fresh[:1])
            yield f"next 1000 queries, files {where}", lambda: self.index.search(fresh[-_MANY:])
        yield "verify every checksum", self.index.verify
        yield from super().changes(fresh, rows, written=written)
        yield "write what changed", self.index.flush
        shutil.rmtree(self.folder.parent)

    def _open(self) -> None:
        self.index = HammingIndex(self.folder)


def _put_out_of_memory(folder: Path) -> None:
    """Let the system forget what it holds of these files, as after a restart of the machine."""
    for file in folder.iterdir():
        with file.open("rb") as opened:
            os.fsync(opened.fileno())
            os.posix_fadvise(opened.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
