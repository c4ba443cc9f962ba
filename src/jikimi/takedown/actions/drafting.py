"""Drafting: each sighting gets the notice that the rules choose for it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from jikimi.cases.actions import hold_case
from jikimi.cases.models import Sighting
from jikimi.takedown.actions.jobs import Job, ask_for
from jikimi.takedown.channels import channel_for
from jikimi.takedown.choosing import route_for
from jikimi.takedown.contacts import packs_for
from jikimi.takedown.models import Notice
from jikimi.takedown.rules.route import ChosenRoute, NoRoute
from jikimi.trail.actions import record
from jikimi.trail.lookups import is_recorded


@transaction.atomic
def draft_for_sighting(sighting_id: UUID, *, now: datetime) -> Notice | NoRoute:
    """The next notice for a place, as a draft; or why there is none.

    Where somebody else is asked at once, too, that notice is drafted beside it.
    """
    case = hold_case(Sighting.objects.values_list("case", flat=True).get(pk=sighting_id))
    sighting = Sighting.objects.select_for_update().get(pk=sighting_id)
    chosen = route_for(sighting, case, now=now)
    if isinstance(chosen, NoRoute):
        if chosen.ask_registries:
            ask_for(Job.ASK_REGISTRIES, sighting_id=sighting_id)
        _note_once(sighting, now)
        return chosen
    notice = write_draft(sighting, chosen, now)
    if chosen.another_at_once:
        draft_for_sighting(sighting_id, now=now)
    return notice


def _note_once(sighting: Sighting, now: datetime) -> None:
    """That nobody can be asked goes on the trail once; why (it may name a host) stays off it."""
    event, case_ref, place = "no route", sighting.case_id, str(sighting.pk)
    if not is_recorded(event, case_ref=case_ref, sighting=place):
        record(event, at=now, case_ref=case_ref, sighting=place)


def write_draft(sighting: Sighting, chosen: ChosenRoute, now: datetime) -> Notice:
    """A draft on this route, noted on the trail; the caller holds the case."""
    recipient = packs_for(sighting).recipients[chosen.recipient_id]
    notice = Notice.objects.create(
        sighting=sighting,
        recipient_id=recipient.id,
        recipient_name=recipient.name,
        law_id=chosen.law_id or "",
        route_type=chosen.route_type,
        address=chosen.address,
        channel=channel_for(recipient, chosen.route_id),
        because=chosen.because,
        why_not=chosen.why_not or "",
        rung=chosen.rung,
        drafted_at=now,
    )
    record(
        "notice drafted",
        at=now,
        case_ref=sighting.case_id,
        notice=str(notice.pk),
        recipient=notice.recipient_id,
        law=notice.law_id,
        rung=notice.rung,
    )
    return notice
