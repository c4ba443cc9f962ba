"""When a fingerprint matches so much more than it used to that it had better rest."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Final

from jikimi.exchange.rules.lists import Origin

LEAST_FOR_REST: Final = 500
TIMES_ITS_BASELINE: Final = 20
BASELINE_DAYS: Final = 14
PARTNERS_FOR_REST: Final = 2
"""One alone could take away from all others what it only has to ask about often."""


class Flood(StrEnum):
    """What is done about an entry that floods."""

    TELL = "tell"
    """A caseworker is told, and it goes on matching."""
    REST = "rest"
    """It matches for nobody until a caseworker releases it."""


def what_to_do(origin: Origin, flooding_partners: int) -> Flood:
    """What to do about an entry that floods, where so many partners do that each on their own.

    A survivor's fingerprint rests only when a person says so: resting takes her protection away.
    """
    if origin is not Origin.OWN and flooding_partners >= PARTNERS_FOR_REST:
        return Flood.REST
    return Flood.TELL


def is_flooding(today: int, earlier_days: Sequence[int]) -> bool:
    """Whether today's matches are far above the mean of earlier days (at most BASELINE_DAYS).

    Days without a match are given as 0. A real wave on many platforms can look the same: what
    rests is told to a caseworker, who decides.
    """
    baseline = sum(earlier_days) / BASELINE_DAYS
    return today >= max(LEAST_FOR_REST, TIMES_ITS_BASELINE * baseline)
