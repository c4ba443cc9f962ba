"""A day at the desk as a quiet picture: bars where cases were on the screen, dots for views."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from jikimi.people.rules import Limits, Meter, Stretch

WIDTH, HEIGHT = 480, 64
"""Of the picture, in its own units; a day goes from edge to edge."""
_DAY = timedelta(days=1)
_NARROWEST = 2.0
_HOURS_NAMED = (0, 6, 12, 18, 24)


@dataclass(frozen=True, kw_only=True)
class Bar:
    """A stretch: where it begins and how wide it is."""

    x: float
    width: float


@dataclass(frozen=True, kw_only=True)
class Tick:
    """An hour with its name."""

    x: float
    name: str
    anchor: str


@dataclass(frozen=True, kw_only=True)
class DayPicture:
    """Where everything is drawn."""

    bars: tuple[Bar, ...]
    dots: tuple[float, ...]
    ticks: tuple[Tick, ...]
    now: float
    ends: float | None
    """Where the centre's day ends, if it does."""


def day_picture(meter: Meter, limits: Limits, now: datetime) -> DayPicture:
    """Draw a day up to `now`, from local midnight at the left edge."""
    ends = limits.ends
    return DayPicture(
        bars=tuple(_bar(one, meter.day) for one in meter.stretches),
        dots=tuple(_across(at - meter.day) for at in meter.views),
        ticks=tuple(_tick(hour) for hour in _HOURS_NAMED),
        now=_across(now - meter.day),
        ends=_across(timedelta(hours=ends.hour, minutes=ends.minute)) if ends else None,
    )


def _bar(stretch: Stretch, day: datetime) -> Bar:
    start, end = _across(stretch.began - day), _across(stretch.ended - day)
    return Bar(x=start, width=round(max(end - start, _NARROWEST), 1))


def _across(since_midnight: timedelta) -> float:
    """A place between 0 and `WIDTH`."""
    return round(min(max(since_midnight / _DAY, 0.0), 1.0) * WIDTH, 1)


def _tick(hour: int) -> Tick:
    anchor = "start" if hour == 0 else "end" if hour == _HOURS_NAMED[-1] else "middle"
    return Tick(x=_across(timedelta(hours=hour)), name=f"{hour}:00", anchor=anchor)
