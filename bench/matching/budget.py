"""How long all of it may take, and who is left out so that it ends in time."""

import time
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from bench.matching.contestants import Contestant

_SPARE_BYTES = 1_500_000_000
_MORE_WHILE_BUILT = 1.4
_SLOWER_WHEN_LARGE = 1.4
_WRITTEN_AND_OPENED = 2
"""Both together, in times of a build: at a million FAISS needs nearly as long for either."""
_SHARE_OF_MEMORY = 0.8


@dataclass(frozen=True, kw_only=True)
class Budget:
    """The time at which it shall be over, and how long builds took so far."""

    until: float
    builds: dict[str, tuple[int, float]] = field(default_factory=dict)
    """By name: rows and seconds of the largest build."""

    def remaining(self) -> float:
        return self.until - time.monotonic()

    def built(self, contestant: Contestant, rows: int, seconds: float) -> None:
        if rows >= self.builds.get(contestant.name, (0, 0))[0]:
            self.builds[contestant.name] = rows, seconds

    def why_not(self, contestant: Contestant, rows: int) -> str:
        """Why it cannot take part, empty if it can."""
        needs = _MORE_WHILE_BUILT * contestant.bytes_a_row * rows + _SPARE_BYTES
        free = psutil.virtual_memory().available
        if needs > free and not contestant.is_ours:
            return f"needs about {needs / 1e9:.0f} GB to be built, {free / 1e9:.0f} are free"
        seconds = self._build_seconds(contestant, rows)
        if seconds + seconds_to_measure(rows) > self.remaining() and not contestant.is_ours:
            return f"its build takes about {seconds:.0f} s, and the time is short"
        return ""

    def may_be_written(self, contestant: Contestant, rows: int) -> bool:
        """Whether there is room and time to write what is built, and to open it from the file."""
        needs = contestant.copies_while_written * contestant.bytes_a_row * rows + _SPARE_BYTES
        seconds = _WRITTEN_AND_OPENED * self._build_seconds(contestant, rows)
        return needs < psutil.virtual_memory().available and seconds < self.remaining()

    def _build_seconds(self, contestant: Contestant, rows: int) -> float:
        known, seconds = self.builds.get(contestant.name, (rows, 0.0))
        larger = rows / known
        return seconds * larger * (_SLOWER_WHEN_LARGE if larger > 1 else 1)


def sittings(
    everybody: list[tuple[Contestant, Path]], rows: int
) -> list[list[tuple[Contestant, Path]]]:
    """Who is in memory at once: all, or as many as fit, ours among them every time."""
    ours = [pair for pair in everybody if pair[0].is_ours]
    free = psutil.virtual_memory().available * _SHARE_OF_MEMORY - _bytes(ours, rows)
    groups: list[list[tuple[Contestant, Path]]] = [[]]
    for pair in (pair for pair in everybody if not pair[0].is_ours):
        fitting = (group for group in groups if _bytes([*group, pair], rows) <= free)
        group = next(fitting, None)
        if group is None:
            groups.append(group := [])
        group.append(pair)
    return [[*group, *ours] for group in groups if group or len(groups) == 1]


def _bytes(pairs: list[tuple[Contestant, Path]], rows: int) -> int:
    return sum(contestant.bytes_a_row * rows for contestant, _ in pairs)


def rounds_for(rows: int) -> int:
    return 5 if rows <= 1_000_000 else 3


def seconds_each(rows: int) -> float:
    """How long one contestant may be asked in one way in one round."""
    return 2.0 if rows > 1_000_000 else 0.5


def seconds_to_measure(rows: int) -> float:
    """About what the rounds of a set of fingerprints take when everybody is built."""
    return rounds_for(rows) * seconds_each(rows) * 12
