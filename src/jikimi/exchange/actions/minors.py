"""What is near a minor's fingerprint leaves the list of our own reports, whoever reported it."""

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
from jikimi.exchange.actions.changing import batches, hold_own_list
from jikimi.exchange.models import Entry, Holding
from jikimi.exchange.rules.lists import Origin
from jikimi.trail.actions import record
from jikimi_core.index import HammingIndex

_AT_ONCE: Final = 50_000


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
    others = [
        other
        for some in batches(sorted(near))
        for other in Case.objects.filter(pk__in=some).order_by("pk")
    ]
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


def cases_near_minors() -> frozenset[UUID]:
    """Every case with an entry within the radius of any minor's fingerprint. Some may be right."""
    return cases_listed_near(prints_of_minors())


def cases_listed_near(hashes: Sequence[bytes]) -> frozenset[UUID]:
    """Cases with an entry on the list of our own reports within the radius of any of these."""
    if not hashes:
        return frozenset()
    index = index_of(hashes)
    listed = Entry.objects.filter(list__origin=Origin.OWN).values_list("pk", "pdq")
    near: list[int] = []
    for batch in batches(listed.iterator(_AT_ONCE), _AT_ONCE):
        near += those_near(index, batch)
    pairs = Holding.objects.values_list("fingerprint__case_id", "video__case_id")
    held = (pair for some in batches(near) for pair in pairs.filter(entry__in=some))
    return frozenset(picture or video for picture, video in held)


def index_of(hashes: Sequence[bytes]) -> HammingIndex:
    """These hashes of 32 bytes in an index, under their numbers from 0 on."""
    index = HammingIndex()
    rows = rows_of(hashes)
    index.add(np.arange(len(rows), dtype=np.uint64), rows)
    return index


def rows_of(hashes: Iterable[bytes]) -> NDArray[np.uint8]:
    """Hashes of 32 bytes, one after another: uint8 (n, 32)."""
    return np.frombuffer(b"".join(hashes), np.uint8).reshape(-1, 32)


def those_near(index: HammingIndex, entries: Sequence[tuple[int, bytes | memoryview]]) -> list[int]:
    """Ids of those of these hashes, each with its id, that are near any in an index."""
    if not entries:
        return []
    hashes = rows_of(bytes(pdq) for _pk, pdq in entries)
    found = np.diff(index.search(hashes, radius=RADIUS, limit=1).offsets) > 0
    return [pk for (pk, _pdq), is_near in zip(entries, found.tolist(), strict=True) if is_near]
