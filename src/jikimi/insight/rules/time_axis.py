"""Time from left to right, with ticks at hours, days or months that a person would choose. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from jikimi.insight.rules.text_width import width_of

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_APART = 16.0
"""The least room between two ticks' words."""
_HOUR_STEPS = (1, 3, 6, 12, 24, 48, 168, 336)
_MONTH_STEPS = (1, 2, 3, 6, 12, 24, 60, 120)
_SHORTEST = timedelta(hours=1)
_A_YEAR_AND_MORE = timedelta(days=400)
_HOURS_UP_TO = timedelta(days=3)
"""Beyond this, hours of the day say nothing."""


@dataclass(frozen=True, kw_only=True)
class Tick:
    """A place on the axis with its words, which stand in the middle under it."""

    x: float
    words: str


@dataclass(frozen=True, kw_only=True)
class TimeAxis:
    """From `start` at `left` to `end` at `right`. Raises ValueError if they are swapped.

    A span under an hour is drawn as an hour.
    """

    start: datetime
    end: datetime
    left: float
    right: float

    def __post_init__(self) -> None:
        """Check the order."""
        if self.end < self.start or self.right <= self.left:
            raise ValueError("an axis runs from earlier to later and from left to right")

    def x(self, at: datetime) -> float:
        """Where a moment lies; one outside lies on the nearer end."""
        share = (at - self.start) / max(self.end - self.start, _SHORTEST)
        return self.left + min(max(share, 0.0), 1.0) * (self.right - self.left)

    def ticks(self, zone: tzinfo, *, size: float) -> tuple[Tick, ...]:
        """Give the finest ticks whose words do not touch, none where no words fit."""
        for every in _HOUR_STEPS:
            if self._could_fit(timedelta(hours=every), size):
                ticks = self._drawn(_each_hours(self.start, self.end, zone, every), zone, size)
                if _are_apart(ticks, size):
                    return ticks
        for every in _MONTH_STEPS:
            ticks = self._drawn(_each_months(self.start, self.end, zone, every), zone, size)
            if _are_apart(ticks, size):
                return ticks
        return ()

    def _could_fit(self, step: timedelta, size: float) -> bool:
        most = (self.right - self.left) / (width_of("00:00", size) + _APART)
        span = max(self.end - self.start, _SHORTEST)
        return span / step <= most + 1 and (span <= _HOURS_UP_TO or step >= timedelta(days=1))

    def _drawn(self, moments: Iterator[datetime], zone: tzinfo, size: float) -> tuple[Tick, ...]:
        with_year = self.end - self.start > _A_YEAR_AND_MORE
        ticks = (Tick(x=self.x(at), words=_words(at.astimezone(zone), with_year)) for at in moments)
        return tuple(tick for tick in ticks if self._holds(tick, size))

    def _holds(self, tick: Tick, size: float) -> bool:
        half = width_of(tick.words, size) / 2
        return self.left <= tick.x - half and tick.x + half <= self.right


def _are_apart(ticks: tuple[Tick, ...], size: float) -> bool:
    halves = [width_of(tick.words, size) / 2 for tick in ticks]
    return all(
        ticks[i + 1].x - ticks[i].x >= halves[i] + halves[i + 1] + _APART
        for i in range(len(ticks) - 1)
    )


def _each_hours(start: datetime, end: datetime, zone: tzinfo, every: int) -> Iterator[datetime]:
    """Each so many hours from the midnight before the start, by the clock on the wall."""
    wall = start.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    last = end.astimezone(zone).replace(tzinfo=None)
    while wall <= last:
        at = wall.replace(tzinfo=zone).astimezone(UTC)
        if start <= at <= end:
            yield at
        wall += timedelta(hours=every)


def _each_months(start: datetime, end: datetime, zone: tzinfo, every: int) -> Iterator[datetime]:
    """The first of each so many months, counted from January of year 1."""
    local = start.astimezone(zone)
    month = (local.year * 12 + local.month - 1) // every * every
    last = end.astimezone(zone)
    while month <= last.year * 12 + last.month - 1:
        at = datetime(month // 12, month % 12 + 1, 1, tzinfo=zone).astimezone(UTC)
        if start <= at <= end:
            yield at
        month += every


def _words(at: datetime, with_year: bool) -> str:
    if at.hour or at.minute:
        return f"{at:%H:%M}"
    if with_year:
        return f"{MONTHS[at.month - 1]} {at.year}"
    return f"{at.day} {MONTHS[at.month - 1]}"
