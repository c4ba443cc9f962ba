"""Letting a fingerprint rest that suddenly matches far too much, and waking it again."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Sum

from jikimi.exchange.actions.changing import WRITTEN_AT_ONCE, batches, open_change
from jikimi.exchange.lookups import resting_now, waiting_for_a_word
from jikimi.exchange.models import Entry, FoundByPartner, RestStep
from jikimi.exchange.rules.flood import (
    BASELINE_DAYS,
    LEAST_FOR_REST,
    Flood,
    is_flooding,
    what_to_do,
)
from jikimi.exchange.rules.lists import Origin
from jikimi.people.models import Staff
from jikimi.trail.actions import record

A_DAY = timedelta(days=1)
_ByDay = dict[date, int]


def let_floods_rest(*, now: datetime) -> list[int]:
    """Let entries rest, or have a caseworker told, that are found far above their baseline today.

    An imported one rests when two partners at least do that, each on its own; one of our own
    reports never rests by itself. Returns the ids of all that were let rest, or that a caseworker
    was told of.
    """
    today = now.date()
    finds = _finds_since(today - timedelta(days=BASELINE_DAYS), today)
    flooding = {
        entry: sum(_floods(by_day, today) for by_day in by_partner.values())
        for entry, by_partner in finds.items()
        if _floods(_together(by_partner), today)
    }
    return _answer(flooding, now) if flooding else []


def _floods(by_day: Mapping[date, int], today: date) -> bool:
    return is_flooding(by_day.get(today, 0), [n for day, n in by_day.items() if day != today])


def _together(by_partner: Mapping[int, _ByDay]) -> _ByDay:
    together: _ByDay = defaultdict(int)
    for by_day in by_partner.values():
        for day, times in by_day.items():
            together[day] += times
    return together


def _finds_since(first: date, today: date) -> dict[int, dict[int, _ByDay]]:
    """How often each entry was found by partner and day, for those that were found much today."""
    since = FoundByPartner.objects.filter(day__gte=first)
    busy = (
        since.filter(day=today)
        .values("entry_ref")
        .annotate(sum=Sum("times"))
        .filter(sum__gte=LEAST_FOR_REST)
        .values_list("entry_ref", flat=True)
    )
    finds: dict[int, dict[int, _ByDay]] = defaultdict(lambda: defaultdict(dict))
    counted = since.filter(entry_ref__in=busy)
    for entry, partner, day, times in counted.values_list(
        "entry_ref", "partner_id", "day", "times"
    ):
        finds[entry][partner][day] = times
    return finds


@transaction.atomic
def _answer(flooding: Mapping[int, int], now: datetime) -> list[int]:
    there = Entry.objects.select_for_update(of=("self",)).select_related("list").order_by("pk")
    # Held before it is asked what was decided of them: somebody may be deciding it now.
    held = [one for some in batches(sorted(flooding)) for one in there.filter(pk__in=some)]
    resting, waiting = resting_now(), waiting_for_a_word()
    answered: dict[int, Flood] = {}
    for one in held:
        what = what_to_do(Origin(one.list.origin), flooding[one.pk])
        is_known = one.pk in (resting if what is Flood.REST else waiting)
        if not (is_known or _was_left(one, now)):
            answered[one.pk] = what
    if answered:
        change = open_change(now)
        RestStep.objects.bulk_create(
            [
                RestStep(entry_id=entry, rests=what is Flood.REST, change=change)
                for entry, what in answered.items()
            ],
            batch_size=WRITTEN_AT_ONCE,
        )
        for entry, what in answered.items():
            event = "list entry rests" if what is Flood.REST else "list entry floods"
            record(event, at=now, entry=str(entry))
    return list(answered)


def _was_left(entry: Entry, now: datetime) -> bool:
    """Whether a caseworker released it within a day: who did knows that it is much found."""
    released = entry.rests.filter(rests=False, staff__isnull=False)
    return released.filter(change__at__gt=now - A_DAY).exists()


@transaction.atomic
def let_rest(entry_id: int, *, staff: Staff, now: datetime) -> bool:
    """Let an entry that floods match for nobody, because a caseworker says so; whether it did."""
    return _decide(entry_id, rests=True, staff=staff, now=now)


@transaction.atomic
def release(entry_id: int, *, staff: Staff, now: datetime) -> bool:
    """Let an entry match again, or go on, because a caseworker says so; whether that was asked."""
    return _decide(entry_id, rests=False, staff=staff, now=now)


def _decide(entry_id: int, *, rests: bool, staff: Staff, now: datetime) -> bool:
    entry = Entry.objects.select_for_update().filter(pk=entry_id).first()
    if entry is None or entry_id not in waiting_for_a_word():
        return False
    if rests and entry_id in resting_now():
        return False
    RestStep.objects.create(entry=entry, rests=rests, change=open_change(now), staff=staff)
    event = "list entry rests" if rests else "list entry released"
    record(event, at=now, actor=f"staff {staff.pk}", entry=str(entry_id))
    return True
