"""Matching backwards: what was listed just now, against what partners asked about before."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Final

import numpy as np
from django.db import connection, transaction

from jikimi.exchange.finds import FoundNow, write_found
from jikimi.exchange.models import AskedPrint, Change, Entry, LateMatch
from jikimi.exchange.rules.later import REMEMBERED, SETTLES, TOLD_FOR
from jikimi.exchange.rules.lists import MOST_RADIUS_FOR_OWN, Origin
from jikimi_core.index import HammingIndex

CHANGES_AT_ONCE: Final = 1_000
_ASKED_AT_ONCE: Final = 20_000


@dataclass(frozen=True, kw_only=True, slots=True)
class _Near:
    """Something that was asked about, and an entry that is near it."""

    asked: AskedPrint
    entry: int
    distance: int


@transaction.atomic
def match_backwards(*, now: datetime) -> int:
    """Compare new entries of our own reports with what is remembered; return how many are near.

    Each change of the lists is compared once, as soon as what was asked before it is written down
    for certain. What is near can be fetched by its partner, and is a find like any other. Let one
    run at a time: partners fetch by ids, which must not commit out of order.
    """
    waiting = Change.objects.filter(compared_at=None, position__isnull=False, at__lt=now - SETTLES)
    changes = list(waiting.order_by("position").values_list("pk", flat=True)[:CHANGES_AT_ONCE])
    added = list(Entry.objects.filter(change__in=changes, list__origin=Origin.OWN))
    near = list(_near_to(added, now)) if added else []
    if near:
        _write_late_matches(near, added, now)
    Change.objects.filter(pk__in=changes).update(compared_at=now)
    return len(near)


def forget_what_was_asked(*, now: datetime) -> int:
    """Drop what was remembered long enough, and late matches that can be fetched no more."""
    LateMatch.objects.filter(at__lt=now - TOLD_FOR).delete()
    forgotten, _each = AskedPrint.objects.filter(asked_at__lt=now - REMEMBERED).delete()
    return forgotten


def _near_to(entries: list[Entry], now: datetime) -> Iterator[_Near]:
    index = HammingIndex()
    index.add(
        np.array([one.pk for one in entries], np.uint64),
        np.frombuffer(b"".join(bytes(one.pdq) for one in entries), np.uint8).reshape(-1, 32),
    )
    asked = AskedPrint.objects.filter(asked_at__gte=now - REMEMBERED).order_by("pk")
    waiting = asked.iterator(_ASKED_AT_ONCE)
    while batch := list(islice(waiting, _ASKED_AT_ONCE)):
        rows = np.frombuffer(b"".join(bytes(one.pdq) for one in batch), np.uint8).reshape(-1, 32)
        found = index.search(rows, radius=MOST_RADIUS_FOR_OWN)
        whose = np.repeat(np.arange(len(batch)), np.diff(found.offsets)).tolist()
        pairs = zip(whose, found.ids.tolist(), found.distances.tolist(), strict=True)
        for query, entry, distance in pairs:
            if distance <= batch[query].radius:
                yield _Near(asked=batch[query], entry=entry, distance=distance)


def _write_late_matches(near: list[_Near], entries: list[Entry], now: datetime) -> None:
    list_of = {one.pk: one.list_id for one in entries}
    LateMatch.objects.bulk_create(
        [
            LateMatch(
                partner_id=one.asked.partner_id,
                reference=one.asked.reference,
                entry_ref=one.entry,
                list_id=list_of[one.entry],
                distance=one.distance,
                at=now,
            )
            for one in near
        ],
        ignore_conflicts=True,
    )
    write_found(connection.connection, _counted(near, list_of, now))


def _counted(near: list[_Near], list_of: dict[int, int], now: datetime) -> list[FoundNow]:
    distances: dict[tuple[int, int], list[int]] = {}
    for one in near:
        distances.setdefault((one.asked.partner_id, one.entry), []).append(one.distance)
    return [
        FoundNow(
            partner=partner,
            entry=entry,
            list_=list_of[entry],
            times=len(all_),
            nearest=min(all_),
            at=now,
        )
        for (partner, entry), all_ in distances.items()
    ]
