"""Showing one picture to one caseworker, once. Never of a minor's case, never stored.

A view is promised first: counted on the person's meter and noted on the trail. It is taken up
once, within a minute, by the same session; then the link is fetched, and only the picture that
matches the case leaves this module, small and grey. What may be shown is asked again at each
step, since a case can change in between.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction

from jikimi.cases.actions import hold_case
from jikimi.cases.errors import NotALinkOrHandle
from jikimi.cases.lookups import (
    is_known_from_a_minors_case,
    may_be_shown,
    resembles_a_minors,
    usable_fingerprints,
)
from jikimi.cases.models import Sighting
from jikimi.cases.rules import read_place
from jikimi.people.actions import end_reveal, promise_reveal, take_up_reveal
from jikimi.people.errors import NoSuchReveal
from jikimi.people.models import Reveal, Staff
from jikimi.people.rules import CLEARER_WITHIN, Reason, RevealState, Sharpness
from jikimi.takedown.actions.moving import name_of
from jikimi.takedown.errors import MayNotShow
from jikimi.takedown.seeing.errors import SeeingError
from jikimi.takedown.seeing.fetching import LinkFetcher
from jikimi.takedown.seeing.isolating import veiled_apart
from jikimi.takedown.seeing.matching import Match, find_match
from jikimi.takedown.seeing.veiling import Veiled
from jikimi.trail.actions import record

NONE_MATCHES = "No picture there matches the fingerprints of this case."
NOT_ANY_MORE = "The case has changed meanwhile."


@dataclass(frozen=True, kw_only=True)
class Viewer:
    """Somebody at the desk, in one session."""

    staff: Staff
    session_key: str = field(repr=False)


@transaction.atomic
def ask_to_see(sighting_id: UUID, reason: Reason, *, viewer: Viewer, now: datetime) -> Reveal:
    """Promise a view at what is at a place. Raises MayNotShow or LimitReached."""
    return _promise(sighting_id, reason, Sharpness.BLURRED, viewer, now)


@transaction.atomic
def ask_to_see_clearer(reveal_id: UUID, *, viewer: Viewer, now: datetime) -> Reveal:
    """After a blurred view, promise a clearer one, which counts again.

    Raises MayNotShow or LimitReached.
    """
    before = Reveal.objects.filter(
        pk=reveal_id,
        staff=viewer.staff,
        state=RevealState.SHOWN,
        asked_at__gt=now - CLEARER_WITHIN,
    ).first()
    if before is None:
        raise MayNotShow
    return _promise(before.sighting_ref, Reason(before.reason), Sharpness.CLEARER, viewer, now)


def show_once(
    reveal_id: UUID, fetcher: LinkFetcher, *, viewer: Viewer, now: datetime
) -> Veiled | None:
    """Spend a promised view: the picture, or None where nothing there may or can be shown.

    The trail says that it was shown before this returns. Raises NoSuchReveal or MayNotShow.
    """
    reveal, sighting = _take_up(reveal_id, viewer, now)
    try:
        match = find_match(sighting.address, usable_fingerprints(sighting.case), fetcher)
        if match is None or _stands_for_a_minor(match):
            _note_nothing(reveal, NONE_MATCHES, viewer, now)
            return None
        veiled = veiled_apart(match.picture, is_blurred=reveal.sharpness == Sharpness.BLURRED)
        _note_shown(reveal, match, viewer, now)
    except SeeingError as error:
        _note_nothing(reveal, str(error), viewer, now)
        return None
    except MayNotShow:
        _note_nothing(reveal, NOT_ANY_MORE, viewer, now)
        raise
    return veiled


def _promise(
    sighting_id: UUID, reason: Reason, sharpness: Sharpness, viewer: Viewer, now: datetime
) -> Reveal:
    sighting = _held(sighting_id)
    reveal = promise_reveal(
        viewer.staff,
        viewer.session_key,
        case_ref=sighting.case_id,
        sighting_ref=sighting.pk,
        reason=reason,
        sharpness=sharpness,
        now=now,
    )
    _note("reveal asked for", reveal, viewer, now)
    return reveal


@transaction.atomic
def _take_up(reveal_id: UUID, viewer: Viewer, now: datetime) -> tuple[Reveal, Sighting]:
    reveal = Reveal.objects.filter(pk=reveal_id, staff=viewer.staff).first()
    if reveal is None:
        raise NoSuchReveal
    sighting = _held(reveal.sighting_ref)
    return take_up_reveal(reveal_id, viewer.staff, viewer.session_key, now=now), sighting


@transaction.atomic
def _note_shown(reveal: Reveal, match: Match, viewer: Viewer, now: datetime) -> None:
    _held(reveal.sighting_ref)
    if _stands_for_a_minor(match):
        raise MayNotShow
    end_reveal(reveal, RevealState.SHOWN)
    _note("revealed", reveal, viewer, now, distance=match.distance, quality=match.quality)


@transaction.atomic
def _note_nothing(reveal: Reveal, because: str, viewer: Viewer, now: datetime) -> None:
    hold_case(reveal.case_ref)
    end_reveal(reveal, RevealState.NOTHING, because)
    _note("nothing revealed", reveal, viewer, now)


def _held(sighting_id: UUID) -> Sighting:
    """The sighting, its case held, if it may be shown at all. Raises MayNotShow."""
    case_id = Sighting.objects.filter(pk=sighting_id).values_list("case", flat=True).first()
    if case_id is None:
        raise MayNotShow
    hold_case(case_id)
    sighting = Sighting.objects.select_related("case").get(pk=sighting_id)
    if not may_be_shown(sighting) or not usable_fingerprints(sighting.case):
        raise MayNotShow
    return sighting


def _stands_for_a_minor(match: Match) -> bool:
    """Whether this very picture, or an address on the way to it, is known from a minor's case."""
    addresses = {spelled for one in match.addresses for spelled in _spelled(one)}
    return resembles_a_minors([match.hash]) or any(map(is_known_from_a_minors_case, addresses))


def _spelled(address: str) -> Iterator[str]:
    """An address as it was met, and as a report would have written it down."""
    yield address
    with suppress(NotALinkOrHandle):
        yield read_place(address).address


def _note(event: str, reveal: Reveal, viewer: Viewer, now: datetime, **facts: int) -> None:
    record(
        event,
        at=now,
        case_ref=reveal.case_ref,
        actor=name_of(viewer.staff),
        sighting=str(reveal.sighting_ref),
        reason=reveal.reason,
        sharpness=reveal.sharpness,
        **facts,
    )
