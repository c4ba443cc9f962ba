"""The content of an index at one moment, and how the next moment is made from it."""

from dataclasses import dataclass
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

HASH_BYTES: Final = 32
_SMALLEST_CAPACITY: Final = 1024


@dataclass(frozen=True, kw_only=True, slots=True)
class Rows:
    """``count`` rows: ids (uint64) and hashes (uint8, 32 columns), of which more may be allocated.

    Rows under ``count`` never change, so a reader needs no lock. Adding writes behind ``count``,
    where no reader looks; only the newest Rows may be added to, by one thread at a time.
    """

    all_ids: NDArray[np.uint64]
    all_hashes: NDArray[np.uint8]
    count: int

    @classmethod
    def of(cls, ids: NDArray[np.uint64], hashes: NDArray[np.uint8]) -> Self:
        """Return the rows of two arrays of the same length, which must not change afterwards."""
        return cls(all_ids=ids, all_hashes=hashes, count=len(ids))

    @classmethod
    def none(cls) -> Self:
        """Return no rows."""
        return cls.of(np.empty(0, np.uint64), np.empty((0, HASH_BYTES), np.uint8))

    @property
    def ids(self) -> NDArray[np.uint64]:
        """The ids, in the order of adding."""
        return self.all_ids[: self.count]

    @property
    def hashes(self) -> NDArray[np.uint8]:
        """The hashes, in the order of ``ids``."""
        return self.all_hashes[: self.count]

    def with_added(self, ids: NDArray[np.uint64], hashes: NDArray[np.uint8]) -> "Rows":
        """Return these rows and the new ones."""
        count = self.count + len(ids)
        room = self if count <= len(self.all_ids) else self._with_room_for(count)
        room.all_ids[self.count : count] = ids
        room.all_hashes[self.count : count] = hashes
        return Rows(all_ids=room.all_ids, all_hashes=room.all_hashes, count=count)

    def without(self, ids: NDArray[np.uint64]) -> "Rows":
        """Return these rows except those of ``ids``, copied; unknown ids are passed over."""
        kept = ~np.isin(self.ids, ids)
        return Rows.of(self.ids[kept], self.hashes[kept])

    def _with_room_for(self, count: int) -> "Rows":
        capacity = max(count, 2 * len(self.all_ids), _SMALLEST_CAPACITY)
        all_ids = np.empty(capacity, np.uint64)
        all_hashes = np.empty((capacity, HASH_BYTES), np.uint8)
        all_ids[: self.count] = self.ids
        all_hashes[: self.count] = self.hashes
        return Rows(all_ids=all_ids, all_hashes=all_hashes, count=self.count)
