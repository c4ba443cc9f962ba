"""Decisions about how much anybody at the desk is asked to bear in a day. Pure.

The limits follow what the Internet Watch Foundation asks of its own analysts: five hours a day,
a break each hour, and an end at four in the afternoon.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

BREAK = timedelta(minutes=10)
"""So long without a case or a reply on the screen is a break."""
BREAK_AFTER = timedelta(hours=1)
"""Time at a stretch after which a break is suggested."""
GO_ON_FOR = timedelta(hours=1)
"""How long "I go on" holds before it is asked again."""
NOTED_AFTER = timedelta(minutes=1)
"""A stretch is written down again when it has grown by this."""
ASK_LIVES = timedelta(seconds=60)
"""How long a promised view waits to be taken up."""
SHOWN_FOR = timedelta(seconds=20)
"""How long a picture stays on the screen."""
CLEARER_WITHIN = timedelta(minutes=5)
"""After a view, how long a clearer one of the same place may be asked for."""


class Reason(StrEnum):
    """Why somebody has to view. There is no field for words: they would describe the picture."""

    MATCH_IN_DOUBT = "match_in_doubt"
    RECIPIENT_DOUBTS = "recipient_doubts"
    RECIPIENT_ASKS = "recipient_asks"
    SHE_ASKS = "she_asks"
    SECOND_PERSON = "second_person"


class Sharpness(StrEnum):
    """How much of a picture is shown."""

    BLURRED = "blurred"
    CLEARER = "clearer"


class RevealState(StrEnum):
    """What became of a view that was asked for."""

    ASKED = "asked"
    FETCHING = "fetching"
    SHOWN = "shown"
    NOTHING = "nothing"


class GoOn(StrEnum):
    """Why somebody stays after the day's hours are full."""

    SOMEBODY_WAITS = "somebody_waits"
    FINISHING = "finishing"
    NOBODY_ELSE = "nobody_else"


class Reminder(StrEnum):
    """What the desk suggests, gently."""

    BREAK = "break"
    HOURS = "hours"
    DAY_ENDS = "day_ends"


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What a centre asks of one person in a day."""

    views: int
    hours: timedelta
    ends: time | None
    """Local time from which nothing is revealed; None where the day has no end."""


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """Time at the desk without a break."""

    began: datetime
    ended: datetime


@dataclass(frozen=True, kw_only=True)
class Meter:
    """One person's day so far."""

    day: datetime
    """Local midnight before now."""
    stretches: tuple[Stretch, ...]
    """Of this day, oldest first."""
    views: tuple[datetime, ...]
    """When pictures were asked for, those that came to nothing left out."""
    desk: timedelta
    """All stretches together."""
    without_break: timedelta
    """The stretch that goes on now; zero during a break."""
    is_past_end: bool


def meter_of(
    stretches: Sequence[Stretch], views: Sequence[datetime], limits: Limits, now: datetime
) -> Meter:
    """Add up a day. ``now`` is in the centre's zone; stretches and views may be older."""
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    today = tuple(
        Stretch(began=max(one.began, day), ended=one.ended)
        for one in sorted(stretches, key=lambda one: one.began)
        if one.ended > day
    )
    going_on = [one for one in stretches if now - one.ended < BREAK]
    return Meter(
        day=day,
        stretches=today,
        views=tuple(sorted(at for at in views if at >= day)),
        desk=sum((one.ended - one.began for one in today), timedelta()),
        without_break=max((one.ended - one.began for one in going_on), default=timedelta()),
        is_past_end=limits.ends is not None and now.time() >= limits.ends,
    )


def reminder_for(meter: Meter, limits: Limits) -> Reminder | None:
    """What to suggest, if anything; the weightiest only."""
    if not meter.without_break and not meter.desk:
        return None
    if meter.desk >= limits.hours:
        return Reminder.HOURS
    if meter.is_past_end:
        return Reminder.DAY_ENDS
    return Reminder.BREAK if meter.without_break >= BREAK_AFTER else None


def why_no_view(meter: Meter, limits: Limits) -> str:
    """Why this person may not be shown a picture now; empty if she may."""
    if limits.views == 0:
        return "This centre shows no pictures to anybody."
    if len(meter.views) >= limits.views:
        return f"Your views of today are used up: {len(meter.views)} of {limits.views}."
    if meter.desk >= limits.hours:
        return "Your hours of today are full. No picture is shown after them."
    if limits.ends is not None and meter.is_past_end:
        return f"No picture is shown after {limits.ends:%H:%M}, so that none is taken home."
    return ""


def asks_first(meter: Meter, limits: Limits, went_on_at: datetime | None, now: datetime) -> bool:
    """Whether the next case waits for an "I go on", because the day's hours are full."""
    if meter.desk < limits.hours:
        return False
    return went_on_at is None or now - went_on_at >= GO_ON_FOR


def grown(last: Stretch | None, now: datetime) -> Stretch | None:
    """The stretch that somebody at the desk is in now; None if `last` says enough already.

    It continues `last` unless there was a break in between.
    """
    if last is None or now - last.ended >= BREAK:
        return Stretch(began=now, ended=now)
    if now - last.ended < NOTED_AFTER:
        return None
    return Stretch(began=last.began, ended=now)
