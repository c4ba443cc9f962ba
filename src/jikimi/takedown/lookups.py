"""What the desk asks about a case's places and their notices."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch

from jikimi.cases.models import Case, CaseStatus, Sighting
from jikimi.takedown.asking_once import asking_once
from jikimi.takedown.choosing import next_if_it_leads_nowhere, route_for
from jikimi.takedown.contacts import (
    asks_who_runs,
    contacts_of,
    entry_for,
    is_good,
    read_registries_about,
)
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
    is_good: bool
    """Whether a person has said yes to it, and that is not too long ago."""

    @property
    def may_confirm(self) -> bool:
        """Whether a yes is wanted: for the first time, or because the last is too old."""
        return not (self.entry or self.is_good or self.contact.gone_at)

    @property
    def may_deny(self) -> bool:
        """Whether somebody may say that it is not theirs."""
        return not (self.entry or self.contact.is_nobodys)


@dataclass(frozen=True, kw_only=True)
class SightingRow:
    """A place with its notices, newest first, or why there is none."""

    sighting: Sighting
    notices: tuple[Notice, ...]
    no_route_because: str
    next_step: str
    """Who is next once what is under way leads nowhere, and why; empty if nothing is under way."""
    contacts: tuple[ContactRow, ...]
    """What is known of who runs its host."""
    may_enter: bool
    """Whether a caseworker may enter another address of who runs it."""


def sightings_of(case: Case, now: datetime) -> list[SightingRow]:
    """A case's places, each with its notices or with the reason why there is none."""
    found = case.sightings.prefetch_related(_newest_first()).order_by("reported_at", "pk")
    sightings = list(found)
    with asking_once():
        read_registries_about(sightings)
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
    waits = bool(states & _NEEDS_SOMEBODY) or sighting.claimed_gone_at is not None
    return SightingRow(
        sighting=sighting,
        notices=notices,
        no_route_because=because,
        next_step=next_if_it_leads_nowhere(sighting, case, now=now) if climbs and not waits else "",
        contacts=tuple(
            ContactRow(contact=one, entry=entry_for(one.email), is_good=is_good(one, now))
            for one in contacts_of(sighting)
        ),
        may_enter=case.status == CaseStatus.OPEN and asks_who_runs(sighting),
    )
