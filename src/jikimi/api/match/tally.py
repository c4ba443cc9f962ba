"""What has to be written down of what was asked, held in memory and written once a second.

A process that is killed loses that second: the partner holds the picture and can ask again.
"""

import threading
from collections import Counter
from collections.abc import Iterable, Sized
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from jikimi.exchange.asked import Asked
from jikimi.exchange.finds import FoundNow
from jikimi.exchange.rules.answers import Answer, Hit

MOST_KEPT: Final = 100_000
MOST_KEPT_OF_ONE: Final = 20_000
"""Of one partner, so that none takes the place of another's."""


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What is to be written down now."""

    found: tuple[FoundNow, ...]
    asked: tuple[Asked, ...]
    left_out: tuple[tuple[int, int], ...] = ()
    """Partners of whose there was no room for all, each with how much was left out."""

    def by_partner(self) -> list["Taken"]:
        """The same, each partner's by itself."""
        partners = {one.partner for one in self.found} | {one.partner for one in self.asked}
        return [
            Taken(
                found=tuple(one for one in self.found if one.partner == partner),
                asked=tuple(one for one in self.asked if one.partner == partner),
            )
            for partner in sorted(partners)
        ]


class Tally:
    """Finds by partner and entry, and what is to be remembered. May be used from any thread."""

    def __init__(self, *, most: int = MOST_KEPT, most_of_one: int = MOST_KEPT_OF_ONE) -> None:
        self._most = most
        self._most_of_one = most_of_one
        self._found: dict[tuple[int, int], FoundNow] = {}
        self._found_of: Counter[int] = Counter()
        self._asked: list[Asked] = []
        self._asked_of: Counter[int] = Counter()
        self._left_out: Counter[int] = Counter()
        self._counting = threading.Lock()

    def count(self, partner: int, answers: Iterable[Answer], now: datetime) -> None:
        """Count what one partner was told in one request: each entry once, however often it asked.

        Of a partner's flood of different entries, the first are, and how many were not.
        """
        nearest: dict[int, Hit] = {}
        for answer in answers:
            for hit in answer.hits:
                known = nearest.get(hit.entry)
                if known is None or hit.distance < known.distance:
                    nearest[hit.entry] = hit
        with self._counting:
            for hit in nearest.values():
                self._count(partner, hit, now)

    def _count(self, partner: int, hit: Hit, now: datetime) -> None:
        known = self._found.get((partner, hit.entry))
        if known is None:
            if not self._has_room(self._found, self._found_of[partner]):
                self._left_out[partner] += 1
                return
            self._found_of[partner] += 1
        self._found[partner, hit.entry] = FoundNow(
            partner=partner,
            entry=hit.entry,
            list_=hit.list_.id,
            times=(known.times if known else 0) + 1,
            nearest=min(known.nearest, hit.distance) if known else hit.distance,
            at=now,
        )

    def remember(self, asked: Iterable[Asked]) -> list[int]:
        """Hold these until they are written down; return the numbers, from 0, of those left out.

        Of a flood, the first are held: of one partner's so many, and of all together.
        """
        with self._counting:
            return [number for number, one in enumerate(asked) if not self._remembers(one)]

    def _remembers(self, one: Asked) -> bool:
        if not self._has_room(self._asked, self._asked_of[one.partner]):
            self._left_out[one.partner] += 1
            return False
        self._asked_of[one.partner] += 1
        self._asked.append(one)
        return True

    def take(self) -> Taken:
        """What was held, which is then forgotten here."""
        with self._counting:
            taken = Taken(
                found=tuple(self._found.values()),
                asked=tuple(self._asked),
                left_out=tuple(sorted(self._left_out.items())),
            )
            self._found, self._asked = {}, []
            for counted in (self._found_of, self._asked_of, self._left_out):
                counted.clear()
        return taken

    def give_back(self, taken: Taken) -> None:
        """What could not be written down is held again."""
        with self._counting:
            for asked in taken.asked:
                self._remembers(asked)
            for found in taken.found:
                self._hold_again(found)

    def _hold_again(self, one: FoundNow) -> None:
        known = self._found.get((one.partner, one.entry))
        if known is not None:
            one = replace(
                known,
                times=known.times + one.times,
                nearest=min(known.nearest, one.nearest),
            )
        elif not self._has_room(self._found, self._found_of[one.partner]):
            self._left_out[one.partner] += 1
            return
        else:
            self._found_of[one.partner] += 1
        self._found[one.partner, one.entry] = one

    def _has_room(self, held: Sized, of_partner: int) -> bool:
        return len(held) < self._most and of_partner < self._most_of_one
