"""Whose pictures may be looked for, and which of them one picture is."""

from dataclasses import dataclass
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from jikimi.cases.lookups import (
    LEAST_QUALITY,
    RADIUS,
    HeldPrint,
    good_prints_of,
    prints_of_minors,
)
from jikimi.cases.models import Case, CaseStatus
from jikimi.takedown.rules.watching import NEEDED_CONSENTS, takes_part
from jikimi.takedown.watch.models import Watch
from jikimi.trail.lookups import cases_agreeing, consents_of
from jikimi.trail.models import ConsentScope
from jikimi_core.index import HammingIndex


@dataclass(frozen=True, kw_only=True)
class Find:
    """A picture of a case, and how near it is. Never a certainty."""

    case_id: UUID
    distance: int


class Wanted:
    """The fingerprints that a visit compares with, in an exact index of its own."""

    def __init__(self, prints: tuple[HeldPrint, ...]) -> None:
        self._prints = prints
        self._index = HammingIndex()
        if prints:
            numbers = np.arange(len(prints), dtype=np.uint64)
            self._index.add(numbers, _rows(tuple(one.pdq for one in prints)))

    def __len__(self) -> int:
        return len(self._prints)

    def finds(self, pdq: bytes, quality: int) -> tuple[Find, ...]:
        """The cases this picture belongs to, the nearest distance of each."""
        if not self._prints or quality < LEAST_QUALITY:
            return ()
        matches = self._index.search(_rows((pdq,)), radius=RADIUS)
        nearest: dict[UUID, int] = {}
        for number, distance in zip(matches.ids.tolist(), matches.distances.tolist(), strict=True):
            case_id = self._prints[number].case_id
            nearest[case_id] = min(distance, nearest.get(case_id, distance))
        return tuple(Find(case_id=case_id, distance=near) for case_id, near in nearest.items())


def wanted_by(watch: Watch) -> Wanted:
    """What a watch looks for: its case's pictures or all cases', and never a minor's."""
    held = good_prints_of(_cases_of(watch))
    theirs = _also_minors(held, prints_of_minors())
    return Wanted(tuple(one for one in held if one.pdq not in theirs))


def may_take_part(case: Case) -> bool:
    """Whether this case's pictures may be looked for now."""
    return takes_part(
        minor=case.is_minor,
        withdrawn=case.status == CaseStatus.WITHDRAWN or case.paused_at is not None,
        consents=frozenset(scope.value for scope in consents_of(case.pk)),
        authorised=case.may_be_acted_on,
    )


def how_many_take_part() -> int:
    """How many cases' pictures a watch for all of them looks for."""
    return len(_all_that_take_part())


def _cases_of(watch: Watch) -> tuple[UUID, ...]:
    if watch.case is not None:
        return (watch.case.pk,) if may_take_part(watch.case) else ()
    return _all_that_take_part()


def _all_that_take_part() -> tuple[UUID, ...]:
    agreeing = cases_agreeing(frozenset(ConsentScope(scope) for scope in NEEDED_CONSENTS))
    cases = Case.objects.filter(paused_at=None).exclude(status=CaseStatus.WITHDRAWN)
    return tuple(
        case.pk
        for case in cases.iterator()
        if takes_part(
            minor=case.is_minor,
            withdrawn=False,
            consents=NEEDED_CONSENTS if case.pk in agreeing else frozenset(),
            authorised=case.may_be_acted_on,
        )
    )


def _also_minors(held: tuple[HeldPrint, ...], minors: tuple[bytes, ...]) -> frozenset[bytes]:
    """Those that somebody else reported as a minor's picture; they are left alone, too."""
    if not held or not minors:
        return frozenset()
    index = HammingIndex()
    index.add(np.arange(len(minors), dtype=np.uint64), _rows(minors))
    found = index.search(_rows(tuple(one.pdq for one in held)), radius=RADIUS)
    counts = np.diff(found.offsets)
    return frozenset(one.pdq for one, count in zip(held, counts.tolist(), strict=True) if count > 0)


def _rows(hashes: tuple[bytes, ...]) -> NDArray[np.uint8]:
    return np.frombuffer(b"".join(hashes), dtype=np.uint8).reshape(-1, 32)
