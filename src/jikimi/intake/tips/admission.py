"""How many tips are let in, and what is asked for one while very many come. Pure.

Nobody is told apart: no address, no cookie, no mark of a device is looked at or kept. There are
three lanes, each with a bucket. While the first has something left, every tip is taken as it is,
and an ordinary day never empties it. After that a tip passes with a proof of work, or by having
waited: whoever has read the page and filled it in has usually waited long enough.
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

WAIT = timedelta(seconds=20)
FEWEST_BITS = 15
MORE_BITS_BELOW = ((0.125, 6), (0.25, 4), (0.5, 2))
"""Where less than this part of the second bucket is left, so many more bits are asked."""
_FREE_MINUTES = 5
_LONGEST_PROOF = 16


@dataclass(frozen=True, kw_only=True)
class Lane:
    """A bucket of at most `most` tips that fills by `a_second`."""

    most: float
    a_second: float
    left: float
    at: datetime

    def by(self, now: datetime) -> "Lane":
        """The same lane at a later time; a clock that went back changes nothing."""
        grown = self.left + max((now - self.at).total_seconds(), 0) * self.a_second
        return replace(self, left=min(grown, self.most), at=max(now, self.at))


@dataclass(frozen=True, kw_only=True)
class Lanes:
    """What is left in each lane."""

    free: Lane
    proved: Lane
    waited: Lane


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a tip showed: since when its form is out, and how many zero bits its proof has."""

    form_age: timedelta
    bits: int


@dataclass(frozen=True, kw_only=True)
class Later:
    """Not yet: press again after so many seconds, or show a proof of so many bits."""

    seconds: int
    bits: int


def open_lanes(tips_a_minute: int, now: datetime) -> Lanes:
    """Full lanes. The first holds five minutes' worth; the others are fixed."""
    return Lanes(
        free=_full(_FREE_MINUTES * tips_a_minute, tips_a_minute / 60, now),
        proved=_full(400, 40, now),
        waited=_full(400, 20, now),
    )


def admit(lanes: Lanes, asked: Asked, now: datetime) -> tuple[Lanes, Later | None]:
    """Take a tip into the first lane that has room for it: the lanes after it, and None.

    Where none has, say what to come back with.
    """
    lanes = Lanes(free=lanes.free.by(now), proved=lanes.proved.by(now), waited=lanes.waited.by(now))
    wanted = bits_wanted(lanes)
    if lanes.free.left >= 1:
        return replace(lanes, free=_less(lanes.free)), None
    if asked.bits >= wanted and lanes.proved.left >= 1:
        return replace(lanes, proved=_less(lanes.proved)), None
    if asked.form_age >= WAIT and lanes.waited.left >= 1:
        return replace(lanes, waited=_less(lanes.waited)), None
    rest = max(WAIT - asked.form_age, timedelta(seconds=5))
    return lanes, Later(seconds=int(rest.total_seconds()), bits=wanted)


def is_strained(lanes: Lanes, now: datetime) -> bool:
    """Whether the free lane is nearly empty, so that pages ask for a proof from the first."""
    free = lanes.free.by(now)
    return free.left < free.most / 4


def bits_wanted(lanes: Lanes) -> int:
    """How many leading zero bits a proof has to have now."""
    part = lanes.proved.left / lanes.proved.most
    return FEWEST_BITS + next((more for below, more in MORE_BITS_BELOW if part < below), 0)


def bits_of(form: str, proof: str) -> int:
    """Leading zero bits of SHA-256(form + ":" + proof); 0 for what is no short decimal number."""
    if not (proof.isascii() and proof.isdecimal() and len(proof) <= _LONGEST_PROOF):
        return 0
    digest = hashlib.sha256(f"{form}:{proof}".encode()).digest()
    return 256 - int.from_bytes(digest).bit_length()


def _full(most: float, a_second: float, now: datetime) -> Lane:
    return Lane(most=most, a_second=a_second, left=most, at=now)


def _less(lane: Lane) -> Lane:
    return replace(lane, left=lane.left - 1)
