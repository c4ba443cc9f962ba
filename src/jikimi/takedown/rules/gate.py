"""Whether a letter may go to its recipient now: pauses, faults, quiet hours, rates. Pure.

Rates are held by the generic cell rate algorithm (ITU-T I.371): one time for each rate says when
the next letter fits; a quarter of an hour's or a day's letters may go at once, the rest evenly.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from jikimi.takedown.rules.notice import retry_after
from jikimi.venues.pack_values import QuietHours, RouteLimits

USUAL_PER_HOUR = 120
"""Letters an hour to one recipient whose entry states no limit."""
_AT_ONCE_SHARE = 4


@dataclass(frozen=True, kw_only=True)
class Patience:
    """How many faults in a row are borne, and how long the rests after them are: doubling."""

    faults: int
    first_rest: timedelta
    longest_rest: timedelta


WITH_RECIPIENTS = Patience(
    faults=5, first_rest=timedelta(minutes=15), longest_rest=timedelta(hours=4)
)
WITH_OUR_MAIL = Patience(
    faults=3, first_rest=timedelta(seconds=5), longest_rest=timedelta(minutes=30)
)
"""Each letter that breaks off there is one more for a person to find out about."""


@dataclass(frozen=True, kw_only=True)
class Gate:
    """What is known of one recipient as a place to send to."""

    paused: bool = False
    faults: int = 0
    """How often in a row it took nothing, or nobody knows whether it did."""
    rest_until: datetime | None = None
    """While it is left alone: after faults, or because it asked for that. One letter tries then."""
    hour_full_until: datetime | None = None
    """By when the letters that went would have gone evenly, at the hour's rate."""
    day_full_until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Hold:
    """Why nothing goes there now, and until when; None until a person resumes."""

    because: str
    until: datetime | None


def hold_on(gate: Gate, limits: RouteLimits, in_flight: int, now: datetime) -> Hold | None:
    """Say what holds a letter back from a recipient now; None if it may go.

    `in_flight` counts its letters that are being sent at this moment.
    """
    if gate.paused:
        return Hold(because="paused by a person", until=None)
    if gate.rest_until is not None and gate.rest_until > now:
        return Hold(because=why_it_rests(gate), until=gate.rest_until)
    if limits.quiet_hours and (end := _quiet_until(limits.quiet_hours, now)):
        return Hold(because="its quiet hours", until=end)
    if limits.at_once is not None and in_flight >= limits.at_once:
        return Hold(because=f"takes {limits.at_once} at once", until=now + timedelta(seconds=10))
    return _full(gate, limits, now)


def after_claim(gate: Gate, limits: RouteLimits, now: datetime) -> Gate:
    """Return the gate once a letter has been taken up for it."""
    hour, day = _rates(limits)
    return replace(
        gate,
        hour_full_until=_later(gate.hour_full_until, now) + hour.step,
        day_full_until=_later(gate.day_full_until, now) + day.step if day else None,
    )


def after_fault(
    gate: Gate, now: datetime, *, patience: Patience = WITH_RECIPIENTS, away: bool = False
) -> Gate:
    """Return the gate once something went wrong: after too many faults it rests, longer each time.

    One that is `away` rests from the first fault on, as long as a letter waits to be tried again:
    no other letter would fare better.
    """
    faults = gate.faults + 1
    if faults >= patience.faults:
        doubled: int = 2 ** min(faults - patience.faults, 10)
        rest = min(patience.first_rest * doubled, patience.longest_rest)
    elif away:
        rest = retry_after(faults)
    else:
        return replace(gate, faults=faults)
    return replace(gate, faults=faults, rest_until=now + rest)


def after_named_time(gate: Gate, wait: timedelta, now: datetime) -> Gate:
    """Return the gate once a recipient has said how long to leave it alone: that is no fault."""
    return replace(gate, rest_until=_later(gate.rest_until, now + wait))


def why_it_rests(gate: Gate) -> str:
    """Say why something is left alone for a while."""
    if not gate.faults:
        return "it asked us to wait"
    faults = "a fault" if gate.faults == 1 else f"{gate.faults} faults in a row"
    return f"rests after {faults}"


def after_success(gate: Gate) -> Gate:
    """Return the gate once a letter was taken."""
    return replace(gate, faults=0, rest_until=None)


@dataclass(frozen=True, kw_only=True)
class _Rate:
    step: timedelta
    slack: timedelta
    words: str


def _rates(limits: RouteLimits) -> tuple[_Rate, _Rate | None]:
    per_hour = limits.per_hour or USUAL_PER_HOUR
    return _rate(per_hour, timedelta(hours=1), "hour"), (
        _rate(limits.per_day, timedelta(days=1), "day") if limits.per_day else None
    )


def _rate(number: int, period: timedelta, word: str) -> _Rate:
    step = period / number
    at_once = max(number // _AT_ONCE_SHARE, 1)
    return _Rate(step=step, slack=step * (at_once - 1), words=f"takes {number} letters in a {word}")


def _full(gate: Gate, limits: RouteLimits, now: datetime) -> Hold | None:
    hour, day = _rates(limits)
    holds = [_hold_of(gate.hour_full_until, hour, now)]
    if day:
        holds.append(_hold_of(gate.day_full_until, day, now))
    return max(filter(None, holds), key=lambda hold: hold.until or now, default=None)


def _hold_of(full_until: datetime | None, rate: _Rate, now: datetime) -> Hold | None:
    if full_until is None or full_until - rate.slack <= now:
        return None
    return Hold(because=rate.words, until=full_until - rate.slack)


def _later(moment: datetime | None, now: datetime) -> datetime:
    return now if moment is None else max(moment, now)


def _quiet_until(quiet: QuietHours, now: datetime) -> datetime | None:
    """When the quiet hours that hold now end; None if none hold. Both ends in the place's time."""
    here = now.astimezone(ZoneInfo(quiet.zone))
    overnight = quiet.begin > quiet.end
    after_begin, before_end = here.time() >= quiet.begin, here.time() < quiet.end
    if not (after_begin or before_end if overnight else after_begin and before_end):
        return None
    day = here.date() + timedelta(days=int(overnight and after_begin))
    return datetime.combine(day, quiet.end, tzinfo=here.tzinfo).astimezone(now.tzinfo)
