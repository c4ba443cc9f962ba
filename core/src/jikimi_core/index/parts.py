"""The segments of an index, and its content at one moment."""

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import NDArray

from jikimi_core import _kernel
from jikimi_core.index import memory
from jikimi_core.index.rows import Rows


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Part:
    """One segment: its number, where it lies, when each row was removed, and how many were.

    ``is_saved`` says that a file of the index's folder holds it.
    """

    number: int
    content: NDArray[np.uint8]
    removals: NDArray[np.uint64]
    segment: _kernel.Segment
    gone: int = 0
    is_saved: bool = False

    @classmethod
    def of(cls, number: int, content: NDArray[np.uint8], rows: int) -> Self:
        """Return the segment of so many rows that lies there, nothing removed.

        Raises DamagedSegment.
        """
        removals = memory.no_removals(rows)
        segment = _kernel.Segment(content, removals)
        return cls(number=number, content=content, removals=removals, segment=segment)

    @property
    def rows(self) -> int:
        """The rows, those removed as well."""
        return len(self.segment)

    @property
    def living(self) -> int:
        """The rows that were not removed."""
        return self.rows - self.gone

    def without(self, ids: NDArray[np.uint64], moment: int) -> "Part":
        """Return it with these ids removed at the moment; ids that are not there are passed over.

        Searches of moments before still find them, in this part and the returned one alike.
        """
        found = self.segment.find(ids)
        leaving = np.unique(found[found >= 0]).astype(np.uint64)
        if len(leaving) == 0:
            return self
        self.segment.remove(leaving, moment)
        return replace(self, gone=self.gone + len(leaving))

    def saved(self, content: NDArray[np.uint8]) -> "Part":
        """Return it as the file that holds the same bytes. Raises DamagedSegment."""
        segment = _kernel.Segment(content, self.removals)
        return replace(self, content=content, segment=segment, is_saved=True)


@dataclass(frozen=True, kw_only=True)
class State:
    """What an index holds at one moment. Rows removed later are still found by a search of it."""

    parts: tuple[Part, ...] = ()
    tail: Rows = field(default_factory=Rows.none)
    moment: int = 0

    @cached_property
    def count(self) -> int:
        """The rows that can be found."""
        return sum(part.living for part in self.parts) + self.tail.count

    @cached_property
    def segments(self) -> tuple[_kernel.Segment, ...]:
        """The segments, for the kernel."""
        return tuple(part.segment for part in self.parts)

    def holds_any_of(self, ids: NDArray[np.uint64]) -> NDArray[np.bool_]:
        """Say of each id whether it is there."""
        held = np.isin(ids, self.tail.ids)
        for segment in self.segments:
            held |= segment.find(ids) >= 0
        return held

    def without(self, ids: NDArray[np.uint64]) -> "State":
        """Return the state after these ids were removed; unknown ids are passed over."""
        moment = self.moment + 1
        parts = tuple(part.without(ids, moment) for part in self.parts)
        tail = self.tail.without(ids) if np.isin(self.tail.ids, ids).any() else self.tail
        return State(parts=parts, tail=tail, moment=moment)

    def with_saved(self, contents: dict[int, NDArray[np.uint8]]) -> "State":
        """Return the state with the parts of these numbers where their files are mapped."""
        parts = tuple(
            part.saved(contents[part.number])
            if part.number in contents and not part.is_saved
            else part
            for part in self.parts
        )
        return replace(self, parts=parts)

    def with_parts_for(self, old: tuple[int, ...], new: tuple[Part, ...]) -> "State":
        """Return the state with the new parts in place of those of the old numbers."""
        kept = tuple(part for part in self.parts if part.number not in old)
        return replace(self, parts=kept + new)
