"""How often a key may ask, and how many ask the database at once."""

import asyncio
import math
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final

from jikimi.api.match.problems import too_busy, too_often
from jikimi.exchange.following import KeyFacts

BURST_SECONDS: Final = 2.0
AT_ONCE: Final = 2
MOST_WAITING: Final = 64


class RateLimits:
    """A bucket of fingerprints for each key. Of this process alone: several add up."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._left: dict[int, tuple[float, float]] = {}

    def take(self, key: KeyFacts, fingerprints: int) -> None:
        """Count a batch. Raises Refused (429) where the bucket is empty.

        A batch larger than what is left is let in once anything is, and owed: otherwise a key
        with a low rate could never send a large batch.
        """
        now, rate = self._clock(), key.lookups_a_second
        full = BURST_SECONDS * rate
        left, since = self._left.get(key.key, (full, now))
        left = min(full, left + (now - since) * rate)
        if left <= 0:
            self._left[key.key] = (left, now)
            raise too_often(max(1, math.ceil(-left / rate)))
        self._left[key.key] = (left - fingerprints, now)


class Turns:
    """So many that ask the database at once, and so many that wait; the next is sent away."""

    def __init__(self, at_once: int = AT_ONCE, most_waiting: int = MOST_WAITING) -> None:
        self._turns = asyncio.Semaphore(at_once)
        self._most_waiting = most_waiting
        self.waiting = 0

    @asynccontextmanager
    async def one(self) -> AsyncIterator[None]:
        """Wait for a turn and have it. Raises Refused (503) where too many wait."""
        if self.waiting >= self._most_waiting:
            raise too_busy()
        self.waiting += 1
        try:
            await self._turns.acquire()
        finally:
            self.waiting -= 1
        try:
            yield
        finally:
            self._turns.release()
