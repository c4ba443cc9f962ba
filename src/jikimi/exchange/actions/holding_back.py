"""What minors' reports hold back from lists of others that platforms search, until somebody says.

It is off its list meanwhile, so that nobody is told of it. A made-up report of a minor would
otherwise take away for good, and in silence, whatever of such a list it lies near.
"""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from types import MappingProxyType
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from jikimi.cases.actions import hold_case
from jikimi.cases.lookups import RADIUS, pictures_and_frames, standing_minors_near
from jikimi.cases.models import Case, CaseStatus
from jikimi.exchange.actions.changing import (
    BATCH,
    WRITTEN_AT_ONCE,
    batches,
    hold_own_list,
    open_change,
    withdraw_entries,
)
from jikimi.exchange.actions.minors import index_of, rows_of, those_near
from jikimi.exchange.following import HeldLists
from jikimi.exchange.minors_models import HeldBack
from jikimi.exchange.models import Entry, PrintList
from jikimi.exchange.rules.lists import Audience, Origin, Purpose, is_for_platforms
from jikimi.exchange.rules.minors import Word, holds_back
from jikimi.trail.actions import record

_SEARCHED_AT_ONCE: Final = 1_000
Place = tuple[int, bytes]
"""A list's id and a fingerprint on it."""


def hold_back_near(case_id: UUID, held: HeldLists, *, now: datetime) -> int:
    """Take what is near a minor's fingerprints off lists of others; return how many those were.

    Off those that platforms search: a hotline's list of known pictures is there for minors'. None
    where the case is an adult's or withdrawn, and none again that a caseworker let return. In
    batches, each in force when it is done. Raises Case.DoesNotExist, and IndexFileError where the
    search comes upon damage.
    """
    theirs = pictures_and_frames(Case.objects.get(pk=case_id))
    if theirs:
        _hold_what_is_off(case_id, theirs, now)
    near = _entries_near(theirs, held)
    return sum(_hold_back(case_id, some, now) for some in batches(near, BATCH))


def _hold_what_is_off(case_id: UUID, theirs: Sequence[bytes], now: datetime) -> None:
    """Hold back too what another report holds back: else it were listed again without a word."""
    off = what_is_off().exclude(case=case_id).values_list("pk", "pdq")
    index, near = index_of(theirs), list[int]()
    for some in batches(off.iterator(BATCH)):
        near += those_near(index, some)
    for rows in batches(near):
        _hold_too(case_id, rows, now)


@transaction.atomic
def _hold_too(case_id: UUID, rows: Sequence[int], now: datetime) -> None:
    case = hold_case(case_id)
    if _may_hold(case):
        hold_own_list(now)
        _note(what_is_off().filter(pk__in=rows), case, now)


def _note(prints: Iterable[Entry | HeldBack], case: Case, now: datetime) -> None:
    HeldBack.objects.bulk_create(
        [
            HeldBack(
                list_id=one.list_id,
                pdq=bytes(one.pdq),
                quality=one.quality,
                added_on=one.added_on,
                case=case,
                since=now,
            )
            for one in prints
        ],
        batch_size=WRITTEN_AT_ONCE,
        ignore_conflicts=True,
    )


def _entries_near(theirs: Sequence[bytes], held: HeldLists) -> list[int]:
    lists = [
        one
        for one in held.facts
        if one.origin is not Origin.OWN and is_for_platforms(one.purpose, one.audience)
    ]
    near: set[int] = set()
    for some in batches(theirs, _SEARCHED_AT_ONCE):
        for list_ in lists:
            near.update(held.ids_near(rows_of(some), RADIUS, list_).tolist())
    return sorted(near)


@transaction.atomic
def _hold_back(case_id: UUID, near: Sequence[int], now: datetime) -> int:
    case = hold_case(case_id)
    if not _may_hold(case):
        return 0
    hold_own_list(now)
    there = Entry.objects.select_for_update(of=("self",)).filter(pk__in=near, list__ended_at=None)
    listed = list(there.order_by("pk"))
    returned = places_of(
        HeldBack.objects.filter(
            case=case, word=Word.RETURNS, pdq__in=[bytes(one.pdq) for one in listed]
        )
    )
    off = [one for one in listed if (one.list_id, bytes(one.pdq)) not in returned]
    if off:
        _note(off, case, now)
        withdraw_entries([one.pk for one in off], open_change(now))
        # On the house's trail: a copy of this case's would tell whoever made it up what it hit.
        record("a minor's report holds back", at=now, because_of=str(case_id), prints=len(off))
    return len(off)


def hold_back_new(
    list_: PrintList,
    hashes: Sequence[bytes],
    *,
    now: datetime,
    qualities: Mapping[bytes, int] = MappingProxyType({}),
) -> frozenset[bytes]:
    """Hold back what of these, which are about to be put on a list, is near a minor's; return it.

    Also what is held back from this list already. Nothing where platforms do not search the list.
    In the caller's transaction, before it puts the rest there. `qualities` are of those of which
    they are known.
    """
    if not is_for_platforms(Purpose(list_.purpose), Audience(list_.audience)):
        return frozenset()
    near = standing_minors_near(hashes)
    standing = _hold_those_that_stand({case for cases in near.values() for case in cases})
    known = HeldBack.objects.filter(list=list_, pdq__in=hashes)
    if standing or known.filter(is_taken_off=True).exists():
        hold_own_list(now)
        known.filter(is_taken_off=True).update(is_taken_off=False)
    returned = {
        (bytes(pdq), case)
        for pdq, case in known.filter(word=Word.RETURNS).values_list("pdq", "case_id")
    }
    HeldBack.objects.bulk_create(
        [
            HeldBack(
                list=list_,
                pdq=pdq,
                quality=qualities.get(pdq),
                added_on=now.date(),
                case_id=case,
                since=now,
            )
            for pdq, cases in near.items()
            for case in sorted(cases & standing)
            if (pdq, case) not in returned
        ],
        batch_size=WRITTEN_AT_ONCE,
        ignore_conflicts=True,
    )
    return frozenset(pdq for _list, pdq in places_of(known.exclude(word=Word.RETURNS)))


def _hold_those_that_stand(cases: Iterable[UUID]) -> set[UUID]:
    standing = set()
    for case_id in sorted(cases):
        with suppress(Case.DoesNotExist):
            if _may_hold(hold_case(case_id)):
                standing.add(case_id)
    return standing


def _may_hold(case: Case) -> bool:
    return holds_back(is_minor=case.is_minor, is_withdrawn=case.status == CaseStatus.WITHDRAWN)


def forget_held_back(
    list_: PrintList,
    hashes: Sequence[bytes] | None = None,
    *,
    now: datetime,
    decided_too: bool = True,
) -> int:
    """Forget what is held back from a list, all or these; return how many fingerprints were off.

    What a caseworker decided is forgotten only where the house says so: else it is noted that it
    was taken off, which takes no room then and is not listed again. At most BATCH of these. In the
    caller's transaction, before it holds anything of the list.
    """
    rows = HeldBack.objects.filter(list=list_)
    if hashes is not None:
        rows = rows.filter(pdq__in=hashes)
    cases = set(rows.values_list("case_id", flat=True).distinct())
    if not cases:
        return 0
    for case_id in sorted(cases):
        with suppress(Case.DoesNotExist):
            hold_case(case_id)
    hold_own_list(now)
    off = len(places_of(rows.exclude(word=Word.RETURNS).filter(is_taken_off=False)))
    if decided_too:
        rows.delete()
    else:
        rows.filter(word=Word.WAITS).delete()
        rows.update(is_taken_off=True)
    return off


def what_is_off() -> QuerySet[HeldBack]:
    """What is held back and was not taken off its list since: one row for each case and print."""
    return HeldBack.objects.exclude(word=Word.RETURNS).filter(is_taken_off=False)


def places_of(rows: QuerySet[HeldBack]) -> set[Place]:
    """Which fingerprints of which lists these are about."""
    return {(list_, bytes(pdq)) for list_, pdq in rows.values_list("list_id", "pdq")}
