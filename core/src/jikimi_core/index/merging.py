"""When segments are merged, and which."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Final

_STEP: Final = 4
WORN: Final = 0.25
"""Of a segment with a larger share gone than this, the rest is written anew."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Size:
    """A segment's rows, and how many of them can still be found."""

    number: int
    rows: int
    living: int


def choose_merge(sizes: Sequence[Size], worn: float = WORN) -> tuple[int, ...]:
    """Return the numbers of the segments to merge now, none if all is well.

    All is well when each segment is at least four times all smaller ones together: ten million
    rows then lie in six segments or so, and a row is copied a few times at each size. The largest
    that is not is merged with all smaller ones. A segment of which a larger share than
    ``worn`` is gone is merged, if only with itself.
    """
    ascending = sorted(sizes, key=lambda size: size.living)
    smaller = accumulate((size.living for size in ascending), initial=0)
    crowded = [
        place
        for place, (size, together) in enumerate(zip(ascending, smaller, strict=False))
        if size.living < _STEP * together
    ]
    if crowded:
        return tuple(size.number for size in ascending[: crowded[-1] + 1])
    return next(((size.number,) for size in sizes if _is_worn(size, worn)), ())


def _is_worn(size: Size, worn: float) -> bool:
    return size.rows - size.living > worn * size.rows
