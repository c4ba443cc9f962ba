"""What was measured, and what follows from it."""

from dataclasses import dataclass, field
from statistics import median

import numpy as np

from bench.matching.counting import Verdict

RADIUS = 31
OTHER_RADII = (0, 15, 46)


@dataclass(frozen=True, kw_only=True)
class Case:
    """One way of asking: this radius, so many threads, and one query a call or many."""

    radius: int = RADIUS
    threads: int = 1
    one_by_one: bool = False


BATCH = Case()
TWO_THREADS = Case(threads=2)
SINGLE = Case(one_by_one=True)


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One contestant asked in one way, a while in every round."""

    case: Case
    asked: int
    """Queries in a round."""
    rates: list[float] = field(default_factory=list)
    """Queries a second of each round."""
    calls: list[float] = field(default_factory=list)
    """Seconds of each call of all rounds, where it was asked one by one."""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What one contestant did with one set of fingerprints."""

    name: str
    is_ours: bool = False
    left_out: str = ""
    """Why it did not take part; nothing else is known then."""
    build_s: float = 0
    resident: int = 0
    """Bytes of its process in memory when it was built, beyond those of before."""
    verdicts: dict[int, Verdict] = field(default_factory=dict)
    """By radius."""
    measures: tuple[Measure, ...] = ()
    changes: tuple[tuple[str, float], ...] = ()
    """What was done to it, in order, and the seconds it took."""

    def rates(self, case: Case) -> list[float]:
        """Queries a second of each round; empty if it was not asked in this way."""
        return next((one.rates for one in self.measures if one.case == case), [])

    def asked(self, case: Case) -> int:
        """Queries of all rounds."""
        return sum(one.asked * len(one.rates) for one in self.measures if one.case == case)

    def microseconds(self, case: Case) -> tuple[float, float, float] | None:
        """p50, p95 and p99 of single calls, None if there were none."""
        calls = next((one.calls for one in self.measures if one.case == case), [])
        if not calls:
            return None
        p50, p95, p99 = np.percentile(calls, (50, 95, 99)) * 1e6
        return float(p50), float(p95), float(p99)

    def took(self, change: str) -> list[float]:
        """Seconds of each time that this was done to it."""
        return [seconds for done, seconds in self.changes if done == change]


@dataclass(frozen=True, kw_only=True)
class Field:
    """Contestants with the same fingerprints, in memory at once."""

    kind: str
    rows: int
    rounds: int
    matches: int
    """True matches of the first thousand queries."""
    standings: tuple[Standing, ...]
    sitting: str = ""
    """Which one, where not everybody fits into memory at once."""

    def of(self, name: str) -> Standing | None:
        return next((one for one in self.standings if one.name == name), None)

    def times_faster(self, ours: str, peer: str, case: Case) -> float | None:
        """The median over the rounds of our rate to the peer's in the same round."""
        first, second = self.of(ours), self.of(peer)
        if not first or not second:
            return None
        pairs = zip(first.rates(case), second.rates(case), strict=False)
        ratios = [mine / theirs for mine, theirs in pairs]
        return median(ratios) if ratios else None


@dataclass(frozen=True, kw_only=True)
class Contests:
    """The whole run."""

    machine: str
    minutes: float
    fields: tuple[Field, ...]
    notes: tuple[str, ...] = ()
