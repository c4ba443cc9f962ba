"""Drafting: each sighting gets the notice that the rules choose for it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from jikimi.cases.actions import hold_case
from jikimi.cases.models import Case, Sighting
from jikimi.takedown.actions.jobs import Job, ask_for
from jikimi.takedown.asking_once import asking_once
from jikimi.takedown.channels import channel_for
from jikimi.takedown.choosing import route_for
from jikimi.takedown.contacts import packs_for, read_registries_about
from jikimi.takedown.models import Notice
from jikimi.takedown.rules.law_choice import LED_NOWHERE
from jikimi.takedown.rules.route import ChosenRoute, NoRoute
from jikimi.trail.actions import Event, record_many
from jikimi.trail.lookups import recorded_values

_NO_ROUTE = "no route"


@dataclass(frozen=True, kw_only=True)
class Drafted:
    """What was drafted together in one case."""

    next_at: Mapping[UUID, Notice | NoRoute]
    """For each place the next notice, or why there is none."""
    written: tuple[Notice, ...]
    """All of them: those who are asked at once beside another, too."""


def draft_for_sighting(sighting_id: UUID, *, now: datetime) -> Notice | NoRoute:
    """The next notice for a place: `draft_for_sightings` with one."""
    return draft_for_sightings([sighting_id], now=now)[sighting_id]


@transaction.atomic
def draft_all_the_same(sighting_id: UUID, *, now: datetime) -> Notice | NoRoute:
    """The next notice because a caseworker asks for it: no earlier claim holds the ladder now."""
    drafted = draft_for_sighting(sighting_id, now=now)
    if isinstance(drafted, Notice):
        Sighting.objects.filter(pk=sighting_id).update(claimed_gone_at=None)
    return drafted


@transaction.atomic
def draft_unless_claimed(sighting_ids: Iterable[UUID], *, now: datetime) -> None:
    """For places of one case the next notice because more is known; none while a claim holds it.

    What led nowhere is climbed from again once that claim has fallen.
    """
    wanted = frozenset(sighting_ids)
    held = Sighting.objects.filter(pk__in=wanted, claimed_gone_at__isnull=False)
    claimed = frozenset(held.values_list("pk", flat=True))
    draft_for_sightings(wanted - claimed, now=now)
    led_nowhere = Notice.objects.filter(sighting__in=claimed, state__in=sorted(LED_NOWHERE))
    led_nowhere.update(escalated_at=None)


def draft_for_sightings(
    sighting_ids: Iterable[UUID], *, now: datetime
) -> Mapping[UUID, Notice | NoRoute]:
    """For each of these places of one case the next notice, as a draft; or why there is none.

    Where somebody else is asked at once, too, that notice is drafted beside it.
    """
    wanted = frozenset(sighting_ids)
    if not wanted:
        return {}
    cases = Sighting.objects.filter(pk__in=wanted).values_list("case", flat=True).distinct()
    with transaction.atomic():
        return draft_in_case(hold_case(cases.get()), wanted, now=now).next_at


def draft_in_case(case: Case, sighting_ids: Collection[UUID], *, now: datetime) -> Drafted:
    """The same for places of a case that is held."""
    if not sighting_ids:
        return Drafted(next_at={}, written=())
    sightings = list(
        case.sightings.select_for_update()
        .filter(pk__in=sighting_ids)
        .prefetch_related("notices__letter")
        .order_by("reported_at", "pk")
    )
    with asking_once():
        read_registries_about(sightings)
        chosen = [(one, route_for(one, case, now=now)) for one in sightings]
        routes = [(s, c) for s, c in chosen if isinstance(c, ChosenRoute)]
        notices = _write_all(routes, now)
    _note_no_routes(case, [(s, c) for s, c in chosen if isinstance(c, NoRoute)], now)
    another = [s.pk for s, c in chosen if isinstance(c, ChosenRoute) and c.another_at_once]
    beside = draft_in_case(case, another, now=now).written
    drafted = iter(notices)
    next_at = {
        sighting.pk: route if isinstance(route, NoRoute) else next(drafted)
        for sighting, route in chosen
    }
    return Drafted(next_at=next_at, written=(*notices, *beside))


def _note_no_routes(case: Case, found: Sequence[tuple[Sighting, NoRoute]], now: datetime) -> None:
    """That nobody can be asked goes on the trail once; why (it may name a host) stays off it."""
    if not found:
        return
    for sighting, no_route in found:
        if no_route.ask_registries:
            ask_for(Job.ASK_REGISTRIES, sighting_id=sighting.pk)
    noted = recorded_values(_NO_ROUTE, "sighting", case_ref=case.pk)
    places = [str(sighting.pk) for sighting, _ in found]
    record_many(
        [
            Event(name=_NO_ROUTE, at=now, case_ref=case.pk, facts={"sighting": place})
            for place in places
            if place not in noted
        ]
    )


def write_draft(sighting: Sighting, chosen: ChosenRoute, now: datetime) -> Notice:
    """A draft on this route, noted on the trail; the caller holds the case."""
    (notice,) = _write_all([(sighting, chosen)], now)
    return notice


def _write_all(routes: Sequence[tuple[Sighting, ChosenRoute]], now: datetime) -> list[Notice]:
    notices = Notice.objects.bulk_create(_draft(one, chosen, now) for one, chosen in routes)
    record_many(
        [
            Event(
                name="notice drafted",
                at=now,
                case_ref=notice.sighting.case_id,
                facts={
                    "notice": str(notice.pk),
                    "recipient": notice.recipient_id,
                    "law": notice.law_id,
                    "rung": notice.rung,
                },
            )
            for notice in notices
        ]
    )
    return notices


def _draft(sighting: Sighting, chosen: ChosenRoute, now: datetime) -> Notice:
    recipient = packs_for(sighting).recipients[chosen.recipient_id]
    return Notice(
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
