"""Which fingerprints of a case stand on the list of our own reports."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from jikimi.exchange.rules.lists import LEAST_QUALITY

MOST_FRAMES_LISTED: Final = 120
"""Of one video. Frames come at two a second: a minute of them, or a longer one with gaps."""
Ref = TypeVar("Ref")


@dataclass(frozen=True, kw_only=True)
class CaseStanding:
    """What decides about a case as a whole."""

    is_minor: bool
    is_withdrawn: bool
    may_be_acted_on: bool
    agreed: bool
    """That platforms may get her fingerprints, to stop the next upload."""
    is_paused: bool


@dataclass(frozen=True, kw_only=True)
class CasePrint(Generic[Ref]):
    """One fingerprint of the case."""

    ref: Ref
    quality: int
    resembles_a_minors: bool
    """Whether it is within the radius of a fingerprint of a minor's case."""


@dataclass(frozen=True, kw_only=True)
class Listing(Generic[Ref]):
    """What has to change so that the list is right."""

    add: frozenset[Ref]
    withdraw: frozenset[Ref]
    near_a_minors: frozenset[Ref] = frozenset()
    """What is kept off the list because it is within the radius of a minor's fingerprint."""


def may_be_listed(case: CaseStanding) -> bool:
    """Whether anything of a case may stand on the list. A minor's never does."""
    may_know = case.agreed and case.may_be_acted_on
    return may_know and not (case.is_minor or case.is_withdrawn)


def spread(frames: Sequence[Ref], *, most: int) -> Sequence[Ref]:
    """Up to so many of these, evenly from the first on; the same whenever it is asked."""
    return frames[:: max(1, -(-len(frames) // most))]


def listing_of(
    case: CaseStanding, prints: Iterable[CasePrint[Ref]], listed: frozenset[Ref]
) -> Listing[Ref]:
    """Decide which of a case's fingerprints to put on the list and which to take off it.

    Only an adult's, for as long as she agrees. While she pauses, nothing new goes on it and what
    stands there stays. One that is near a minor's leaves it, whoever reported it.
    """
    if not may_be_listed(case):
        return Listing(add=frozenset(), withdraw=listed)
    good = [one for one in prints if one.quality >= LEAST_QUALITY]
    near = frozenset(one.ref for one in good if one.resembles_a_minors)
    wanted = frozenset(one.ref for one in good) - near
    added = frozenset[Ref]() if case.is_paused else wanted - listed
    return Listing(add=added, withdraw=listed - wanted, near_a_minors=near)
