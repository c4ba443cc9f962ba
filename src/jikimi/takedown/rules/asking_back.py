"""When a recipient's interface is asked again what became of a letter. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

FIRST = timedelta(minutes=30)
LONGEST = timedelta(days=1)
GIVEN_UP_AFTER = timedelta(days=30)


def next_question(asked: int, sent_at: datetime, now: datetime) -> datetime | None:
    """Give the moment of the next question after so many; None when it is no use any more.

    Half an hour after it was sent, then twice as long each time, up to a day. Raises ValueError for
    a negative count.
    """
    if asked < 0:
        raise ValueError("nobody asks less than never")
    doubled: int = 2 ** min(asked, 16)
    following = now + min(FIRST * doubled, LONGEST)
    return following if following <= sent_at + GIVEN_UP_AFTER else None
