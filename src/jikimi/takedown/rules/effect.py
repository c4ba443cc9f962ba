"""How well a recipient does under a law, from what became of our own notices. Pure.

The rate is given with a Wilson score interval (E. B. Wilson, 1927), the times as quantiles of a
Kaplan-Meier estimate (E. L. Kaplan and P. Meier, 1958), in which a notice nobody knows the end of
counts for as long as it was watched. Laws are compared by both together: how much of the first week
a picture is gone, taken at the lower ends of the intervals.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from math import inf, sqrt
from operator import itemgetter
from statistics import NormalDist, fmean

from jikimi.takedown.rules.clock import to_utc
from jikimi.venues.pack_values import LawId, RecipientId

ENOUGH = 20
"""Decided notices from which on a figure of our own weighs more than a pack's ranking."""
CONFIDENCE = 0.90
WATCHED_LONG_ENOUGH = timedelta(days=7)
"""After this long without a removal a notice counts as one that did not remove anything."""
_HALF_DAYS = tuple(timedelta(hours=12) * count for count in range(1, 15))
"""The instants of the first week at which it is asked what is gone."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of one notice that was sent.

    `given_up` is True once the answer was no or the next notice about the same place had to go
    out: what happens to the picture after that is not this notice's doing. Raises ValueError for
    times that do not follow each other.
    """

    recipient_id: RecipientId
    law_id: LawId | None
    sent_at: datetime
    removed_at: datetime | None
    observed_until: datetime
    given_up: bool = False

    def __post_init__(self) -> None:
        """Check the order of the times."""
        end = to_utc(self.removed_at or self.observed_until)
        if end < to_utc(self.sent_at):
            raise ValueError("a notice cannot end before it was sent")

    @property
    def watched(self) -> timedelta:
        """How long it took, or how long it was watched in vain."""
        return (self.removed_at or self.observed_until) - self.sent_at

    @property
    def decided(self) -> bool:
        """Whether it says anything about the rate yet."""
        return bool(self.removed_at) or self.given_up or self.watched >= WATCHED_LONG_ENOUGH


@dataclass(frozen=True, kw_only=True)
class Effect:
    """One recipient under one law. Rates are shares of 1, times are from sending to removal."""

    recipient_id: RecipientId
    law_id: LawId | None
    n: int
    """Notices whose end is decided; the rate is of these."""
    removed: int
    low: float
    high: float
    """The ends of the 90 % interval of the rate."""
    watched: int
    """All notices, those still open included; the times are of these."""
    gone: float
    """The share of the first week for which a picture is gone at least, rate and time together."""
    lower_quartile: timedelta | None
    median: timedelta | None
    upper_quartile: timedelta | None
    """By when a quarter, a half, three quarters of all were down; None if that never came."""

    @property
    def rate(self) -> float:
        """The share that came down; 0 if nothing is decided."""
        return self.removed / self.n if self.n else 0.0

    @property
    def is_enough(self) -> bool:
        """Whether there are enough to go by."""
        return self.n >= ENOUGH


def effects_of(outcomes: Iterable[Outcome]) -> tuple[Effect, ...]:
    """Sum up outcomes by recipient and law, in the order of their ids."""
    ordered = sorted(outcomes, key=_whose)
    return tuple(_effect(tuple(group)) for _, group in groupby(ordered, key=_whose))


def wilson(hits: float, n: int, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Give the Wilson score interval of a share; all of it, (0, 1), where nothing is known.

    `hits` need not be whole: an estimate's share of `n`. Raises ValueError unless 0 <= hits <= n.
    """
    if not 0 <= hits <= n:
        raise ValueError("a share is of at least as many as it counts")
    if n == 0:
        return 0.0, 1.0
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    share = hits / n
    shrunk = 1 + z * z / n
    middle = (share + z * z / (2 * n)) / shrunk
    half = z / shrunk * sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    low = 0.0 if hits == 0 else max(0.0, middle - half)
    return low, 1.0 if hits == n else min(1.0, middle + half)


def time_until(share: float, outcomes: Sequence[Outcome]) -> timedelta | None:
    """Give the time by which this share was down, by Kaplan-Meier; None if that never came."""
    # The product of exact shares such as 3/4 * 2/3 may miss one half by a rounding.
    ends = ((one.watched, one.removed_at is not None) for one in outcomes)
    return next((span for span, up in _still_up(ends) if up <= 1 - share + 1e-12), None)


def gone_at_least(outcomes: Iterable[Outcome]) -> float:
    """Give the share of the first week for which a picture is gone: 1 at once, 0 never.

    At each half day it is the lower end of the interval about what Kaplan and Meier estimate, as of
    so many as have a known fate by then. A notice that was given up never removed anything.
    """
    ends = [_end(one) for one in outcomes]
    steps = list(_still_up(ends))
    open_ends = sorted(span for span, is_removed in ends if not is_removed)

    def least(instant: timedelta) -> float:
        step = bisect_right(steps, instant, key=itemgetter(0))
        up = steps[step - 1][1] if step else 1.0
        known = len(ends) - bisect_left(open_ends, instant)
        return wilson((1 - up) * known, known)[0]

    return fmean(map(least, _HALF_DAYS))


def surest(effect: Effect) -> tuple[float, float]:
    """Give the key that sorts the surest and fastest first; of those after the week, the surest."""
    return -effect.gone, -effect.low


def worst(effect: Effect) -> tuple[float, float]:
    """Give the key that sorts the surest failure first: the interval's upper end, then slowness."""
    return effect.high, -inf if effect.median is None else -effect.median.total_seconds()


def figures(effect: Effect, title: str) -> str:
    """Say it in a clause: "Article 16 removed 81 %, half within 30 h, gone for at least ..."."""
    half = f", half within {_hours(effect.median)}" if effect.median is not None else ""
    gone = f"gone for at least {effect.gone:.0%} of the first week"
    return f"{title} removed {effect.rate:.0%}{half}, {gone} (n = {effect.n})".replace("%", " %")


def _effect(outcomes: tuple[Outcome, ...]) -> Effect:
    decided = [one for one in outcomes if one.decided]
    removed = sum(one.removed_at is not None for one in decided)
    low, high = wilson(removed, len(decided))
    return Effect(
        recipient_id=outcomes[0].recipient_id,
        law_id=outcomes[0].law_id,
        n=len(decided),
        removed=removed,
        low=low,
        high=high,
        watched=len(outcomes),
        gone=gone_at_least(outcomes),
        lower_quartile=time_until(0.25, outcomes),
        median=time_until(0.5, outcomes),
        upper_quartile=time_until(0.75, outcomes),
    )


def _still_up(ends: Iterable[tuple[timedelta, bool]]) -> Iterator[tuple[timedelta, float]]:
    """Yield each time at which something was removed, and the share that is still up after it.

    `ends` are spans, each with whether it ended in a removal; else nobody knows what came after.
    """
    ordered = sorted(ends)
    up, at_risk = 1.0, len(ordered)
    for span, group in groupby(ordered, key=itemgetter(0)):
        together = [is_removed for _, is_removed in group]
        if removed := sum(together):
            up *= 1 - removed / at_risk
            yield span, up
        at_risk -= len(together)


def _end(one: Outcome) -> tuple[timedelta, bool]:
    is_removed = one.removed_at is not None
    return (timedelta.max if one.given_up and not is_removed else one.watched), is_removed


def _whose(one: Outcome | Effect) -> tuple[str, str]:
    return one.recipient_id, one.law_id or ""


def _hours(span: timedelta) -> str:
    hours = span / timedelta(hours=1)
    return f"{hours:.0f} h" if hours >= 1 else "an hour"
