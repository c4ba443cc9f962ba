"""How often a key may ask, and how many ask the database at once."""

import asyncio
import math
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final

from jikimi.api.match.problems import too_busy, too_often
from jikimi.exchange.following import KeyFacts

BURST_SECONDS: Final = 2.0
AT_ONCE: Final = 2
MOST_WAITING: Final = 64
MOST_WAITING_OF_ONE: Final = 8
"""Of one key."""


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
    """So many that ask the database at once, and so many that wait. Of one event loop.

    Keys take turns, whoever of them asks more: a turn that comes free goes to the key whose last
    one is longest ago. A key may have fewer waiting than there are places.
    """

    def __init__(
        self,
        at_once: int = AT_ONCE,
        most_waiting: int = MOST_WAITING,
        most_of_one: int = MOST_WAITING_OF_ONE,
    ) -> None:
        self._free = at_once
        self._most_waiting = most_waiting
        self._most_of_one = most_of_one
        self._waiting: dict[int, deque[asyncio.Future[None]]] = {}
        """By key, whose turn it is first; a key is here only while it waits."""

    @property
    def waiting(self) -> int:
        """How many wait for a turn."""
        return sum(len(theirs) for theirs in self._waiting.values())

    @asynccontextmanager
    async def one(self, key: int) -> AsyncIterator[None]:
        """Wait for a turn of this key and have it. Raises Refused (503) where too many wait."""
        await self._wait(key)
        try:
            yield
        finally:
            self._pass_on()

    async def _wait(self, key: int) -> None:
        if self._free:  # then nobody waits: a turn that comes free is passed on
            self._free -= 1
            return
        of_one = len(self._waiting.get(key, ()))
        if self.waiting >= self._most_waiting or of_one >= self._most_of_one:
            raise too_busy()
        given: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(key, deque()).append(given)
        try:
            await given
        except asyncio.CancelledError:
            if given.cancelled():
                self._forget(key, given)
            else:  # it was given in the same moment
                self._pass_on()
            raise

    def _pass_on(self) -> None:
        while self._waiting:
            key, theirs = next(iter(self._waiting.items()))
            given = theirs.popleft()
            del self._waiting[key]
            if theirs:
                self._waiting[key] = theirs  # behind the others
            if not given.done():  # else whoever waited is gone
                given.set_result(None)
                return
        self._free += 1

    def _forget(self, key: int, given: asyncio.Future[None]) -> None:
        theirs = self._waiting.get(key, deque())
        if given in theirs:
            theirs.remove(given)
        if not theirs:
            self._waiting.pop(key, None)
