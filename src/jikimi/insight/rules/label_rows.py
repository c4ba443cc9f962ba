"""Labels under their places, in as many rows as it takes for none to touch another. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from jikimi.insight.rules.text_width import shortened, width_of

GAP = 5.0
"""The least room between two labels of a row."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Words that belong under a place."""

    x: float
    words: str


@dataclass(frozen=True, kw_only=True)
class Placed:
    """Words with their left edge, their width, and their row from the top; 0 is the first."""

    left: float
    width: float
    row: int
    words: str

    @property
    def right(self) -> float:
        """Where they end."""
        return self.left + self.width


def place_labels(wanted: Iterable[Wanted], *, size: float, width: float) -> tuple[Placed, ...]:
    """Place each label in the middle under its place, within 0 and `width`, in the given order.

    A label takes the first row that is free there; so of two that collide the later stands lower.
    Words wider than all the room are cut.
    """
    placed: list[Placed] = []
    for label in wanted:
        words = shortened(label.words, size, width)
        room = width_of(words, size)
        left = min(max(label.x - room / 2, 0.0), width - room)
        placed.append(Placed(left=left, width=room, row=_row(left, room, placed), words=words))
    return tuple(placed)


def _row(left: float, room: float, placed: list[Placed]) -> int:
    taken = {one.row for one in placed if left < one.right + GAP and one.left < left + room + GAP}
    return next(row for row in range(len(placed) + 1) if row not in taken)
