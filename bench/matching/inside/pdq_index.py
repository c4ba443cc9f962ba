"""The package `threatexchange`: the index it gives for PDQ, through its own door."""

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray
from threatexchange.signal_type.pdq.signal import PdqSignal

from bench.matching.inside.answering import Changes, Hashes

_AT_ONCE = 65_536


class PdqIndex:
    """It takes and asks for hexadecimal text, one query a call, always within 31 bits."""

    def __init__(self) -> None:
        faiss.omp_set_num_threads(1)
        self.index: Any = PdqSignal.get_index_cls()()

    def build(self, hashes: Hashes) -> None:
        self.index.add_all(zip(_texts(hashes), range(len(hashes)), strict=True))

    def prepared(self, queries: Hashes) -> list[str]:
        return list(_texts(queries))

    def search(self, queries: Sequence[str], radius: int, threads: int) -> list[Any]:
        assert (radius, threads) == (self.index.get_match_threshold(), 1)
        return [self.index.query(query) for query in queries]

    def pairs(self, found: list[Any]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        offsets = np.cumsum([0, *(len(matches) for matches in found)])
        ids = [match.metadata for matches in found for match in matches]
        return offsets, np.array(ids, np.int64)

    def changes(self, fresh: Hashes, rows: int, *, written: bool) -> Changes:
        """Written and opened, added to; it cannot remove."""
        queries = self.prepared(fresh)
        if written:
            with tempfile.TemporaryDirectory() as folder:
                file = Path(folder) / "index"
                yield "write", lambda: self._write(file)
                self.index = None  # Not timed.
                yield "open, files in memory", lambda: self._open(file)
            yield "first query, files in memory", lambda: self.search(queries[:1], 31, 1)
        yield "add one", lambda: self.index.add(queries[0], rows)
        yield "add 1000", lambda: self.index.add_all(zip(queries[:1000], range(1000), strict=True))

    def _write(self, file: Path) -> None:
        with file.open("wb") as out:
            self.index.serialize(out)

    def _open(self, file: Path) -> None:
        with file.open("rb") as content:
            self.index = PdqSignal.get_index_cls().deserialize(content)


def _texts(hashes: Hashes) -> Iterator[str]:
    """Each as hexadecimal text; many are turned into text at once, so that it takes little time."""
    for start in range(0, len(hashes), _AT_ONCE):
        text = hashes[start : start + _AT_ONCE].tobytes().hex()
        yield from (text[place : place + 64] for place in range(0, len(text), 64))
