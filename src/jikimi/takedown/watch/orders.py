"""What goes to the crawler's process and what comes back, each as a line of JSON.

The crawler meets hostile servers, so what it says is checked for its form and believed no further.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import timedelta

from jikimi.takedown.rules.watching import Budget, WatchOutcome, WatchScope

LONGEST_LINE = 16_384
_HASH_BYTES = 32
_BEST_QUALITY = 100


@dataclass(frozen=True, kw_only=True)
class CrawlOrder:
    """One visit, as the crawler needs it. It names no case and holds no fingerprint."""

    address: str = field(repr=False)
    scope: WatchScope
    budget: Budget
    user_agent: str
    obeys_robots: bool
    delay: float
    """Seconds between two requests to one host."""
    never: frozenset[str] = field(default=frozenset(), repr=False)
    """The mark of each page that is never opened (`jikimi.cases.rules.page_mark`)."""
    loopback_ports: frozenset[int] = frozenset()
    """Stand-ins of tests and the demo."""

    def to_json(self) -> str:
        """One line."""
        told = asdict(self)
        told["never"], told["loopback_ports"] = sorted(self.never), sorted(self.loopback_ports)
        return json.dumps(told)

    @classmethod
    def from_json(cls, text: str) -> "CrawlOrder":
        """What `to_json` wrote."""
        told = json.loads(text)
        return cls(
            address=told["address"],
            scope=WatchScope(told["scope"]),
            budget=Budget(**told["budget"]),
            user_agent=told["user_agent"],
            obeys_robots=told["obeys_robots"],
            delay=told["delay"],
            never=frozenset(told["never"]),
            loopback_ports=frozenset(told["loopback_ports"]),
        )


@dataclass(frozen=True, kw_only=True)
class SeenPage:
    """A page was read."""


@dataclass(frozen=True, kw_only=True)
class SeenPicture:
    """A picture was fingerprinted and dropped."""

    place: str = field(repr=False)
    """The address of the page or post it was seen at."""
    hash: bytes = field(repr=False)
    quality: int


@dataclass(frozen=True, kw_only=True)
class Unread:
    """So many pictures could not be read."""

    count: int


@dataclass(frozen=True, kw_only=True)
class Forbidden:
    """An address was left alone because robots.txt says so."""


@dataclass(frozen=True, kw_only=True)
class Ended:
    """The visit is over."""

    outcome: WatchOutcome
    wait: timedelta | None = None
    """What the server asked for."""


Told = SeenPage | SeenPicture | Unread | Forbidden | Ended


def write_told(told: Told) -> str:
    """One line of JSON."""
    return json.dumps(_as_plain(told))


def read_told(line: bytes) -> Told | None:
    """What a line says; None for anything that the crawler does not say."""
    try:
        return _told(json.loads(line))
    except (ValueError, RecursionError):
        return None


def _told(said: object) -> Told | None:
    match said:
        case {"page": 1}:
            return SeenPage()
        case {"forbidden": 1}:
            return Forbidden()
        case {"unread": int(count)} if 0 < count <= LONGEST_LINE:
            return Unread(count=count)
        case {"place": str(place), "pdq": str(pdq), "quality": int(quality)}:
            return _picture(place, pdq, quality)
        case {"end": str(outcome), "wait": int() | None as wait} if outcome in set(WatchOutcome):
            return Ended(
                outcome=WatchOutcome(outcome),
                wait=None if wait is None else timedelta(seconds=min(max(wait, 0), 10**7)),
            )
    return None


def _picture(place: str, pdq: str, quality: int) -> SeenPicture | None:
    found = bytes.fromhex(pdq)
    if len(found) != _HASH_BYTES or not 0 <= quality <= _BEST_QUALITY:
        return None
    return SeenPicture(place=place, hash=found, quality=quality)


def _as_plain(told: Told) -> Mapping[str, str | int | None]:
    match told:
        case SeenPage():
            return {"page": 1}
        case Forbidden():
            return {"forbidden": 1}
        case Unread(count=count):
            return {"unread": count}
        case SeenPicture(place=place, hash=found, quality=quality):
            return {"place": place, "pdq": found.hex(), "quality": quality}
        case Ended(outcome=outcome, wait=wait):
            seconds = None if wait is None else int(wait.total_seconds())
            return {"end": outcome.value, "wait": seconds}
