"""The lists as one process holds them: an exact index for each, all searched alike."""

import os
from collections.abc import Callable, Collection
from typing import Final

import numpy as np
from numpy.typing import NDArray

from jikimi.exchange.copying import ListedRows
from jikimi.exchange.rules.answers import NEGATIVE_RADIUS, Answer, Hit, answer_of
from jikimi.exchange.rules.lists import MOST_RADIUS, ListFacts, Purpose, radius_in
from jikimi_core.index import HammingIndex

THREADS: Final = os.cpu_count() or 1
MOST_FOUND: Final = 1_000
"""Near one hash on one list: a cluster of millions of the same picture stops nobody's search."""
_WORTH_MORE_THREADS: Final = 256


class HeldLists:
    """What is listed, as far as the log was followed. One thread changes it, any may search."""

    def __init__(self, open_index: Callable[[ListFacts], HammingIndex] | None = None) -> None:
        """`open_index` opens the index of a list; without it they begin empty, in memory."""
        self._open = open_index or (lambda _list: HammingIndex())
        self._indexes: dict[int, HammingIndex] = {}
        self._facts: dict[int, ListFacts] = {}
        self._resting: frozenset[int] = frozenset()

    @property
    def facts(self) -> Collection[ListFacts]:
        """Every list there is."""
        return self._facts.values()

    def size_of(self, list_: ListFacts) -> int:
        """How many entries a list holds."""
        return len(self._indexes[list_.id]) if list_.id in self._indexes else 0

    @property
    def resting(self) -> frozenset[int]:
        """Ids of the entries that match for nobody now."""
        return self._resting

    @property
    def indexes(self) -> dict[int, HammingIndex]:
        """The index of each list that holds or held something, by the list's id."""
        return dict(self._indexes)

    def know(self, facts: dict[int, ListFacts], resting: frozenset[int]) -> None:
        """Take in which lists there are and which entries rest; an ended list is dropped."""
        self._facts, self._resting = facts, resting
        if facts.keys() != self._indexes.keys():
            known = self._indexes
            # A copy takes its place, so that a search goes on in the one it began with.
            self._indexes = {
                id_: known[id_] if id_ in known else self._open(list_)
                for id_, list_ in facts.items()
            }

    def add(self, rows: ListedRows) -> None:
        """Add entries; those of lists that have ended are passed over. What is there stays once."""
        for list_ in np.unique(rows.lists).tolist():
            if list_ not in self._indexes:
                continue
            chosen = rows.lists == list_
            index = self._indexes[list_]
            ids = rows.ids[chosen]
            # After a fault, or a start from files that are ahead of their note.
            index.remove(ids)
            index.add(ids, rows.hashes[chosen])

    def remove(self, ids: NDArray[np.uint64]) -> None:
        """Remove entries, whatever list they are on; unknown ones are passed over."""
        if len(ids):
            for index in self._indexes.values():
                index.remove(ids)

    def search(
        self, hashes: NDArray[np.uint8], radii: NDArray[np.int64], lists: Collection[ListFacts]
    ) -> list[Answer]:
        """What these lists hold near each hash (uint8, (q, 32)) within its radius (int64, (q,)).

        What is near an entry of any negative list is answered with a remark and nothing else. Of
        more than MOST_FOUND on a list, so many are looked at. Raises IndexFileError where a search
        comes upon damage.
        """
        hits: list[list[Hit]] = [[] for _ in range(len(hashes))]
        capped = np.zeros(len(hashes), np.bool_)
        for list_ in lists:
            if list_.purpose is Purpose.MATCH:
                capped |= self._search_one(list_, hashes, radii, hits)
        hidden = self._near_a_negative(hashes)
        return [
            answer_of(found, self._resting, is_negative=is_hidden, is_capped=is_capped)
            for found, is_hidden, is_capped in zip(
                hits, hidden.tolist(), capped.tolist(), strict=True
            )
        ]

    def near(self, hashes: NDArray[np.uint8], radius: int, list_: ListFacts) -> list[list[Hit]]:
        """What one list of whatever purpose holds within a radius of each hash, hidden or not.

        For the house itself; of more than MOST_FOUND so many. Raises IndexFileError as `search`
        does.
        """
        hits: list[list[Hit]] = [[] for _ in range(len(hashes))]
        self._search_one(list_, hashes, np.full(len(hashes), radius, np.int64), hits)
        return hits

    def ids_near(
        self, hashes: NDArray[np.uint8], radius: int, list_: ListFacts
    ) -> NDArray[np.uint64]:
        """Ids (uint64, (n,), ascending) of all that one list holds within a radius of any of these.

        Of a crowd all, for the house itself. Raises IndexFileError as `search` does.
        """
        if not self.size_of(list_):
            return np.zeros(0, np.uint64)
        found = self._indexes[list_.id].search(hashes, radius, _threads(len(hashes)))
        return np.unique(found.ids)

    def _search_one(
        self,
        list_: ListFacts,
        hashes: NDArray[np.uint8],
        radii: NDArray[np.int64],
        hits: list[list[Hit]],
    ) -> NDArray[np.bool_]:
        """Add what one list holds to `hits`; return of each hash whether there was more."""
        index = self._indexes.get(list_.id)
        if index is None or not len(index):
            return np.zeros(len(hashes), np.bool_)
        within = np.minimum(radii, radius_in(list_, MOST_RADIUS)).astype(np.uint16)
        found = index.search(hashes, within, _threads(len(hashes)), MOST_FOUND)
        starts = found.offsets.tolist()
        ids, distances = found.ids.tolist(), found.distances.tolist()
        for query in np.flatnonzero(np.diff(found.offsets)).tolist():
            hits[query] += [
                Hit(entry=ids[at], distance=distances[at], list_=list_)
                for at in range(starts[query], starts[query + 1])
            ]
        return found.capped

    def _near_a_negative(self, hashes: NDArray[np.uint8]) -> NDArray[np.bool_]:
        hidden = np.zeros(len(hashes), np.bool_)
        for list_ in self._facts.values():
            if list_.purpose is Purpose.NEGATIVE and self.size_of(list_):
                found = self._indexes[list_.id].search(
                    hashes, NEGATIVE_RADIUS, _threads(len(hashes)), limit=1
                )
                hidden |= np.diff(found.offsets) > 0
        return hidden


def _threads(queries: int) -> int:
    return THREADS if queries >= _WORTH_MORE_THREADS else 1
