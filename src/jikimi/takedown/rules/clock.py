"""When an answer is due: what the law gives, else what the recipient says, else our own habit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from holidays import HolidayBase, country_holidays

from jikimi.venues.pack_values import FROM_OUR_REQUEST, Clock, LawPack, Recipient

OUR_FOLLOW_UP = timedelta(hours=72)
"""Ours, not any law's: when to ask again where nobody has set a time."""


@dataclass(frozen=True, kw_only=True)
class FollowUp:
    """When to look again, and whose time it is. `text` says so to a caseworker."""

    after: timedelta
    """The span; where working days are counted the least it can be, so ask `due_at`."""
    set_by: Literal["law", "recipient", "centre"]
    text: str
    clock: Clock | None = None
    """Whose days are counted; None for our own habit."""

    def due_at(self, sent_at: datetime) -> datetime:
        """Return when it is overdue, in UTC. Raises ValueError without a time zone."""
        return due_at(self.clock, sent_at) or to_utc(sent_at) + self.after


def due_at(clock: Clock | None, trigger_at: datetime) -> datetime | None:
    """Return when the clock runs out, in UTC, or None where the law sets no hours.

    Hours are elapsed hours and a day is 24 of them, also across a change to summer time. Of working
    days the day of the trigger does not count, and the last runs to its end, midnight of the place;
    it is never earlier than as many elapsed days. Raises ValueError if `trigger_at` has no zone.
    """
    in_utc = to_utc(trigger_at)
    if clock is None:
        return None
    if clock.calendar == "elapsed":
        return in_utc + clock.length
    return max(_end_of_working_days(clock, in_utc), in_utc + clock.length)


def clock_from_us(law: LawPack | None) -> Clock | None:
    """Return the law's clock if our own notice starts it, None if an authority has to."""
    if law is None or law.clock is None or law.clock.trigger != FROM_OUR_REQUEST:
        return None
    return law.clock


def clock_from_order(law: LawPack) -> Clock | None:
    """Return the law's clock if an authority's order or notice starts it, None if ours does."""
    return None if law.clock is None or clock_from_us(law) else law.clock


def order_in_words(law: LawPack, clock: Clock, ordered_at: datetime) -> str:
    """Say whose time runs once an authority has given its order."""
    given = f"{to_utc(ordered_at):%Y-%m-%d %H:%M} UTC"
    return f"{_length(clock)} from the authority's order of {given} ({law.cite})"


def follow_up(law: LawPack | None, recipient: Recipient) -> FollowUp:
    """Return when a notice to this recipient under this law is overdue. There is always a time."""
    clock, stated = clock_from_us(law), recipient.stated_time
    if law is not None and clock is not None:
        text = f"{_length(clock)} from a valid request ({law.cite})"
        return FollowUp(after=clock.length, set_by="law", text=text, clock=clock)
    if stated is not None:
        text = f"{_length(stated)}, as {recipient.name} itself states; no law's time"
        return FollowUp(after=stated.length, set_by="recipient", text=text, clock=stated)
    text = "72 hours, our own time to follow up: no law and no promise sets one"
    return FollowUp(after=OUR_FOLLOW_UP, set_by="centre", text=text)


def to_utc(moment: datetime) -> datetime:
    """Return the moment in UTC. Raises ValueError if it has no time zone."""
    if moment.utcoffset() is None:
        raise ValueError("a time without a time zone")
    return moment.astimezone(UTC)


def _length(clock: Clock) -> str:
    unit = clock.unit if clock.value > 1 else clock.unit.removesuffix("s")
    return f"{clock.value} {'working ' if clock.calendar == 'working_days' else ''}{unit}"


def _end_of_working_days(clock: Clock, trigger_at: datetime) -> datetime:
    zone, calendar = ZoneInfo(clock.zone or "UTC"), _calendar(clock.holidays or "")
    day, left = trigger_at.astimezone(zone).date(), clock.value
    while left:
        day += timedelta(days=1)
        left -= calendar.is_working_day(day)
    return _midnight_after(day, zone).astimezone(UTC)


def _midnight_after(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), zone)


@lru_cache
def _calendar(place: str) -> HolidayBase:
    """Weekends and public holidays of a country, or of its part after a hyphen."""
    country, _, part = place.partition("-")
    return country_holidays(country, subdiv=part or None)
