"""The queue: what may be shown of it, and what stands in one case's line. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal
from uuid import UUID

Tone = Literal["late", "warn", "ok", "plain"]
SOON = timedelta(hours=24)
LONGEST_SEARCH = 60
_REFERENCE = re.compile(r"jk-([0-9a-f]{1,10})\Z")
_HEX_DIGITS = 32


class Show(StrEnum):
    """Which part of the open cases the queue shows."""

    ALL = "all"
    ACT = "act"  # the next step is a caseworker's
    APPROVE = "approve"  # a draft waits for a yes
    WAITING = "waiting"  # somebody owes an answer, in time
    OVERDUE = "overdue"  # a clock has run out
    UNKNOWN = "unknown"  # a sending broke off
    REPLIES = "replies"  # a mail that came in waits to be confirmed
    BACK = "back"  # a picture that was removed is there again
    MINORS = "minors"  # a minor's path


@dataclass(frozen=True, kw_only=True)
class QueueView:
    """What somebody asked the queue for; `page` counts from 1."""

    show: Show = Show.ALL
    search: str = ""
    page: int = 1


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How a case stands: its places and notices, counted."""

    places: int = 0
    down: int = 0
    notices: int = 0
    drafts: int = 0
    on_its_way: int = 0
    unknown: int = 0
    undeliverable: int = 0
    overdue: int = 0
    running: int = 0
    """Notices that somebody has and whose clock was still running at the last sweep."""
    came_back: int = 0
    """Places whose picture was removed once and for which a draft waits again."""
    reminded: bool = False
    next_due: datetime | None = None
    """When the first running clock ends."""


def headline(case: Standing, now: datetime) -> tuple[str, Tone]:
    """Say the one thing about a case that somebody has to know first, and in which colour."""
    ladder: tuple[tuple[bool, str, Tone], ...] = (
        (case.overdue > 0 and case.drafts > 0, "next notice ready", "late"),
        (case.overdue > 0, "clock run out", "late"),
        (case.unknown > 0, "sending broke off", "late"),
        (case.undeliverable > 0, "mail was refused", "warn"),
        (case.came_back > 0, "came back", "warn"),
        (case.drafts > 0, "draft ready", "warn"),
        (case.reminded, f"runs out in {_hours_left(case, now)} h", "warn"),
        (case.places > 0 and case.notices == 0, "needs a recipient", "warn"),
        (case.places == 0, "no link yet", "plain"),
        (case.down > 0, f"removed {case.down} of {case.places}", "ok"),
        (case.on_its_way > 0, "on its way", "plain"),
        (case.running > 0, *_time_left(case, now)),
    )
    return next(
        ((words, tone) for applies, words, tone in ladder if applies), ("waits for you", "warn")
    )


def reference_range(search: str) -> tuple[UUID, UUID] | None:
    """Give the first and last id whose reference begins as written ("JK-3F2"); None if none is."""
    found = _REFERENCE.match(search.strip().lower())
    if found is None:
        return None
    digits = found[1]
    return UUID(digits.ljust(_HEX_DIGITS, "0")), UUID(digits.ljust(_HEX_DIGITS, "f"))


def _hours_left(case: Standing, now: datetime) -> int:
    return max((case.next_due - now) // timedelta(hours=1), 0) if case.next_due else 0


def _time_left(case: Standing, now: datetime) -> tuple[str, Tone]:
    if case.next_due is None:
        return "waits for an answer", "plain"
    left = case.next_due - now
    tone: Tone = "late" if left < SOON / 4 else "warn" if left < SOON else "plain"
    if left >= timedelta(days=2):
        return f"{left.days} days left", tone
    return f"{_hours_left(case, now)} h left", tone
