"""The letter of a notice, from what the database holds and what the rules allow now."""

from datetime import datetime

from django.conf import settings

from jikimi.cases.lookups import LEAST_QUALITY
from jikimi.takedown.choosing import route_for
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
from jikimi.takedown.rules.route import ChosenRoute, NoRoute


def preview_letter(notice: Notice, now: datetime) -> Letter:
    """The notice as it would go out now. Raises MayNotSend when the rules choose otherwise."""
    route = route_now(notice, now)
    write = (
        write_complaint if route.complaint and not notice.sighting.case.is_minor else write_letter
    )
    return write(
        route=route,
        packs=packs_for(notice.sighting),
        facts=_facts(notice),
        centre=_centre(),
        now=now,
    )


def route_now(notice: Notice, now: datetime) -> ChosenRoute:
    """What the rules choose now for this notice's place, as if it had not been drafted yet.

    Raises MayNotSend when that is nothing, or another recipient or law than the notice has.
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
    now_chosen = (chosen.recipient_id, chosen.law_id or "", chosen.address)
    if now_chosen != (notice.recipient_id, notice.law_id, notice.address):
        raise MayNotSend(
            "What the case or the packs say has changed since this was drafted, and another "
            "notice would be written now. Cancel this one; the other is drafted instead."
        )
    return chosen


def _facts(notice: Notice) -> NoticeFacts:
    case, sighting = notice.sighting.case, notice.sighting
    is_link = sighting.kind == "link"
    return NoticeFacts(
        notice_id=notice.reference,
        links=(sighting.address,) if is_link else (),
        handles=() if is_link else (sighting.address,),
        fingerprints=tuple(
            NoticeFingerprint(
                type="pdq", value=one.hex, quality=one.quality, made_on_her_device=True
            )
            for one in case.fingerprints.filter(quality__gte=LEAST_QUALITY)
        ),
        situation=content_of(case),
        minor=case.is_minor,
        good_faith=case.declared_no_consent,
        reported_at=sighting.reported_at,
        owns_copyright=case.copyright_confirmed_at is not None,
    )


def _centre() -> CentreIdentity:
    return CentreIdentity(
        name=settings.CENTRE_NAME,
        address=settings.CENTRE_ADDRESS,
        email=settings.CENTRE_EMAIL,
        phone=settings.CENTRE_PHONE,
        representative=settings.CENTRE_REPRESENTATIVE,
    )
