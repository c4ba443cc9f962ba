"""When to say that a clock runs out soon. Pure."""

from __future__ import annotations

from datetime import datetime

REMIND_AFTER = 0.75
"""The share of the time after which a caseworker hears of it; the recipient hears nothing."""


def remind_at(sent_at: datetime, due_at: datetime) -> datetime:
    """Give the moment between sending and the deadline. Raises ValueError if they are swapped."""
    if due_at < sent_at:
        raise ValueError("a clock cannot run out before it starts")
    return sent_at + (due_at - sent_at) * REMIND_AFTER
