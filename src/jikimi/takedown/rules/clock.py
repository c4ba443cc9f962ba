"""When an answer is due: what the law gives, else what the recipient says, else our own habit."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from jikimi.venues.packs import Clock, LawPack, Recipient

OUR_FOLLOW_UP = timedelta(hours=72)
"""Ours, not any law's: when to ask again where nobody has set a time."""


@dataclass(frozen=True, kw_only=True)
class FollowUp:
    """When to look again, and whose time it is. `text` says so to a caseworker."""

    after: timedelta
    set_by: Literal["law", "recipient", "centre"]
    text: str


def due_at(clock: Clock | None, trigger_at: datetime) -> datetime | None:
    """Return when the clock runs out, in UTC, or None where the law sets no hours.

    Hours are elapsed hours and a day is 24 of them, also across a change to summer time.
    Raises ValueError if `trigger_at` has no time zone.
    """
    in_utc = to_utc(trigger_at)
    return None if clock is None else in_utc + clock.length


def follow_up(law: LawPack | None, recipient: Recipient) -> FollowUp:
    """Return when a notice to this recipient under this law is overdue. There is always a time."""
    if law is not None and law.clock is not None:
        text = f"{_length(law.clock)} from a valid request ({law.cite})"
        return FollowUp(after=law.clock.length, set_by="law", text=text)
    if recipient.stated_time is not None:
        text = f"{_length(recipient.stated_time)}, as {recipient.name} itself states; no law's time"
        return FollowUp(after=recipient.stated_time.length, set_by="recipient", text=text)
    text = "72 hours, our own time to follow up: no law and no promise sets one"
    return FollowUp(after=OUR_FOLLOW_UP, set_by="centre", text=text)


def to_utc(moment: datetime) -> datetime:
    """Return the moment in UTC. Raises ValueError if it has no time zone."""
    if moment.utcoffset() is None:
        raise ValueError("a time without a time zone")
    return moment.astimezone(UTC)


def _length(clock: Clock) -> str:
    return f"{clock.value} {clock.unit if clock.value > 1 else clock.unit.removesuffix('s')}"
