"""A year made up from a seed: cases, how many places each has, and what becomes of each place.

The mixes are those that a national centre published for 2024 (`docs/decisions/0022`): 10,305
victims and 300,237 deletions, 18.6 % found by the centre itself, 95.4 % on servers abroad, 27.8 %
teenagers. That a tenth never comes down is a helpline's figure.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass

PLACES_A_CASE = 300_237 / 10_305
MINORS = 0.278
FOUND_BY_US = 0.186
ABROAD = 0.954
NEVER_DOWN = 0.10
WITHDRAWN = 0.01
_UNEVEN = 1.4  # sigma of the logarithm: a median of 11 places, a case in a hundred has 300
_MOST_PLACES = 1_500


@dataclass(frozen=True, kw_only=True)
class MadePlace:
    """One item of the year."""

    path: str
    """Unique in the year; `stays` in it is what the stand-in site never takes down."""
    port: int
    found_by_us: bool

    @property
    def link(self) -> str:
        return f"http://127.0.0.1:{self.port}{self.path}"


@dataclass(frozen=True, kw_only=True)
class MadeCase:
    """One survivor's matter."""

    number: int
    minor: bool
    withdraws: bool
    places: tuple[MadePlace, ...]
    """At least one, and the first is always reported by her."""


def made_year(items: int, seed: int, ports: tuple[int, ...], pictures: float) -> Iterator[MadeCase]:
    """Cases until there are so many items; the same ones for the same arguments.

    The last port is the site at home, the others are abroad. `pictures` is the share of places
    that show the picture on their page; the others answer with something that is no page.
    """
    chance = random.Random(seed)  # noqa: S311  # a made-up year, no secret
    number = made = 0
    while made < items:
        size = min(_size(chance), items - made)
        minor = chance.random() < MINORS
        yield MadeCase(
            number=number,
            minor=minor,
            withdraws=chance.random() < WITHDRAWN,
            places=tuple(
                _place(made + n, chance, ports, pictures, reported=minor or n == 0)
                for n in range(size)
            ),
        )
        number, made = number + 1, made + size


def _size(chance: random.Random) -> int:
    # The mean of a log-normal is exp(mu + sigma^2 / 2): mu is chosen for the mean wanted.
    median = PLACES_A_CASE / 2.718281828 ** (_UNEVEN**2 / 2)
    return min(max(round(chance.lognormvariate(0, _UNEVEN) * median), 1), _MOST_PLACES)


def _place(
    n: int, chance: random.Random, ports: tuple[int, ...], pictures: float, *, reported: bool
) -> MadePlace:
    abroad = chance.random() < ABROAD
    stays = "/stays" if chance.random() < NEVER_DOWN else ""
    shows = "/picture" if chance.random() < pictures else ""
    return MadePlace(
        path=f"{stays}{shows}/{n:07d}",
        port=chance.choice(ports[:-1]) if abroad else ports[-1],
        found_by_us=not reported and chance.random() < FOUND_BY_US,
    )
