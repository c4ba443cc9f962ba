"""What has to be written down of what was asked, held in memory and written once a second.

A process that is killed loses that second: the partner holds the picture and can ask again.
"""

import threading
from collections import Counter
from collections.abc import Iterable
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

    def __init__(self) -> None:
        self._found: dict[tuple[int, int], FoundNow] = {}
        self._of_partner: Counter[int] = Counter()
        self._asked: list[Asked] = []
        self._counting = threading.Lock()

    def count(self, partner: int, answers: Iterable[Answer], now: datetime) -> None:
        """Count what one partner was told in one request: each entry once, however often it asked.

        Of a partner's flood of different entries, the first are.
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
            if not self._has_room(partner):
                return
            self._of_partner[partner] += 1
        self._found[partner, hit.entry] = FoundNow(
            partner=partner,
            entry=hit.entry,
            list_=hit.list_.id,
            times=(known.times if known else 0) + 1,
            nearest=min(known.nearest, hit.distance) if known else hit.distance,
            at=now,
        )

    def remember(self, asked: Iterable[Asked]) -> None:
        """Hold these until they are written down; of a flood, the first are."""
        with self._counting:
            self._asked += list(asked)[: MOST_KEPT - len(self._asked)]

    def take(self) -> Taken:
        """What was held, which is then forgotten here."""
        with self._counting:
            taken = Taken(found=tuple(self._found.values()), asked=tuple(self._asked))
            self._found, self._asked = {}, []
            self._of_partner.clear()
        return taken

    def give_back(self, taken: Taken) -> None:
        """What could not be written down is held again."""
        with self._counting:
            self._asked += taken.asked[: MOST_KEPT - len(self._asked)]
            for one in taken.found:
                self._hold_again(one)

    def _hold_again(self, one: FoundNow) -> None:
        known = self._found.get((one.partner, one.entry))
        if known is not None:
            one = replace(
                known,
                times=known.times + one.times,
                nearest=min(known.nearest, one.nearest),
            )
        elif not self._has_room(one.partner):
            return
        else:
            self._of_partner[one.partner] += 1
        self._found[one.partner, one.entry] = one

    def _has_room(self, partner: int) -> bool:
        return len(self._found) < MOST_KEPT and self._of_partner[partner] < MOST_KEPT_OF_ONE
