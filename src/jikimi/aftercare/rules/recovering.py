"""When a way back that a caseworker asked for may be opened. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

WAIT = timedelta(hours=72)
"""So long it stands on her page, for her to refuse it if it was not she who asked."""


def why_not_yet(*, asked_by: int, opened_by: int, asked_at: datetime, now: datetime) -> str:
    """Say why a way back may not be opened now; empty if it may."""
    if asked_by == opened_by:
        return "Somebody else has to open it: two people let her back in."
    if now < asked_at + WAIT:
        return "It waits 72 hours, so that she can refuse it on her page if it was not she."
    return ""
