"""Reading what has changed on lists, in the order of the log, for a partner that follows them.

It needs no Django, and runs as the role that knows no case.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final
from uuid import UUID

import psycopg

from jikimi.exchange.errors import LogDiffers

MOST_AT_ONCE: Final = 1_000
CHANGES_AT_ONCE: Final = 100
LAST_ENTRY: Final = 2**63 - 1
_BEFORE_ANY: Final = -1
# The change that was read last comes first again: some of it may be left, and it tells the log.
_STRETCH: Final = """
SELECT id, position, mark FROM exchange_change
WHERE position >= %(at)s AND (position <= %(up_to)s OR position = %(at)s)
ORDER BY position LIMIT %(most)s
"""
# What was added, withdrawn, let rest or released, and how it stands now: an entry that came and
# went is not told of, and one that is told of twice is told the same.
_TOUCHED: Final = """
SELECT t.entry, e.list_id, e.pdq, e.quality, e.added_on FROM (
    SELECT entry FROM (
        SELECT id AS entry FROM exchange_entry
        WHERE change_id = %(change)s AND list_id = ANY(%(lists)s::int[])
        UNION
        SELECT entry_ref FROM exchange_withdrawal
        WHERE change_id = %(change)s AND list_id = ANY(%(lists)s::int[])
        UNION
        SELECT r.entry_id FROM exchange_reststep AS r JOIN exchange_entry AS l ON l.id = r.entry_id
        WHERE r.change_id = %(change)s AND l.list_id = ANY(%(lists)s::int[])
    ) AS any_of WHERE entry > %(after)s ORDER BY entry LIMIT %(most)s
) AS t LEFT JOIN exchange_entry AS e ON e.id = t.entry ORDER BY t.entry
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """How far somebody has read: up to this entry of the change at this position."""

    position: int
    mark: UUID
    """The change's own, which tells this log from another."""
    entry: int = LAST_ENTRY


@dataclass(frozen=True, kw_only=True, slots=True)
class Listed:
    """An entry that is listed."""

    entry: int
    list_: int
    pdq: bytes
    quality: int | None
    added_on: date


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """Entries that changed, as they stand now, in the order of the log."""

    listed: tuple[Listed, ...]
    gone: tuple[int, ...]
    """Ids of those that are listed no more."""
    next: Place | None
    """From where to go on; None where there is no change at all."""
    is_last: bool
    """Whether nothing more was there."""


_Row = tuple[int, int | None, bytes, int | None, date]
"""An entry's id, and what is known of it; of one that is listed no more nothing."""


def read_page(
    connection: psycopg.Connection, after: Place | None, up_to: int, lists: Collection[int]
) -> Page:
    """What changed on these lists after a place, or from the beginning, up to this position.

    At most MOST_AT_ONCE entries of CHANGES_AT_ONCE changes; nothing after a place that lies beyond
    the position, since another process that has followed further gave it. Raises LogDiffers where
    the place is of another log: a backup was restored since.
    """
    stretch = _stretch(connection, after, up_to)
    if after is not None and after.position > up_to:
        return Page(listed=(), gone=(), next=after, is_last=True)
    rows: list[_Row] = []
    reached = after
    for change, place in stretch:
        is_begun = after is not None and place.position == after.position
        last = after.entry if after is not None and is_begun else _BEFORE_ANY
        left = MOST_AT_ONCE - len(rows)
        asked = {"change": change, "lists": list(lists), "after": last, "most": left}
        read: list[_Row] = connection.execute(_TOUCHED, asked).fetchall()
        rows += read
        if len(read) == left:
            reached = replace(place, entry=read[-1][0])
            break
        reached = place
    is_full = len(rows) == MOST_AT_ONCE or len(stretch) == CHANGES_AT_ONCE
    return Page(listed=_listed(rows), gone=_gone(rows), next=reached, is_last=not is_full)


def _stretch(
    connection: psycopg.Connection, after: Place | None, up_to: int
) -> list[tuple[int, Place]]:
    """Changes by their id: the one that was begun, if any, and the next. Raises LogDiffers."""
    asked = {"at": after.position if after else 1, "up_to": up_to, "most": CHANGES_AT_ONCE}
    rows = connection.execute(_STRETCH, asked).fetchall()
    stretch = [(id_, Place(position=position, mark=mark)) for id_, position, mark in rows]
    if after is not None and replace(after, entry=LAST_ENTRY) not in dict(stretch[:1]).values():
        raise LogDiffers(after.position)
    return stretch


def _listed(rows: Sequence[_Row]) -> tuple[Listed, ...]:
    return tuple(
        Listed(entry=entry, list_=list_, pdq=bytes(pdq), quality=quality, added_on=added_on)
        for entry, list_, pdq, quality, added_on in rows
        if list_ is not None
    )


def _gone(rows: Sequence[_Row]) -> tuple[int, ...]:
    return tuple(entry for entry, list_, *_rest in rows if list_ is None)
