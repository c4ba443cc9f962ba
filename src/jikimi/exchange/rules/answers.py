"""What a search says of one fingerprint: matches, or why there are none."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from jikimi.exchange.rules.lists import LEAST_QUALITY, ListFacts, Origin

MOST_MATCHES: Final = 100
"""Of each list: who fills one list with what is near a picture hides nothing on another."""
NEGATIVE_RADIUS: Final = 15
"""What hides a match has to be nearer than what makes one: hiding harms more than a false alarm."""
_REGION_ROWS: Final = 4
_ROW_BITS: Final = 16


class Remark(StrEnum):
    """Why an answer is shorter than somebody may expect."""

    LOW_QUALITY = "low_quality"
    """The picture has too little detail; it was not searched for."""
    NEGATIVE = "negative"
    """It is near an entry of a negative list; nothing is told of what else it is near."""
    CAPPED = "capped"
    """More matched than are told: the nearest of those that were looked at."""
    NOT_REMEMBERED = "not_remembered"
    """Near none of our own reports, and no room to remember it: the partner sends it again."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Hit:
    """One entry within the radius. A reason to look, never a proof."""

    entry: int
    distance: int
    list_: ListFacts


@dataclass(frozen=True, kw_only=True, slots=True)
class EntryFacts:
    """What an explanation tells of an entry."""

    pdq: bytes
    quality: int | None
    added_on: date


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What is told of one fingerprint, nearest first."""

    hits: tuple[Hit, ...]
    remark: Remark | None = None


def worth_searching(quality: int | None) -> bool:
    """Whether a fingerprint of this quality means anything; one of unknown quality may."""
    return quality is None or quality >= LEAST_QUALITY


def answer_of(
    hits: Iterable[Hit], resting: frozenset[int], *, is_negative: bool, is_capped: bool = False
) -> Answer:
    """Put together what is told: nearest first, of each list capped, without what rests.

    `is_capped` says that the search itself had left some out.
    """
    if is_negative:
        return Answer(hits=(), remark=Remark.NEGATIVE)
    told: list[Hit] = []
    of_list: Counter[int] = Counter()
    for hit in sorted(hits, key=lambda hit: (hit.distance, hit.entry)):
        if hit.entry not in resting:
            of_list[hit.list_.id] += 1
            if of_list[hit.list_.id] <= MOST_MATCHES:
                told.append(hit)
    is_cut = is_capped or len(told) < of_list.total()
    return Answer(hits=tuple(told), remark=Remark.CAPPED if is_cut else None)


def told_date(added: date, origin: Origin) -> date:
    """When an entry was added, as it is told: of our own reports the month alone.

    A day could be laid beside the day on which somebody went to a centre.
    """
    return added.replace(day=1) if origin is Origin.OWN else added


def bits_by_region(one: bytes, other: bytes) -> tuple[int, ...]:
    """How many bits differ in each of 16 regions of the 16 x 16 coefficients, row by row.

    Region (0, 0) holds the 4 x 4 coarsest coefficients: light and dark over the whole picture.
    Regions to the right and below hold ever finer detail. Hashes are 32 bytes, most significant
    bit first; bit ``16 * i + j`` stands for coefficient (i, j).
    """
    differing = int.from_bytes(one) ^ int.from_bytes(other)
    counts = [0] * _ROW_BITS
    while differing:
        lowest = differing & -differing
        i, j = divmod(lowest.bit_length() - 1, _ROW_BITS)
        counts[_REGION_ROWS * (i // _REGION_ROWS) + j // _REGION_ROWS] += 1
        differing ^= lowest
    return tuple(counts)
