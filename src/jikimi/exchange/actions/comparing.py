"""Matching backwards: what was listed just now, against what partners asked about before."""

import itertools
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
from django.db import connection, transaction
from django.db.models import Count, Q, QuerySet

from jikimi.exchange.finds import FoundNow, write_found
from jikimi.exchange.lookups import resting_now
from jikimi.exchange.models import (
    AskedPrint,
    Change,
    Entry,
    LateMatch,
    LateNumbers,
    RestStep,
)
from jikimi.exchange.rules.later import (
    MOST_REMEMBERED,
    MOST_TOLD_AT_ONCE,
    REMEMBERED,
    SETTLES,
    TOLD_FOR,
)
from jikimi.exchange.rules.lists import MOST_RADIUS_FOR_OWN, Origin
from jikimi_core.index import HammingIndex

FORGOTTEN_AT_ONCE: Final = 20_000
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
    for certain. What is near can be fetched by its partner, and is a find like any other. Let
    one run at a time, so that nothing is counted twice.
    """
    waiting = Change.objects.filter(compared_at=None, position__isnull=False, at__lt=now - SETTLES)
    changes = list(waiting.order_by("position").values_list("pk", flat=True)[:CHANGES_AT_ONCE])
    ours = Entry.objects.filter(list__origin=Origin.OWN).exclude(pk__in=resting_now())
    # What had rested and was released is told again: meanwhile nobody was told of it.
    released = RestStep.objects.filter(
        change__in=changes, rests=False, staff__isnull=False, entry__rests__rests=True
    )
    added = list(ours.filter(Q(change__in=changes) | Q(pk__in=released.values("entry"))))
    near = list(_near_to(added, now)) if added else []
    if near:
        _write_late_matches(near, added, now)
    Change.objects.filter(pk__in=changes).update(compared_at=now)
    return len(near)


def forget_what_was_asked(
    *, now: datetime, most: int = MOST_REMEMBERED, batch: int = FORGOTTEN_AT_ONCE
) -> int:
    """Drop what was remembered long enough, and late matches that can be fetched no more.

    Of what one partner has remembered, the newest stay, as many as `most`. In batches, each a
    transaction of its own.
    """
    _delete(LateMatch.objects.filter(at__lt=now - TOLD_FOR), batch)
    forgotten = _delete(AskedPrint.objects.filter(asked_at__lt=now - REMEMBERED), batch)
    counted = AskedPrint.objects.values("partner").annotate(rows=Count("pk"))
    for partner in list(counted.filter(rows__gt=most).values_list("partner", flat=True)):
        of_partner = AskedPrint.objects.filter(partner=partner)
        oldest_kept = of_partner.order_by("-pk").values_list("pk", flat=True)[most - 1]
        forgotten += _delete(of_partner.filter(pk__lt=oldest_kept), batch)
    return forgotten


def _delete(rows: QuerySet[LateMatch] | QuerySet[AskedPrint], batch: int) -> int:
    deleted = 0
    while some := list(rows.order_by("pk").values_list("pk", flat=True)[:batch]):
        deleted += rows.filter(pk__in=some).delete()[0]
    return deleted


def _near_to(entries: list[Entry], now: datetime) -> Iterator[_Near]:
    index = HammingIndex()
    index.add(
        np.array([one.pk for one in entries], np.uint64),
        np.frombuffer(b"".join(bytes(one.pdq) for one in entries), np.uint8).reshape(-1, 32),
    )
    asked = AskedPrint.objects.filter(asked_at__gte=now - REMEMBERED).order_by("pk")
    waiting = asked.iterator(_ASKED_AT_ONCE)
    told: Counter[int] = Counter()
    while batch := list(itertools.islice(waiting, _ASKED_AT_ONCE)):
        rows = np.frombuffer(b"".join(bytes(one.pdq) for one in batch), np.uint8).reshape(-1, 32)
        found = index.search(rows, radius=MOST_RADIUS_FOR_OWN)
        whose = np.repeat(np.arange(len(batch)), np.diff(found.offsets)).tolist()
        pairs = zip(whose, found.ids.tolist(), found.distances.tolist(), strict=True)
        for query, entry, distance in pairs:
            partner = batch[query].partner_id
            if distance <= batch[query].radius and told[partner] < MOST_TOLD_AT_ONCE:
                told[partner] += 1
                yield _Near(asked=batch[query], entry=entry, distance=distance)


def _write_late_matches(near: list[_Near], entries: list[Entry], now: datetime) -> None:
    list_of = {one.pk: one.list_id for one in entries}
    nearest = {
        (one.asked.partner_id, one.asked.reference, one.entry): one
        for one in sorted(near, key=lambda one: one.distance, reverse=True)
    }
    numbers = _numbers_for(Counter(partner for partner, _reference, _entry in nearest))
    LateMatch.objects.bulk_create(
        [
            LateMatch(
                partner_id=one.asked.partner_id,
                number=next(numbers[one.asked.partner_id]),
                reference=one.asked.reference,
                entry_ref=one.entry,
                list_id=list_of[one.entry],
                distance=one.distance,
                at=now,
            )
            for one in nearest.values()
        ],
        # One that rested since it was told first, and is told again.
        update_conflicts=True,
        unique_fields=["partner", "reference", "entry_ref"],
        update_fields=["number", "distance", "at"],
    )
    write_found(connection.connection, _counted(near, list_of, now))


def _numbers_for(counts: Mapping[int, int]) -> dict[int, Iterator[int]]:
    """So many numbers for each partner, who fetches by them: they commit in their order."""
    partners = sorted(counts)
    LateNumbers.objects.bulk_create(
        [LateNumbers(partner_id=partner) for partner in partners], ignore_conflicts=True
    )
    held = LateNumbers.objects.select_for_update().filter(partner__in=partners)
    last = {one.partner_id: one.given for one in held.order_by("pk")}
    for partner in partners:
        given = last[partner] + counts[partner]
        LateNumbers.objects.filter(partner=partner).update(given=given)
    return {partner: itertools.count(last[partner] + 1) for partner in partners}


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
