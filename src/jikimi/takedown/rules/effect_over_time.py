"""How well a recipient does under a law, month by month or week by week. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from itertools import groupby

from jikimi.takedown.rules.clock import to_utc
from jikimi.takedown.rules.effect import WATCHED_LONG_ENOUGH, Effect, Outcome, effects_of
from jikimi.venues.pack_values import LawId, RecipientId

PERIODS = 12
FEWEST = 5
"""Notices of a period, below which its figure is not drawn."""
_WEEKLY_FROM = PERIODS * FEWEST
_WEEK = timedelta(weeks=1)


@dataclass(frozen=True, kw_only=True)
class Period:
    """The notices that were sent from `begins` until the next period.

    `rate` is of those that were sent long enough ago to be judged, so that the newest period is
    not one of quick removals only; `times` is of all. None where there are none.
    """

    begins: date
    rate: Effect | None
    times: Effect | None


@dataclass(frozen=True, kw_only=True)
class Course:
    """One recipient under one law over the last twelve months, or weeks where many were sent."""

    recipient_id: RecipientId
    law_id: LawId | None
    weekly: bool
    periods: tuple[Period, ...]


def courses_of(outcomes: Iterable[Outcome], until: datetime, zone: tzinfo) -> tuple[Course, ...]:
    """Cut outcomes by recipient, law and period of `zone`; in the order of their ids."""
    ordered = sorted(outcomes, key=_whose)
    return tuple(
        _course(tuple(group), to_utc(until), zone) for _, group in groupby(ordered, key=_whose)
    )


def beginnings(until: datetime, zone: tzinfo, *, weekly: bool) -> tuple[date, ...]:
    """Give the first days of the periods, the last being the one that `until` lies in."""
    today = until.astimezone(zone).date()
    if weekly:
        monday = today - timedelta(days=today.weekday())
        return tuple(monday - _WEEK * back for back in reversed(range(PERIODS)))
    month = today.year * 12 + today.month - 1
    return tuple(
        date((month - back) // 12, (month - back) % 12 + 1, 1) for back in reversed(range(PERIODS))
    )


def _course(outcomes: tuple[Outcome, ...], until: datetime, zone: tzinfo) -> Course:
    weeks = beginnings(until, zone, weekly=True)
    weekly = sum(_day(one, zone) >= weeks[0] for one in outcomes) >= _WEEKLY_FROM
    begins = weeks if weekly else beginnings(until, zone, weekly=False)
    return Course(
        recipient_id=outcomes[0].recipient_id,
        law_id=outcomes[0].law_id,
        weekly=weekly,
        periods=tuple(_period(day, held, until) for day, held in _cut(outcomes, begins, zone)),
    )


def _cut(
    outcomes: Sequence[Outcome], begins: Sequence[date], zone: tzinfo
) -> Iterable[tuple[date, list[Outcome]]]:
    held: dict[date, list[Outcome]] = {day: [] for day in begins}
    for one in outcomes:
        day = _day(one, zone)
        if day >= begins[0]:
            held[max(begin for begin in begins if begin <= day)].append(one)
    return held.items()


def _period(begins: date, outcomes: list[Outcome], until: datetime) -> Period:
    old_enough = [one for one in outcomes if one.sent_at + WATCHED_LONG_ENOUGH <= until]
    return Period(begins=begins, rate=_one(old_enough), times=_one(outcomes))


def _one(outcomes: list[Outcome]) -> Effect | None:
    return effects_of(outcomes)[0] if outcomes else None


def _day(one: Outcome, zone: tzinfo) -> date:
    return one.sent_at.astimezone(zone).date()


def _whose(one: Outcome) -> tuple[RecipientId, LawId]:
    return one.recipient_id, one.law_id or LawId("")
