"""Minors' fingerprints as rows, many at once, to hold others against them."""

from collections.abc import Iterator
from itertools import chain
from uuid import UUID

import numpy as np
from django.db.models import Aggregate, BinaryField, QuerySet
from numpy.typing import NDArray

from jikimi.cases.frames import PDQ_BYTES, hashes_in
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
    pictures, videos = _pictures_of(cases, least_quality), _videos_of(cases)
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


def prints_of_minors_whoever(least_quality: int) -> Iterator[NDArray[np.uint8]]:
    """The same fingerprints, and not whose they are: the pictures' at once, then the videos'.

    Asked of every case that something is done for by itself: the server joins them, since reading
    them one by one takes longer than to compare them.
    """
    cases = Case.objects.exclude(age_group=AgeGroup.ADULT)
    (pictures,) = _pictures_of(cases, least_quality).aggregate(all=_Joined("pdq")).values()
    if pictures:
        yield np.frombuffer(pictures, np.uint8).reshape(-1, PDQ_BYTES)
    (frames,) = _videos_of(cases).aggregate(all=_Joined("frames")).values()
    if frames:
        yield np.ascontiguousarray(hashes_in(frames))


def _pictures_of(cases: QuerySet[Case], least_quality: int) -> QuerySet[Fingerprint]:
    return Fingerprint.objects.filter(case__in=cases, quality__gte=least_quality)


def _videos_of(cases: QuerySet[Case]) -> QuerySet[VideoFingerprint]:
    return VideoFingerprint.objects.filter(case__in=cases)


class _Joined(Aggregate):
    """Bytes of all rows, one behind the other."""

    function = "STRING_AGG"
    template = "%(function)s(%(expressions)s, ''::bytea)"
    output_field = BinaryField()
