"""What is near a minor's fingerprint leaves what platforms may search, whoever reported it."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

import numpy as np
from django.db import transaction
from numpy.typing import NDArray

from jikimi.cases.actions import hold_case
from jikimi.cases.jobs import Job, ask_for
from jikimi.cases.lookups import RADIUS, pictures_and_frames, prints_of_minors
from jikimi.cases.models import Case
from jikimi.exchange.actions.changing import (
    batches,
    hold_own_list,
    open_change,
    withdraw_entries,
)
from jikimi.exchange.following import HeldLists
from jikimi.exchange.models import Entry, Holding
from jikimi.exchange.rules.lists import Origin, is_for_platforms
from jikimi.trail.actions import record
from jikimi_core.index import HammingIndex

_AT_ONCE: Final = 50_000
_SEARCHED_AT_ONCE: Final = 1_000


@transaction.atomic
def leave_minors_alone(case_id: UUID, *, now: datetime) -> int:
    """Ask for every other case to be gone through that has listed something near a minor's.

    Returns how many those are; none where the case is an adult's. Raises Case.DoesNotExist.
    """
    case = hold_case(case_id)
    if not case.is_minor:
        return 0
    hold_own_list(now)
    near = cases_listed_near(pictures_and_frames(case)) - {case.pk}
    others = list(Case.objects.filter(pk__in=near).order_by("pk"))
    if others:
        # On the house's trail. On this case's, its copy would tell whoever made it up that another
        # reported the same picture here.
        record(
            "cases with something near a minor's are gone through",
            at=now,
            because_of=str(case.pk),
            others=" ".join(str(other.pk) for other in others),
        )
    for other in others:
        ask_for(Job.KEEP_LISTS_IN_STEP, other)
    return len(others)


def take_off_imported_lists(theirs: Sequence[bytes], held: HeldLists, *, now: datetime) -> int:
    """Withdraw what is near these fingerprints of minors from imported lists of platforms.

    Lists that platforms cannot search keep it: a hotline's list of known pictures is there for
    that. Returns how many entries those were. Raises IndexFileError where the search comes upon
    damage.
    """
    near = _entries_for_platforms(theirs, held)
    if not near:
        return 0
    with transaction.atomic():
        withdrawn = withdraw_entries(near, open_change(now))
        record("something near a minor's left imported lists", at=now, withdrawn=withdrawn)
    return withdrawn


def far_from_minors(hashes: Sequence[bytes]) -> list[bytes]:
    """Those of these fingerprints that are not within the radius of any minor's."""
    theirs = prints_of_minors()
    if not (theirs and hashes):
        return list(hashes)
    near = set(_near(_index_of(theirs), list(enumerate(hashes))))
    return [pdq for number, pdq in enumerate(hashes) if number not in near]


def _entries_for_platforms(theirs: Sequence[bytes], held: HeldLists) -> list[int]:
    lists = [
        one
        for one in held.facts
        if one.origin is not Origin.OWN and is_for_platforms(one.purpose, one.audience)
    ]
    near: set[int] = set()
    for some in batches(theirs, _SEARCHED_AT_ONCE):
        for list_ in lists:
            near.update(held.ids_near(_rows(some), RADIUS, list_).tolist())
    return sorted(near)


def cases_near_minors() -> frozenset[UUID]:
    """Every case with an entry within the radius of any minor's fingerprint. Some may be right."""
    return cases_listed_near(prints_of_minors())


def cases_listed_near(hashes: Sequence[bytes]) -> frozenset[UUID]:
    """Cases with an entry on the list of our own reports within the radius of any of these."""
    if not hashes:
        return frozenset()
    index = _index_of(hashes)
    listed = Entry.objects.filter(list__origin=Origin.OWN).values_list("pk", "pdq")
    near: list[int] = []
    for batch in batches(listed.iterator(_AT_ONCE), _AT_ONCE):
        near += _near(index, batch)
    held = Holding.objects.filter(entry__in=near)
    pairs = held.values_list("fingerprint__case_id", "video__case_id")
    return frozenset(picture or video for picture, video in pairs)


def _index_of(hashes: Sequence[bytes]) -> HammingIndex:
    index = HammingIndex()
    rows = _rows(hashes)
    index.add(np.arange(len(rows), dtype=np.uint64), rows)
    return index


def _rows(hashes: Iterable[bytes]) -> NDArray[np.uint8]:
    return np.frombuffer(b"".join(hashes), np.uint8).reshape(-1, 32)


def _near(index: HammingIndex, entries: Sequence[tuple[int, bytes | memoryview]]) -> list[int]:
    hashes = _rows(bytes(pdq) for _pk, pdq in entries)
    found = np.diff(index.search(hashes, radius=RADIUS, limit=1).offsets) > 0
    return [pk for (pk, _pdq), is_near in zip(entries, found.tolist(), strict=True) if is_near]
