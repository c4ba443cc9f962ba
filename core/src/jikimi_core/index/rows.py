"""The newest rows of an index, which are in no segment yet, and how the next moment is made."""

from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

ROW_WORDS: Final = 4
_SMALLEST_CAPACITY: Final = 16


@dataclass(frozen=True, kw_only=True, slots=True)
class Rows:
    """``count`` rows: ids (uint64) and words (uint64, 4 columns), of which more may be allocated.

    Rows under ``count`` never change, so a reader needs no lock. Adding writes behind ``count``,
    where no reader looks; only the newest Rows may be added to, by one thread at a time.
    """

    all_ids: NDArray[np.uint64]
    all_words: NDArray[np.uint64]
    count: int

    @classmethod
    def of(cls, ids: NDArray[np.uint64], words: NDArray[np.uint64]) -> Self:
        """Return the rows of two arrays of the same length, which must not change afterwards."""
        return cls(all_ids=ids, all_words=words, count=len(ids))

    @classmethod
    def none(cls) -> Self:
        """Return no rows."""
        return cls.of(np.empty(0, np.uint64), np.empty((0, ROW_WORDS), np.uint64))

    @property
    def ids(self) -> NDArray[np.uint64]:
        """The ids, in the order of adding."""
        return self.all_ids[: self.count]

    @property
    def words(self) -> NDArray[np.uint64]:
        """The rows, in the order of ``ids``."""
        return self.all_words[: self.count]

    def with_added(self, ids: NDArray[np.uint64], words: NDArray[np.uint64]) -> "Rows":
        """Return these rows and the new ones."""
        count = self.count + len(ids)
        room = self if count <= len(self.all_ids) else self._with_room_for(count)
        room.all_ids[self.count : count] = ids
        room.all_words[self.count : count] = words
        return Rows(all_ids=room.all_ids, all_words=room.all_words, count=count)

    def without(self, ids: NDArray[np.uint64]) -> "Rows":
        """Return these rows except those of ``ids``, copied; unknown ids are passed over."""
        kept = ~np.isin(self.ids, ids)
        return Rows.of(self.ids[kept], self.words[kept])

    def by_id(self) -> "Rows":
        """Return these rows in the order of their ids."""
        if np.all(self.ids[1:] > self.ids[:-1]):
            return self
        order = np.argsort(self.ids)
        return Rows.of(self.ids[order], self.words[order])

    def _with_room_for(self, count: int) -> "Rows":
        capacity = max(count, 2 * len(self.all_ids), _SMALLEST_CAPACITY)
        all_ids = np.empty(capacity, np.uint64)
        all_words = np.empty((capacity, ROW_WORDS), np.uint64)
        all_ids[: self.count] = self.ids
        all_words[: self.count] = self.words
        return Rows(all_ids=all_ids, all_words=all_words, count=self.count)
