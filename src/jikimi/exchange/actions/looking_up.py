"""Looking up in the house: what our own reports list, against the other lists, whichever came last.

Nothing leaves the house, and a case is told once for each list.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final

import numpy as np
from django.db import transaction
from numpy.typing import NDArray

from jikimi.exchange.actions.changing import BATCH, WRITTEN_AT_ONCE, batches
from jikimi.exchange.following import HeldLists
from jikimi.exchange.models import Change, Entry, ListedElsewhere
from jikimi.exchange.rules.answers import NEGATIVE_RADIUS, Hit
from jikimi.exchange.rules.lists import MOST_RADIUS_FOR_OWN, ListFacts, Origin, Purpose

CHANGES_AT_ONCE: Final = 20

_Row = tuple[int, bytes | memoryview, int]
"""An entry's id, its hash, and the list it stands on."""


@transaction.atomic
def look_up_elsewhere(held: HeldLists, up_to: int, *, now: datetime) -> int:
    """Look up the entries of the first changes that wait; return how many changes those were.

    ``held`` has followed the log to the position ``up_to`` at least. An entry of our own reports is
    looked up in every other list, another list's in ours. Each change is looked up once; whichever
    of two came last finds the other. One that a negative list hides from partners is noted as well.
    """
    waiting = Change.objects.filter(looked_up_at=None, position__lte=up_to)
    changes = list(waiting.order_by("position").values_list("pk", flat=True)[:CHANGES_AT_ONCE])
    nearest: dict[tuple[int, int], int] = {}
    for own_entry, list_, distance in _near(held, changes):
        known = nearest.get((own_entry, list_), distance)
        nearest[own_entry, list_] = min(known, distance)
    ListedElsewhere.objects.bulk_create(
        [
            ListedElsewhere(entry_ref=entry, list_id=list_, distance=distance, found_at=now)
            for (entry, list_), distance in nearest.items()
        ],
        batch_size=WRITTEN_AT_ONCE,
        ignore_conflicts=True,
    )
    Change.objects.filter(pk__in=changes).update(looked_up_at=now)
    return len(changes)


def _near(held: HeldLists, changes: Sequence[int]) -> Iterator[tuple[int, int, int]]:
    """Our entry, the other list, and how many bits lie between."""
    searched = [one for one in held.facts if one.purpose is Purpose.MATCH]
    ours = [one for one in searched if one.origin is Origin.OWN]
    others = [one for one in searched if one.origin is not Origin.OWN]
    our_ids, other_ids = {one.id for one in ours}, {one.id for one in others}
    added = Entry.objects.filter(change__in=changes).values_list("pk", "pdq", "list_id")
    for rows in batches(added.iterator(BATCH)):
        for row, hit in _hits(held, [one for one in rows if one[2] in our_ids], others):
            yield row[0], hit.list_.id, hit.distance
        for row, hit in _hits(held, [one for one in rows if one[2] in other_ids], ours):
            yield hit.entry, row[2], hit.distance
        yield from _hidden(held, rows)


def _hidden(held: HeldLists, rows: Sequence[_Row]) -> Iterator[tuple[int, int, int]]:
    """Our entry, the negative list that hides it, and how many bits lie between."""
    ours = [one for one in held.facts if one.origin is Origin.OWN]
    hiding = [one for one in held.facts if one.purpose is Purpose.NEGATIVE]
    for own in ours:
        for list_ in hiding:
            for row, hit in _within(held, [one for one in rows if one[2] == own.id], list_):
                yield row[0], list_.id, hit.distance
            for _row, hit in _within(held, [one for one in rows if one[2] == list_.id], own):
                yield hit.entry, list_.id, hit.distance


def _within(held: HeldLists, rows: Sequence[_Row], list_: ListFacts) -> Iterator[tuple[_Row, Hit]]:
    """Each row with each entry of a list that is so near that one hides the other."""
    if rows:
        for row, hits in zip(rows, held.near(_hashes(rows), NEGATIVE_RADIUS, list_), strict=True):
            yield from ((row, hit) for hit in hits)


def _hashes(rows: Sequence[_Row]) -> NDArray[np.uint8]:
    joined = b"".join(bytes(pdq) for _id, pdq, _list in rows)
    return np.frombuffer(joined, np.uint8).reshape(-1, 32)


def _hits(
    held: HeldLists, rows: Sequence[_Row], lists: Sequence[ListFacts]
) -> Iterator[tuple[_Row, Hit]]:
    """Each row with each entry of these lists near it."""
    if rows and lists:
        radii = np.full(len(rows), MOST_RADIUS_FOR_OWN, np.int64)
        for row, answer in zip(rows, held.search(_hashes(rows), radii, lists), strict=True):
            yield from ((row, hit) for hit in answer.hits)
