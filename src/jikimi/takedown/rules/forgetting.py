"""When a request to forget may end without a confirmation. Pure."""

from datetime import datetime, timedelta
from enum import StrEnum

TIME_TO_ANSWER = timedelta(days=30)
"""A month, as Article 12(3) of Regulation (EU) 2016/679 gives whoever is asked to erase."""


class CannotForget(StrEnum):
    """Why a recipient will not confirm that it forgot what it got."""

    LAW = "law"  # it says that a law makes it keep it
    REFUSED = "refused"  # it says no
    SILENT = "silent"  # it was asked and says nothing
    GONE = "gone"  # it exists no more, so nobody is left to be asked


def why_not_yet(why: CannotForget, *, asked_at: datetime | None, now: datetime) -> str:
    """Say what stands against giving a request up for this reason; empty if nothing does."""
    if why is CannotForget.GONE:
        return ""
    if asked_at is None:
        return "Note first that they were asked."
    if why is CannotForget.SILENT and now < asked_at + TIME_TO_ANSWER:
        return f"They have {TIME_TO_ANSWER.days} days to answer. Ask them once more meanwhile."
    return ""
