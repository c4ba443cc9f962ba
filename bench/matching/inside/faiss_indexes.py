"""FAISS: the flat index and the hash indexes, asked for every fingerprint within a radius."""

import tempfile
from functools import partial
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from bench.matching.inside.answering import Changes, Hashes

_BITS = 256


def flat() -> "FaissIndex":
    return FaissIndex(faiss.IndexBinaryFlat(_BITS))


def multi_hash(bands: int, bits: int, flips: int) -> "FaissIndex":
    """Exact for a radius below (flips + 1) x bands."""
    index = faiss.IndexBinaryMultiHash(_BITS, bands, bits)
    index.nflip = flips
    return FaissIndex(index)


def one_hash(bits: int, flips: int) -> "FaissIndex":
    """Not exact: it finds what differs by no more than `flips` of the first `bits` bits."""
    index = faiss.IndexBinaryHash(_BITS, bits)
    index.nflip = flips
    return FaissIndex(index)


class FaissIndex:
    """Any of them."""

    def __init__(self, index: Any) -> None:
        self.index = index

    def build(self, hashes: Hashes) -> None:
        self.index.add(hashes)

    def prepared(self, queries: Hashes) -> Hashes:
        return queries

    def search(self, queries: Hashes, radius: int, threads: int) -> Any:
        """Every fingerprint within `radius`; FAISS's own means "nearer than"."""
        if faiss.omp_get_max_threads() != threads:
            faiss.omp_set_num_threads(threads)
        return self.index.range_search(queries, radius + 1)

    def pairs(self, found: Any) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        offsets, _, ids = found
        return offsets.astype(np.int64), ids

    def changes(self, fresh: Hashes, rows: int, *, written: bool) -> Changes:
        """Written and opened, added to; removed from where it can."""
        if written:
            with tempfile.NamedTemporaryFile() as file:
                yield "write", lambda: faiss.write_index_binary(self.index, file.name)
                self.index = None  # Not timed; and for two of them there may be no memory.
                yield "open, files in memory", lambda: self._open(file.name)
            yield "first query, files in memory", lambda: self.search(fresh[:1], 31, 1)
        for number in range(20):
            yield "add one", partial(self.index.add, fresh[number : number + 1])
        yield "add 1000", lambda: self.index.add(fresh[1000:2000])
        if isinstance(self.index, faiss.IndexBinaryFlat):
            yield "remove one", lambda: self.index.remove_ids(np.array([rows // 2]))
            yield "remove 1000", lambda: self.index.remove_ids(np.arange(1000))

    def _open(self, file: str) -> None:
        self.index = faiss.read_index_binary(file)
