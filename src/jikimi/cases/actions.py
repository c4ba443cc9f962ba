"""What is done to a case."""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from jikimi.cases.frames import VideoFrame, pack_frames
from jikimi.cases.jobs import Job, ask_for
from jikimi.cases.lookups import fingerprints_held
from jikimi.cases.models import Case, CaseStatus, Fingerprint, Sighting, VideoFingerprint
from jikimi.cases.rules import (
    AgeGroup,
    Authority,
    ClosedBecause,
    Ground,
    Liveness,
    Origin,
    Place,
    Relation,
    Situation,
    nickname,
    page_mark,
)
from jikimi.trail.actions import record


@dataclass(frozen=True, kw_only=True)
class NewFingerprint:
    """PDQ of a picture as the survivor's device made it."""

    pdq: bytes
    quality: int


@dataclass(frozen=True, kw_only=True)
class NewVideo:
    """A video's frames as the survivor's device made them, in the order of their time."""

    frames: tuple[VideoFrame, ...]


def open_case(
    *,
    situation: Situation,
    age_group: AgeGroup,
    language: str,
    declared_no_consent: bool,
    now: datetime,
    helper: Relation | None = None,
    authority: Authority = Authority.OWN,
) -> Case:
    """A new case under a name nobody else has."""
    while True:
        name = nickname(secrets.randbelow(10**9))
        try:
            with transaction.atomic():
                return Case.objects.create(
                    nickname=name,
                    situation=situation,
                    age_group=age_group,
                    language=language,
                    declared_no_consent=declared_no_consent,
                    helper=helper or "",
                    authority=authority,
                    opened_at=now,
                )
        except IntegrityError:
            continue


def hold_case(case_id: UUID) -> Case:
    """The case, held until the transaction ends.

    Whoever changes anything of a case holds it first and writes to the trail after, so that two
    who work on one case take turns and its trail tells what happened in the order it happened.
    """
    return Case.objects.select_for_update().get(pk=case_id)


def hold_case_if_free(case_id: UUID) -> Case | None:
    """The case, held likewise; None where somebody else holds it, or it is erased."""
    return Case.objects.select_for_update(skip_locked=True).filter(pk=case_id).first()


def add_fingerprints(
    case: Case, made: Iterable[NewFingerprint | NewVideo], *, now: datetime
) -> int:
    """Add those the case does not hold yet; return how many pictures and videos there are now."""
    new = dict.fromkeys(made)
    Fingerprint.objects.bulk_create(
        [
            Fingerprint(case=case, pdq=one.pdq, quality=one.quality, made_at=now)
            for one in new
            if isinstance(one, NewFingerprint)
        ],
        ignore_conflicts=True,
    )
    VideoFingerprint.objects.bulk_create(
        [_video_row(case, one, now) for one in new if isinstance(one, NewVideo)],
        ignore_conflicts=True,
    )
    return fingerprints_held(case)


def _video_row(case: Case, video: NewVideo, now: datetime) -> VideoFingerprint:
    packed = pack_frames(video.frames)
    return VideoFingerprint(
        case=case,
        frames=packed,
        frame_count=len(video.frames),
        mark=hashlib.sha256(packed).digest(),
        made_at=now,
    )


@transaction.atomic
def add_sightings(case: Case, places: Iterable[Place], *, now: datetime) -> list[Sighting]:
    """Add the places the case does not know yet, and ask for a notice to each of those."""
    hold_case(case.pk)
    return _add_unknown(case, [_sighting(case, place, now) for place in dict.fromkeys(places)])


def _sighting(case: Case, place: Place, now: datetime) -> Sighting:
    return Sighting(
        case=case,
        kind=place.kind,
        address=place.address,
        page=page_mark(place.address),
        host=place.host,
        reported_at=now,
    )


def _add_unknown(case: Case, sightings: Iterable[Sighting]) -> list[Sighting]:
    known = set(case.sightings.values_list("address", flat=True))
    fresh = [sighting for sighting in sightings if sighting.address not in known]
    added = Sighting.objects.bulk_create(fresh)
    if added:
        ask_for(Job.HANDLE_NEW_SIGHTINGS, case)
    return added


def note_copyright(case: Case, *, hers: bool, actor: str, now: datetime) -> None:
    """Note on a held case of an adult that she says the pictures are her own work, or no longer."""
    case.copyright_confirmed_at = now if hers else None
    case.save(update_fields=["copyright_confirmed_at"])
    event = "copyright confirmed" if hers else "copyright taken back"
    record(event, at=now, case_ref=case.pk, actor=actor)


def set_country(case: Case, country: str, *, actor: str, now: datetime) -> None:
    """Note on a held case where she lives, as ISO 3166; "" where she has not said.

    The trail does not say where.
    """
    case.country, case.told_at = country, now
    case.save(update_fields=["country", "told_at"])
    event = "country noted" if country else "country taken back"
    record(event, at=now, case_ref=case.pk, actor=actor)


def set_origin(case: Case, origin: Origin | None, *, actor: str, now: datetime) -> None:
    """Note on a held case how the picture came about; None where she has not said.

    The trail does not say how.
    """
    case.origin, case.told_at = origin or "", now
    case.save(update_fields=["origin", "told_at"])
    event = "origin noted" if origin else "origin taken back"
    record(event, at=now, case_ref=case.pk, actor=actor)


def pause_case(case: Case, *, actor: str, now: datetime) -> None:
    """Let nothing new go out for a held case until she goes on. A repeat changes nothing."""
    if case.status != CaseStatus.WITHDRAWN and case.paused_at is None:
        case.paused_at = now
        case.save(update_fields=["paused_at"])
        record("case paused", at=now, case_ref=case.pk, actor=actor)


def resume_case(case: Case, *, actor: str, now: datetime) -> None:
    """Go on with a held case that was paused. A repeat changes nothing."""
    if case.paused_at is not None:
        case.paused_at = None
        case.save(update_fields=["paused_at"])
        record("case resumed", at=now, case_ref=case.pk, actor=actor)


def change_age(case: Case, age: AgeGroup, *, now: datetime) -> None:
    """Put a held case on another path; a minor's is never looked at, and knows no copyright."""
    case.age_group, case.copyright_confirmed_at = age, None
    case.save(update_fields=["age_group", "copyright_confirmed_at"])
    case.sightings.update(next_look_at=None)
    record("age changed", at=now, case_ref=case.pk, actor="reporter", age=age.value)


def note_narrowed(case: Case, *, now: datetime) -> None:
    """Note on a held case that she took something back singly: from now on that is asked."""
    case.narrowed_at = now
    case.save(update_fields=["narrowed_at"])


def note_authority(case: Case, ground: Ground | None, *, actor: str, now: datetime) -> None:
    """Note on a held case why a helper's report may be acted on, or with None that it may not.

    Places that wait for it get their notices drafted; taken back, the helper's word is gone, too.
    """
    case.authority_ground = ground or ""
    case.authority_confirmed_at = now if ground else None
    if ground is None:
        case.authority = Authority.NOT_ASKED
    case.save(update_fields=["authority", "authority_ground", "authority_confirmed_at"])
    if ground is None:
        record("authority taken back", at=now, case_ref=case.pk, actor=actor)
        return
    record("authority confirmed", at=now, case_ref=case.pk, actor=actor, ground=ground.value)
    ask_for(Job.HANDLE_NEW_SIGHTINGS, case)


@dataclass(frozen=True, kw_only=True)
class FoundCopy:
    """A copy that a program found: where, and how near its picture is to the case's."""

    place: Place
    distance: int
    quality: int
    found_by: str = "A watch"


def add_found_copy(case: Case, copy: FoundCopy, *, now: datetime) -> Sighting:
    """Add the new sighting of one copy: `add_found_copies` with one that the case does not know."""
    (sighting,) = add_found_copies(case, [copy], now=now)
    return sighting


def add_found_copies(case: Case, copies: Iterable[FoundCopy], *, now: datetime) -> list[Sighting]:
    """Add a sighting for each copy at a place that a held case does not know.

    A closed case re-opens for it.
    """
    found = {copy.place: copy for copy in copies}
    added = _add_unknown(case, [_found_there(case, copy, now) for copy in found.values()])
    if added and case.status == CaseStatus.CLOSED:
        reopen_case(case, now=now)
    return added


def _found_there(case: Case, copy: FoundCopy, now: datetime) -> Sighting:
    sighting = _sighting(case, copy.place, now)
    sighting.liveness = Liveness.STILL_THERE
    sighting.because = (
        f"{copy.found_by} found the picture here ({copy.distance} of 256 bits differ)."
    )
    sighting.distance, sighting.quality = copy.distance, copy.quality
    sighting.seen_there = True
    return sighting


def end_case(
    case: Case,
    status: CaseStatus,
    *,
    actor: str,
    now: datetime,
    because: ClosedBecause | None = None,
    words: str = "",
) -> None:
    """Close a held case, or stop it because the survivor says so: then nobody looks again.

    `because` and `words` are a caseworker's, who closes it by hand.
    """
    case.status = status
    case.closed_at = now
    case.closed_because, case.closed_words = because or "", words
    case.save(update_fields=["status", "closed_at", "closed_because", "closed_words"])
    if status == CaseStatus.WITHDRAWN:
        case.sightings.update(next_look_at=None)
    why = {"reason": because.value} if because else {}
    record(f"case {status.value}", at=now, case_ref=case.pk, actor=actor, **why)
    ask_for(Job.HANDLE_CASE_END, case)


def reopen_case(case: Case, *, now: datetime, actor: str = "system") -> None:
    """Open a held case again: a copy came back, or somebody says that it is not over."""
    case.status = CaseStatus.OPEN
    case.closed_at = None
    case.closed_because = case.closed_words = ""
    case.save(update_fields=["status", "closed_at", "closed_because", "closed_words"])
    record("case reopened", at=now, case_ref=case.pk, actor=actor)
