"""Letting a fingerprint rest that suddenly matches far too much, and waking it again."""

from collections import defaultdict
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import Sum

from jikimi.exchange.actions.changing import open_change
from jikimi.exchange.lookups import resting_now
from jikimi.exchange.models import Entry, FoundByPartner, RestStep
from jikimi.exchange.rules.flood import BASELINE_DAYS, LEAST_FOR_REST, is_flooding
from jikimi.people.models import Staff
from jikimi.trail.actions import record

A_DAY = timedelta(days=1)


def let_floods_rest(*, now: datetime) -> list[int]:
    """Let every entry rest that partners find far above its baseline today; return their ids."""
    today = now.date()
    finds = _finds_since(today - timedelta(days=BASELINE_DAYS), today)
    flooding = [
        entry
        for entry, by_day in finds.items()
        if is_flooding(by_day.get(today, 0), [n for day, n in by_day.items() if day != today])
    ]
    return _let_rest(flooding, now) if flooding else []


def _finds_since(first: date, today: date) -> dict[int, dict[date, int]]:
    """How often each entry was found by day, for those that were found much today."""
    by_day = FoundByPartner.objects.filter(day__gte=first).values("entry_ref", "day")
    busy = (
        by_day.filter(day=today)
        .annotate(sum=Sum("times"))
        .filter(sum__gte=LEAST_FOR_REST)
        .values_list("entry_ref", flat=True)
    )
    finds: dict[int, dict[date, int]] = defaultdict(dict)
    counted = by_day.filter(entry_ref__in=list(busy)).annotate(sum=Sum("times"))
    for entry, day, times in counted.values_list("entry_ref", "day", "sum"):
        finds[entry][day] = times
    return finds


@transaction.atomic
def _let_rest(flooding: list[int], now: datetime) -> list[int]:
    there = Entry.objects.select_for_update().filter(pk__in=flooding).order_by("pk")
    resting = resting_now()
    tired = [
        entry
        for entry in there
        if entry.pk not in resting
        # Whoever released it knows that it is much found: it is left alone for a day.
        and not entry.rests.filter(rests=False, change__at__gt=now - A_DAY).exists()
    ]
    if tired:
        change = open_change(now)
        RestStep.objects.bulk_create(
            RestStep(entry=entry, rests=True, change=change) for entry in tired
        )
        for entry in tired:
            record("list entry rests", at=now, entry=str(entry.pk))
    return [entry.pk for entry in tired]


@transaction.atomic
def release(entry_id: int, *, staff: Staff, now: datetime) -> bool:
    """Let an entry match again, because a caseworker says so; whether it had rested."""
    entry = Entry.objects.select_for_update().filter(pk=entry_id).first()
    if entry is None or entry_id not in resting_now():
        return False
    RestStep.objects.create(entry=entry, rests=False, change=open_change(now), staff=staff)
    record("list entry released", at=now, actor=f"staff {staff.pk}", entry=str(entry_id))
    return True
