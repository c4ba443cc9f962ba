"""What the desk asks about a case's places and their notices."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch

from jikimi.cases.models import Case, CaseStatus, Sighting
from jikimi.takedown.choosing import next_if_it_leads_nowhere, route_for
from jikimi.takedown.contacts import contacts_of, entry_behind
from jikimi.takedown.models import Notice
from jikimi.takedown.rdap.models import FoundContact
from jikimi.takedown.rules.law_choice import LED_NOWHERE
from jikimi.takedown.rules.notice import CLOCK_RUNS, NoticeState
from jikimi.takedown.rules.route import NoRoute
from jikimi.venues.pack_values import Recipient

_NEEDS_SOMEBODY = frozenset({NoticeState.DRAFT, NoticeState.UNKNOWN, NoticeState.UNDELIVERABLE})


@dataclass(frozen=True, kw_only=True)
class ContactRow:
    """An address that was found for a place's host."""

    contact: FoundContact
    entry: Recipient | None
    """The entry of the packs that stands for it; nothing is mailed to the address itself."""


@dataclass(frozen=True, kw_only=True)
class SightingRow:
    """A place with its notices, newest first, or why there is none."""

    sighting: Sighting
    notices: tuple[Notice, ...]
    no_route_because: str
    next_step: str
    """Who is next once what is under way leads nowhere, and why; empty if nothing is under way."""
    contacts: tuple[ContactRow, ...]
    """What the registries said about its host."""


def sightings_of(case: Case, now: datetime) -> list[SightingRow]:
    """A case's places, each with its notices or with the reason why there is none."""
    sightings = case.sightings.prefetch_related(_newest_first()).order_by("reported_at", "pk")
    return [_sighting_row(sighting, case, now) for sighting in sightings]


def _newest_first() -> "Prefetch[str]":
    return Prefetch(
        "notices", Notice.objects.select_related("letter").order_by("-drafted_at", "pk")
    )


def _sighting_row(sighting: Sighting, case: Case, now: datetime) -> SightingRow:
    notices = tuple(sighting.notices.all())
    because = ""
    if not notices and case.status == CaseStatus.OPEN:
        chosen = route_for(sighting, case, now=now)
        because = chosen.because if isinstance(chosen, NoRoute) else "A draft is being written."
    states = {NoticeState(notice.state) for notice in notices}
    climbs = case.status == CaseStatus.OPEN and bool(states & (CLOCK_RUNS | LED_NOWHERE))
    return SightingRow(
        sighting=sighting,
        notices=notices,
        no_route_because=because,
        next_step=next_if_it_leads_nowhere(sighting, case, now=now)
        if climbs and not states & _NEEDS_SOMEBODY
        else "",
        contacts=tuple(
            ContactRow(contact=one, entry=entry_behind(one)) for one in contacts_of(sighting)
        ),
    )
