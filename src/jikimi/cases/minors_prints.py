"""Minors' fingerprints as rows, many at once, to hold others against them."""

from collections.abc import Iterator
from itertools import chain
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from jikimi.cases.frames import hashes_in
from jikimi.cases.models import Case, CaseStatus, Fingerprint, VideoFingerprint
from jikimi.cases.rules import AgeGroup

_AT_ONCE = 50_000


def rows_of_minors(
    least_quality: int, *, but_withdrawn: bool = False
) -> Iterator[tuple[list[UUID], NDArray[np.uint8]]]:
    """Fingerprints of minors' pictures and frames, uint8 (n, 32), with the case of each.

    About 50,000 at once; pictures of `least_quality`, frames all. Withdrawn cases are left out
    where that is asked.
    """
    cases = Case.objects.exclude(age_group=AgeGroup.ADULT)
    if but_withdrawn:
        cases = cases.exclude(status=CaseStatus.WITHDRAWN)
    pictures = Fingerprint.objects.filter(case__in=cases, quality__gte=least_quality)
    videos = VideoFingerprint.objects.filter(case__in=cases)
    good = pictures.values_list("case_id", "pdq").iterator()
    packed = videos.values_list("case_id", "frames").iterator()
    whose, waiting = list[UUID](), list[NDArray[np.uint8]]()
    for case_id, some in chain(
        ((case_id, np.frombuffer(bytes(pdq), np.uint8)[np.newaxis]) for case_id, pdq in good),
        ((case_id, hashes_in(bytes(frames))) for case_id, frames in packed),
    ):
        whose += [case_id] * len(some)
        waiting.append(some)
        if len(whose) >= _AT_ONCE:
            yield whose, np.concatenate(waiting)
            whose, waiting = [], []
    if waiting:
        yield whose, np.concatenate(waiting)
