"""When the registries are asked again who runs a host. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

GOOD_FOR = timedelta(days=180)
"""After this an address is too old to be written to without another look and another yes."""
_LONGEST_PAUSE = timedelta(days=7)
_GROWS_BY = 4
_GROWS_NO_MORE = 5


def ask_again_at(now: datetime, troubles: int) -> datetime:
    """Say when next, after `troubles` times in a row on which a registry gave no answer.

    After trouble with a pause that grows from an hour to a week; else when the answer is too old.
    """
    if not troubles:
        return now + GOOD_FOR
    hours = _GROWS_BY ** min(troubles - 1, _GROWS_NO_MORE)
    return now + min(timedelta(hours=hours), _LONGEST_PAUSE)
