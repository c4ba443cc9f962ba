"""When a fingerprint matches so much more than it used to that it had better rest."""

from collections.abc import Sequence
from typing import Final

LEAST_FOR_REST: Final = 500
TIMES_ITS_BASELINE: Final = 20
BASELINE_DAYS: Final = 14


def is_flooding(today: int, earlier_days: Sequence[int]) -> bool:
    """Whether today's matches are far above the mean of earlier days (at most BASELINE_DAYS).

    Days without a match are given as 0. A real wave on many platforms can look the same: what
    rests is told to a caseworker, who decides.
    """
    baseline = sum(earlier_days) / BASELINE_DAYS
    return today >= max(LEAST_FOR_REST, TIMES_ITS_BASELINE * baseline)
