"""The letter of a notice, from what the database holds and what the rules allow now."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import prefetch_related_objects

from jikimi.cases.lookups import LEAST_QUALITY, telling_frames
from jikimi.cases.models import Case
from jikimi.takedown.asking_once import once
from jikimi.takedown.choosing import other_routes_for, route_for
from jikimi.takedown.contacts import packs_for
from jikimi.takedown.errors import MayNotSend
from jikimi.takedown.facts import content_of, past_notices
from jikimi.takedown.models import Notice
from jikimi.takedown.rules.complaint import write_complaint
from jikimi.takedown.rules.letter import (
    CentreIdentity,
    Letter,
    NoticeFacts,
    NoticeFingerprint,
    write_letter,
)
from jikimi.takedown.rules.letter_batches import batches_of, limits_of
from jikimi.takedown.rules.notice import ENDS, NoticeState
from jikimi.takedown.rules.report_by_hand import write_report_by_hand
from jikimi.takedown.rules.route import ChosenRoute, NoRoute
from jikimi.venues.pack_values import RouteLimits

FRAMES_OF_A_VIDEO = 10
"""How many frames of a video a letter names."""


def preview_letter(notice: Notice, now: datetime) -> Letter:
    """The letter as it would go out now: with the others that stand in it, once it is approved.

    Raises MayNotSend when the rules choose otherwise.
    """
    if notice.state == NoticeState.APPROVED and notice.letter:
        standing = notice.letter.notices.exclude(state__in=sorted(ENDS))
        return letter_of(list(standing.order_by("drafted_at", "pk")), now)
    return letter_of(handed_over_with(notice), now)


def handed_over_with(notice: Notice) -> list[Notice]:
    """All that is handed over in one go with it, itself among them.

    The police are told at once of every place of a case that waits for them and says the same.
    """
    if notice.rung != "police" or notice.state != NoticeState.DRAFT:
        return [notice]
    alike = _police_drafts(
        notice.sighting.case_id,
        notice.recipient_id,
        notice.address,
        notice.note,
        notice.english_first,
    )
    others = [one for one in alike if one != notice]
    return sorted([notice, *others], key=lambda one: (one.drafted_at, one.pk))


@once
def _police_drafts(
    case_id: UUID, recipient_id: str, address: str, note: str, english_first: bool
) -> tuple[Notice, ...]:
    waiting = Notice.objects.filter(
        sighting__case=case_id,
        rung="police",
        state=NoticeState.DRAFT,
        recipient_id=recipient_id,
        address=address,
        note=note,
        english_first=english_first,
    )
    return tuple(waiting.select_related("sighting__case"))


def letter_of(notices: Sequence[Notice], now: datetime) -> Letter:
    """One letter for notices of one case to one recipient under one law; the first names it.

    Raises MayNotSend when the rules choose otherwise for any of them, UnsafeAddress, and
    LinksDoNotFit for what the recipient does not take in one letter.
    """
    routes = [route_now(notice, now) for notice in notices]
    earlier = dict.fromkeys(past for route in routes for past in route.earlier)
    route, sighting = replace(routes[0], earlier=tuple(earlier)), notices[0].sighting
    return _writer(route, sighting.case)(
        route=route,
        packs=packs_for(sighting),
        facts=_facts(notices),
        centre=centre_identity(),
        now=now,
    )


def as_few_letters(notices: list[Notice], now: datetime) -> list[list[Notice]]:
    """Sort notices of one case into as few letters as their recipients take; order is kept.

    A complaint, and a report of a minor's picture to a hotline, stands alone; the police are told
    of all places together. What was edited stands only with what says the same. Raises MayNotSend.
    """
    prefetch_related_objects(notices, "sighting__notices__letter")
    groups: dict[tuple[str, ...], list[Notice]] = {}
    routes: dict[tuple[str, ...], ChosenRoute] = {}
    for notice in notices:
        route = route_now(notice, now)
        alone = str(notice.pk) if route.law_id is None and route.rung != "police" else ""
        said = (notice.note, "en" if notice.english_first else "")
        key = (notice.recipient_id, notice.law_id, notice.address, notice.rung, alone, *said)
        groups.setdefault(key, []).append(notice)
        routes[key] = route
    return [
        together
        for key, group in groups.items()
        for together in _split(group, limits_of(routes[key], packs_for(group[0].sighting)))
    ]


def _writer(route: ChosenRoute, case: Case) -> Callable[..., Letter]:
    to_partner = route.rung == "partner" and route.law_id is None and not case.is_minor
    if route.rung == "police" or to_partner:
        return write_report_by_hand
    return write_complaint if route.complaint and not case.is_minor else write_letter


def _split(group: list[Notice], limits: RouteLimits) -> list[list[Notice]]:
    by_address = {notice.sighting.address: notice for notice in group}
    return [[by_address[one] for one in batch] for batch in batches_of(by_address, limits)]


@once
def route_now(notice: Notice, now: datetime) -> ChosenRoute:
    """What the rules choose now for this notice's place, as if it had not been drafted yet.

    Or what a caseworker chose, while the rules still allow it. Raises MayNotSend when that is
    nothing, or another recipient or law than the notice has.
    """
    sighting = notice.sighting
    chosen = route_for(
        sighting,
        sighting.case,
        now=now,
        history=past_notices(sighting, leaving_out=notice),
        figures_of=notice.drafted_at,
    )
    if isinstance(chosen, NoRoute):
        raise MayNotSend(chosen.because)
    allowed = [chosen, *(other_routes_of(notice, now) if notice.chosen_by_id else ())]
    for route in allowed:
        if (route.recipient_id, route.law_id or "", route.address) == (
            notice.recipient_id,
            notice.law_id,
            notice.address,
        ):
            return route
    raise MayNotSend(
        "What the case or the packs say has changed since this was drafted, and another "
        "notice would be written now. Cancel this one; the other is drafted instead."
    )


def other_routes_of(notice: Notice, now: datetime) -> tuple[ChosenRoute, ...]:
    """What may be chosen instead of a draft; never its own route."""
    sighting = notice.sighting
    found = other_routes_for(
        sighting,
        sighting.case,
        now=now,
        history=past_notices(sighting, leaving_out=notice),
    )
    if notice.chosen_by_id:
        return found
    own = (notice.recipient_id, notice.law_id)
    return tuple(one for one in found if (one.recipient_id, one.law_id or "") != own)


def _facts(notices: Sequence[Notice]) -> NoticeFacts:
    case = notices[0].sighting.case
    places = [notice.sighting for notice in notices]
    return NoticeFacts(
        notice_id=notices[0].reference,
        links=tuple(place.address for place in places if place.kind == "link"),
        handles=tuple(place.address for place in places if place.kind != "link"),
        fingerprints=_fingerprints(case),
        situation=content_of(case),
        minor=case.is_minor,
        good_faith=case.declared_no_consent,
        reported_at=min(place.reported_at for place in places),
        owns_copyright=case.copyright_confirmed_at is not None,
        note=notices[0].note,
        english_first=notices[0].english_first,
    )


@once
def _fingerprints(case: Case) -> tuple[NoticeFingerprint, ...]:
    pictures = case.fingerprints.filter(quality__gte=LEAST_QUALITY)
    prints = (
        *((one.hex, one.quality) for one in pictures),
        *((one.pdq.hex(), one.quality) for one in telling_frames(case, most=FRAMES_OF_A_VIDEO)),
    )
    return tuple(
        NoticeFingerprint(type="pdq", value=value, quality=quality, made_on_her_device=True)
        for value, quality in prints
    )


def centre_identity() -> CentreIdentity:
    """Who signs every letter."""
    return CentreIdentity(
        name=settings.CENTRE_NAME,
        address=settings.CENTRE_ADDRESS,
        email=settings.CENTRE_EMAIL,
        phone=settings.CENTRE_PHONE,
        representative=settings.CENTRE_REPRESENTATIVE,
    )
