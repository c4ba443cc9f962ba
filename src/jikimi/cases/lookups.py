"""Questions about cases."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np
from django.db import connection
from django.db.models.expressions import RawSQL
from numpy.typing import NDArray

from jikimi.cases.frames import VideoFrame
from jikimi.cases.minors_prints import prints_of_minors_whoever, rows_of_minors
from jikimi.cases.models import Case, CaseStatus, Fingerprint, Sighting, VideoFingerprint
from jikimi.cases.rules import AgeGroup, SightingKind, page_mark
from jikimi_core.index import HammingIndex

RADIUS = 31
_PAGES_OF_MINORS = """
SELECT s.page FROM cases_sighting s JOIN cases_case c ON c.id = s.case_id
WHERE c.age_group <> %s AND s.page {among}
"""
_FEW_PAGES = 8
LEAST_QUALITY = 50


@dataclass(frozen=True, kw_only=True)
class Resemblance:
    """Another case that may be about the same picture. Never a certainty."""

    nickname: str
    case_id: UUID
    distance: int
    quality: int


def usable_fingerprints(case: Case) -> tuple[bytes, ...]:
    """The 32-byte fingerprints of a case that are good enough to decide anything by."""
    held = case.fingerprints.filter(quality__gte=LEAST_QUALITY).values_list("pdq", flat=True)
    return tuple(bytes(pdq) for pdq in held)


def pictures_and_frames(case: Case) -> tuple[bytes, ...]:
    """The good fingerprints of a case's pictures, then those of its videos' frames; 32 bytes each.

    For finding other cases and for leaving a minor's alone; a look at a place compares with
    pictures only.
    """
    videos = case.videos.order_by("made_at", "pk")
    frames = (frame.pdq for video in videos for frame in video.read())
    return (*usable_fingerprints(case), *frames)


def telling_frames(case: Case, *, most: int) -> tuple[VideoFrame, ...]:
    """Up to ``most`` frames of each video of a case, spread evenly over its length."""
    videos = (video.read() for video in case.videos.order_by("made_at", "pk"))
    return tuple(frame for frames in videos for frame in frames[:: -(-len(frames) // most)])


def fingerprints_held(case: Case) -> int:
    """How many pictures and videos a case holds a fingerprint of."""
    return case.fingerprints.count() + case.videos.count()


@dataclass(frozen=True, kw_only=True)
class HeldPrint:
    """A good fingerprint with the case it belongs to."""

    case_id: UUID
    pdq: bytes
    """32 bytes."""


@dataclass(frozen=True, kw_only=True)
class KnownPrints:
    """What a look compares with what it finds."""

    prints: tuple[bytes, ...]
    """Good enough to decide anything by, 32 bytes each."""
    least_quality: int
    """The lowest PDQ quality among them; 100 without any."""


def known_prints(case: Case) -> KnownPrints:
    """What a look at a place of this case compares with; asked with one query."""
    held = case.fingerprints.filter(quality__gte=LEAST_QUALITY).values_list("pdq", "quality")
    prints = [(bytes(pdq), quality) for pdq, quality in held]
    return KnownPrints(
        prints=tuple(pdq for pdq, _quality in prints),
        least_quality=min((quality for _pdq, quality in prints), default=100),
    )


def good_prints_of(cases: Iterable[UUID]) -> tuple[HeldPrint, ...]:
    """The fingerprints of these cases that are good enough to decide anything by."""
    # As one value: the server refuses a statement with more than 65,535 of them.
    named = RawSQL("SELECT unnest(%s::uuid[])", (list(cases),))
    held = Fingerprint.objects.filter(case__in=named, quality__gte=LEAST_QUALITY)
    rows = held.order_by("made_at", "pk").values_list("case_id", "pdq")
    return tuple(HeldPrint(case_id=case_id, pdq=bytes(pdq)) for case_id, pdq in rows)


def prints_of_minors() -> tuple[bytes, ...]:
    """Fingerprints of minors' cases, for one purpose: to leave their pictures alone.

    Frames of their videos are among them: a still of one is a picture.
    """
    rows = (row for some in prints_of_minors_whoever(LEAST_QUALITY) for row in some)
    return tuple(row.tobytes() for row in rows)


def pages_of_minors() -> frozenset[str]:
    """The mark of every link of a minor's case: nobody opens those, in no other case either."""
    known = Sighting.objects.filter(kind=SightingKind.LINK).exclude(case__age_group=AgeGroup.ADULT)
    return frozenset(known.values_list("page", flat=True).distinct())


def is_known_from_a_minors_case(address: str) -> bool:
    """Whether somebody reported this place as showing a minor, in whatever case and spelling."""
    return bool(known_from_minors_cases((address,)))


def known_from_minors_cases(addresses: Iterable[str]) -> frozenset[str]:
    """Those of these places that somebody reported as showing a minor; asked with one query."""
    marks = {address: page_mark(address) for address in addresses}
    if not marks:
        return frozenset()
    with connection.cursor() as cursor:
        cursor.execute(*_asked_of_minors(sorted(set(marks.values()))))
        known = {page for (page,) in cursor.fetchall()}
    return frozenset(address for address, mark in marks.items() if mark in known)


def _asked_of_minors(pages: list[str]) -> tuple[str, list[Any]]:
    """The statement and its values.

    It is asked before each single fetch, mostly with one page or two. Written out it costs a third,
    and with each page as a value the server keeps its plan, which takes it longer to make than to
    answer; of a list it makes a new one every time.
    """
    if len(pages) > _FEW_PAGES:
        return _PAGES_OF_MINORS.format(among="= ANY(%s)"), [AgeGroup.ADULT.value, pages]
    each = ", ".join(["%s"] * len(pages))
    return _PAGES_OF_MINORS.format(among=f"IN ({each})"), [AgeGroup.ADULT.value, *pages]


def may_be_fetched(sighting: Sighting) -> bool:
    """Whether a place may ever be looked at: a link, and never one of any minor's case."""
    return bool(those_to_be_fetched((sighting,)))


def those_to_be_fetched(sightings: Iterable[Sighting]) -> list[Sighting]:
    """Those of these places that may ever be looked at, in this order; asked with one query."""
    links = [one for one in sightings if one.kind == SightingKind.LINK and not one.case.is_minor]
    barred = known_from_minors_cases(one.address for one in links)
    return [one for one in links if one.address not in barred]


def resembles_a_minors(hashes: Iterable[bytes]) -> bool:
    """Whether any of these fingerprints of 32 bytes is within the radius of a minor's case's,

    be it of a picture or of a frame of a video.

    Of whatever quality, and of ended cases too: one that blocks too much harms nobody.
    """
    return bool(those_resembling_a_minors(hashes))


def those_resembling_a_minors(
    hashes: Iterable[bytes], *, least_quality: int = 0
) -> frozenset[bytes]:
    """Those of these fingerprints that are so near a minor's; theirs are read once.

    `least_quality` leaves out pictures of a minor's that say too little to decide by: for a list,
    from which a poor one could take what has nothing to do with it. Frames have 50 and more.
    """
    own = list(dict.fromkeys(hashes))
    if not own:
        return frozenset()
    index, near = _index_of(own), set[int]()
    for theirs in prints_of_minors_whoever(least_quality):
        near.update(np.unique(index.search(theirs, radius=RADIUS).ids).tolist())
    return frozenset(own[number] for number in near)


def standing_minors_near(hashes: Iterable[bytes]) -> dict[bytes, set[UUID]]:
    """Those of these fingerprints near a good one of a minor's that was not withdrawn, with whose.

    For lists of others alone, where a withdrawn case bars nothing.
    """
    own = list(dict.fromkeys(hashes))
    near = defaultdict[bytes, set[UUID]](set)
    if not own:
        return near
    index = _index_of(own)
    for whose, theirs in rows_of_minors(LEAST_QUALITY, but_withdrawn=True):
        found = index.search(theirs, radius=RADIUS)
        rows = np.repeat(np.arange(len(theirs)), np.diff(found.offsets))
        for number, row in zip(found.ids.tolist(), rows.tolist(), strict=True):
            near[own[number]].add(whose[row])
    return near


def _index_of(hashes: Sequence[bytes]) -> HammingIndex:
    index = HammingIndex()
    index.add(np.arange(len(hashes), dtype=np.uint64), _rows(hashes))
    return index


def may_be_shown(sighting: Sighting) -> bool:
    """Whether a caseworker may ever see what is there: an adult's, open, and only an adult's."""
    return (
        may_be_fetched(sighting)
        and sighting.case.status == CaseStatus.OPEN
        and not resembles_a_minors(pictures_and_frames(sighting.case))
    )


def resembling_cases(case: Case) -> list[Resemblance]:
    """Other open cases within the radius, nearest first, one row a case.

    A video's frames count like pictures: a still of it may be what the other case holds.
    """
    own = pictures_and_frames(case)
    others = _good_prints_of_others(case) if own else []
    if not others:
        return []
    index = _index_of([pdq for _case, pdq, _quality in others])
    matches = index.search(_rows(own), radius=RADIUS)
    nearest: dict[UUID, Resemblance] = {}
    for number, distance in sorted(
        zip(matches.ids.tolist(), matches.distances.tolist(), strict=True), key=lambda pair: pair[1]
    ):
        other, _pdq, quality = others[number]
        nearest.setdefault(
            other.pk,
            Resemblance(
                nickname=other.nickname, case_id=other.pk, distance=distance, quality=quality
            ),
        )
    return list(nearest.values())


def _good_prints_of_others(case: Case) -> list[tuple[Case, bytes, int]]:
    pictures = Fingerprint.objects.exclude(case=case).filter(
        case__status=CaseStatus.OPEN, quality__gte=LEAST_QUALITY
    )
    videos = VideoFingerprint.objects.exclude(case=case).filter(case__status=CaseStatus.OPEN)
    return [
        *((one.case, bytes(one.pdq), one.quality) for one in pictures.select_related("case")),
        *(
            (video.case, frame.pdq, frame.quality)
            for video in videos.select_related("case")
            for frame in video.read()
        ),
    ]


def _rows(hashes: Iterable[bytes]) -> NDArray[np.uint8]:
    joined = b"".join(hashes)
    return np.frombuffer(joined, dtype=np.uint8).reshape(-1, 32)
