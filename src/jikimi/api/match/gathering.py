"""Requests that wait at the same time are searched for together, in one search for many.

Nobody is kept waiting for others to come: whoever finds a search free is searched for at once, and
what comes while all are busy goes into the next one together.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from jikimi.api.match.problems import too_busy
from jikimi.exchange.following import HeldLists
from jikimi.exchange.rules.answers import Answer
from jikimi.exchange.rules.lists import ListFacts

AT_ONCE: Final = 2
MOST_WAITING: Final = 256
MOST_WAITING_OF_ONE: Final = 64
"""Of one key."""
MOST_TOGETHER: Final = 1_024
"""Fingerprints in one search; a larger request is one by itself."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Asking:
    """One request: hashes uint8 (n, 32), a radius for each int64 (n,), and where to search."""

    held: HeldLists
    lists: tuple[ListFacts, ...]
    hashes: NDArray[np.uint8]
    radii: NDArray[np.int64]
    key: int = 0
    """Whose request it is, so that none takes every place."""


Waiting = tuple[Asking, asyncio.Future[list[Answer]]]


class Gathering:
    """So many searches at once, and so many requests that wait. Of one event loop."""

    def __init__(
        self,
        at_once: int = AT_ONCE,
        most_waiting: int = MOST_WAITING,
        most_of_one: int = MOST_WAITING_OF_ONE,
    ) -> None:
        self._at_once = at_once
        self._most_waiting = most_waiting
        self._most_of_one = most_of_one
        self._waiting: dict[int, deque[Waiting]] = {}
        """By key, whose turn it is first."""
        self._busy = 0
        self._searches: set[asyncio.Task[None]] = set()

    @property
    def waiting(self) -> int:
        """How many requests wait for a search."""
        return sum(len(theirs) for theirs in self._waiting.values())

    async def search(self, asking: Asking) -> list[Answer]:
        """An answer for each hash, in order. Raises Refused (503) where too many wait.

        A key may have fewer waiting than there are places.
        """
        of_one = len(self._waiting.get(asking.key, ()))
        if self.waiting >= self._most_waiting or of_one >= self._most_of_one:
            raise too_busy()
        answered: asyncio.Future[list[Answer]] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(asking.key, deque()).append((asking, answered))
        if self._busy < self._at_once:
            self._busy += 1
            # It begins with the loop's next turn, so that what came in this one is gathered.
            search = asyncio.create_task(self._search_while_any_wait())
            self._searches.add(search)
            search.add_done_callback(self._searches.discard)
        return await answered

    async def _search_while_any_wait(self) -> None:
        try:
            while together := self._next():
                await _answer(together)
        finally:
            # Here and not once the task has ended: whoever was answered may ask again before that.
            self._busy -= 1

    def _next(self) -> list[Waiting]:
        """What is searched for next, of each key one in turn; nothing where nobody waits."""
        together: list[Waiting] = []
        rows = 0
        while self._waiting:
            key, theirs = next(iter(self._waiting.items()))
            asking, answered = theirs[0]
            if not answered.done():  # else whoever asked is gone
                rows += len(asking.hashes)
                if together and rows > MOST_TOGETHER:
                    break
                together.append(theirs[0])
            theirs.popleft()
            del self._waiting[key]
            if theirs:
                self._waiting[key] = theirs  # behind the others
        return together


async def _answer(together: Sequence[Waiting]) -> None:
    """Search for these and tell each its answers, or each what went wrong."""
    try:
        answers = await asyncio.to_thread(_search, [asking for asking, _ in together])
    except Exception as trouble:  # noqa: BLE001  # told to those who asked
        for _, answered in together:
            if not answered.done():
                answered.set_exception(trouble)
    else:
        for (_, answered), one in zip(together, answers, strict=True):
            if not answered.done():  # whoever asked may be gone
                answered.set_result(one)


def _search(asked: Sequence[Asking]) -> list[list[Answer]]:
    """Search for requests: those for the same lists in one go. In a thread."""
    alike: dict[tuple[int, tuple[ListFacts, ...]], list[int]] = {}
    for number, one in enumerate(asked):
        alike.setdefault((id(one.held), one.lists), []).append(number)
    answers: list[list[Answer]] = [[] for _ in asked]
    for numbers in alike.values():
        hashes = np.concatenate([asked[number].hashes for number in numbers])
        radii = np.concatenate([asked[number].radii for number in numbers])
        first = asked[numbers[0]]
        found = iter(_search_each_once(first.held, hashes, radii, first.lists))
        for number in numbers:
            answers[number] = [next(found) for _ in asked[number].hashes]
    return answers


def _search_each_once(
    held: HeldLists,
    hashes: NDArray[np.uint8],
    radii: NDArray[np.int64],
    lists: tuple[ListFacts, ...],
) -> list[Answer]:
    """An answer for each; what is asked for several times is searched for once."""
    places: dict[tuple[bytes, int], int] = {}
    whose = [
        places.setdefault((row.tobytes(), radius), len(places))
        for row, radius in zip(hashes, radii.tolist(), strict=True)
    ]
    _places, first_of = np.unique(whose, return_index=True)
    found = held.search(hashes[first_of], radii[first_of], lists)
    return [found[place] for place in whose]
