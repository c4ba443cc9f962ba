"""Matching backwards: what was listed just now, against what partners asked about before."""

import itertools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np
from django.db import connection, transaction
from django.db.models import Count, QuerySet
from numpy.typing import NDArray
from psycopg import sql

from jikimi.exchange.actions.changing import WRITTEN_AT_ONCE, batches
from jikimi.exchange.copying import unpack_listed
from jikimi.exchange.finds import FoundNow, write_found
from jikimi.exchange.following import HeldLists
from jikimi.exchange.following.reading import ROWS_AT_ONCE
from jikimi.exchange.lookups import changes_to_compare, facts_of, resting_now
from jikimi.exchange.models import AskedPrint, Change, LateMatch, LateNumbers, PrintList
from jikimi.exchange.rules.answers import Hit, Remark
from jikimi.exchange.rules.later import (
    MOST_REMEMBERED,
    MOST_TOLD_AT_ONCE,
    REMEMBERED,
    TOLD_FOR,
)
from jikimi.exchange.rules.lists import AskerKind, Audience, ListFacts, Purpose, may_search
from jikimi.people.models import Partner

FORGOTTEN_AT_ONCE: Final = 20_000
CHANGES_AT_ONCE: Final = 25
"""An import adds 20,000 entries with each: half a million are held at once."""
_ASKED_AT_ONCE: Final = 4_000
_NUMBERS_A_SECOND: Final = 1_000
# What had rested and was released is told again: meanwhile nobody was told of it.
_ADDED: Final = """
COPY (
    SELECT id, pdq, list_id FROM exchange_entry
    WHERE list_id = ANY({lists}) AND change_id = ANY({changes})
    UNION ALL
    SELECT e.id, e.pdq, e.list_id FROM exchange_entry AS e
    WHERE e.list_id = ANY({lists}) AND e.change_id <> ALL({changes}) AND e.id IN (
        SELECT entry_id FROM exchange_reststep
        WHERE change_id = ANY({changes}) AND NOT rests AND staff_id IS NOT NULL
        INTERSECT SELECT entry_id FROM exchange_reststep WHERE rests
    )
) TO STDOUT (FORMAT BINARY)
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Near:
    """Something that was asked about, and an entry that is near it."""

    asked: AskedPrint
    hit: Hit


def note_new_changes(*, now: datetime) -> int:
    """Note of changes that are seen for the first time that they settle from now on; how many.

    A change says itself when its work began. It can have been committed long after that, and who
    asked meanwhile was told nothing of it.
    """
    new = Change.objects.filter(settles_from=None, compared_at=None, position__isnull=False)
    return new.update(settles_from=now)


@transaction.atomic
def match_backwards(held: HeldLists, *, now: datetime) -> int:
    """Compare entries of the first changes that wait with what is remembered; return how many fit.

    Those of each list that the partner may search, and told as in a search: none that rests, of a
    crowd the nearest, nothing near a negative list in `held`. Each change is compared once, when
    SETTLES has passed since `note_new_changes` saw it: what was asked before it could be searched
    is written down by then. What is near can be fetched by its
    partner, and is a find like any other. Let one run at a time, so that nothing is counted twice.
    """
    waiting = changes_to_compare(now).order_by("position")
    changes = list(waiting.values_list("pk", flat=True)[:CHANGES_AT_ONCE])
    asked = AskedPrint.objects.filter(asked_at__gte=now - REMEMBERED)
    near = list(_near(asked, _added(changes), held)) if changes and asked.exists() else []
    if near:
        _write_late_matches(near, now)
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


def _added(changes: Sequence[int]) -> HeldLists:
    """What these changes listed or released on lists that some partner may search."""
    open_ = PrintList.objects.filter(ended_at=None, purpose=Purpose.MATCH)
    lists = {one.pk: facts_of(one) for one in open_.exclude(audience=Audience.HOUSE)}
    added = HeldLists()
    added.know(lists, resting_now())
    copying = sql.SQL(_ADDED).format(
        lists=sql.Literal(list(lists)), changes=sql.Literal(list(changes))
    )
    with connection.cursor() as cursor, cursor.copy(copying) as copy:
        for rows in unpack_listed(copy, ROWS_AT_ONCE):
            added.add(rows)
    return added


def _near(asked: QuerySet[AskedPrint], added: HeldLists, held: HeldLists) -> Iterator[_Near]:
    lists = [one for one in added.facts if added.size_of(one)]
    if not lists:
        return
    open_to = {kind: [one for one in lists if may_search(kind, one.audience)] for kind in AskerKind}
    kind_of = {pk: AskerKind(kind) for pk, kind in Partner.objects.values_list("pk", "kind")}
    waiting = asked.order_by("pk").iterator(_ASKED_AT_ONCE)
    told: Counter[tuple[int, int]] = Counter()
    for some in batches(waiting, _ASKED_AT_ONCE):
        found = list(_found(some, added, open_to, kind_of))
        for one, hit in _not_hidden(found, held) if found else ():
            is_its_own = hit.list_.partner == one.partner_id
            told_of = (one.partner_id, hit.list_.id)
            if told[told_of] < MOST_TOLD_AT_ONCE and not is_its_own:
                told[told_of] += 1
                yield _Near(asked=one, hit=hit)


def _found(
    asked: Sequence[AskedPrint],
    added: HeldLists,
    open_to: Mapping[AskerKind, Sequence[ListFacts]],
    kind_of: Mapping[int, AskerKind],
) -> Iterator[tuple[AskedPrint, Sequence[Hit]]]:
    for kind, lists in open_to.items():
        theirs = [one for one in asked if kind_of[one.partner_id] is kind]
        if not (theirs and lists):
            continue
        radii = np.array([one.radius for one in theirs], np.int64)
        for one, answer in zip(theirs, added.search(_hashes(theirs), radii, lists), strict=True):
            if answer.hits:
                yield one, answer.hits


def _not_hidden(
    found: Sequence[tuple[AskedPrint, Sequence[Hit]]], held: HeldLists
) -> Iterator[tuple[AskedPrint, Hit]]:
    """What no negative list hides; one may have been read in after it was asked about."""
    hashes = _hashes([one for one, _hits in found])
    answers = held.search(hashes, np.zeros(len(found), np.int64), ())
    for (one, hits), answer in zip(found, answers, strict=True):
        if answer.remark is not Remark.NEGATIVE:
            yield from ((one, hit) for hit in hits)


def _hashes(asked: Sequence[AskedPrint]) -> NDArray[np.uint8]:
    joined = b"".join(bytes(one.pdq) for one in asked)
    return np.frombuffer(joined, np.uint8).reshape(-1, 32)


def _write_late_matches(near: Sequence[_Near], now: datetime) -> None:
    nearest = {
        (one.asked.partner_id, one.asked.reference, one.hit.entry): one
        for one in sorted(near, key=lambda one: one.hit.distance, reverse=True)
    }
    numbers = _numbers_for(Counter(partner for partner, _reference, _entry in nearest), now)
    LateMatch.objects.bulk_create(
        [
            LateMatch(
                partner_id=one.asked.partner_id,
                number=next(numbers[one.asked.partner_id]),
                reference=one.asked.reference,
                entry_ref=one.hit.entry,
                list_id=one.hit.list_.id,
                distance=one.hit.distance,
                at=now,
            )
            for one in nearest.values()
        ],
        batch_size=WRITTEN_AT_ONCE,
        # One that rested since it was told first, and is told again.
        update_conflicts=True,
        unique_fields=["partner", "reference", "entry_ref"],
        update_fields=["number", "distance", "at"],
    )
    write_found(connection.connection, _counted(near, now))


def _numbers_for(counts: Mapping[int, int], now: datetime) -> dict[int, Iterator[int]]:
    """So many numbers for each partner, who fetches by them: they commit in their order.

    From the clock on: after a backup was restored, the count itself stands where it was before, and
    a partner that had fetched further would not see what it is told next.
    """
    earliest = int(now.timestamp() * _NUMBERS_A_SECOND)
    partners = sorted(counts)
    LateNumbers.objects.bulk_create(
        [LateNumbers(partner_id=partner) for partner in partners], ignore_conflicts=True
    )
    held = LateNumbers.objects.select_for_update().filter(partner__in=partners)
    last = {one.partner_id: max(one.given, earliest - 1) for one in held.order_by("pk")}
    for partner in partners:
        given = last[partner] + counts[partner]
        LateNumbers.objects.filter(partner=partner).update(given=given)
    return {partner: itertools.count(last[partner] + 1) for partner in partners}


def _counted(near: Sequence[_Near], now: datetime) -> list[FoundNow]:
    hits: dict[tuple[int, int], list[Hit]] = {}
    for one in near:
        hits.setdefault((one.asked.partner_id, one.hit.entry), []).append(one.hit)
    return [
        FoundNow(
            partner=partner,
            entry=entry,
            list_=all_[0].list_.id,
            times=len(all_),
            nearest=min(hit.distance for hit in all_),
            at=now,
        )
        for (partner, entry), all_ in hits.items()
    ]
