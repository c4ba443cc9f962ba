"""The packs on the desk: what is due, and each entry with its sources and its changes."""

from collections.abc import Iterable
from datetime import UTC, date, datetime

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from jikimi.takedown.waiting import drafts_waiting
from jikimi.venues.lookups import in_use, proposals
from jikimi.venues.pack_changes import EntryKey
from jikimi.venues.pack_in_use import InUse
from jikimi.venues.pack_proposals import STANDINGS
from jikimi.web.desk.case_page import no_such_thing
from jikimi.web.desk.guard import StaffRequest
from jikimi.web.desk.pack_change_lines import change_lines
from jikimi.web.desk.pack_forms import AddressProposal, StandingProposal, fresh_dates
from jikimi.web.desk.pack_reading import read_entry, recipient_of
from jikimi.web.desk.pack_rows import SECTIONS, STATES, pack_rows
from jikimi.web.desk.queue_page import board


@require_safe
def show_packs(request: StaffRequest) -> HttpResponse:
    """Every entry, what is due first on top; `what` and `state` leave the others out."""
    now = timezone.now()
    known = in_use()
    section, state = request.GET.get("what", ""), request.GET.get("state", "")
    rows = pack_rows(known, drafts_waiting(known.packs, today(now)), today(now))
    of_section = [row for row in rows if section not in SECTIONS or row.section == section]
    return render(
        request,
        "desk/packs.html",
        {
            "board": board(now),
            "shows_packs": True,
            "rows": [row for row in of_section if state not in STATES or state in row.states],
            "sections": _counted(SECTIONS.items(), [frozenset({row.section}) for row in rows]),
            "states": _counted(STATES.items(), [row.states for row in of_section]),
            "section": section if section in SECTIONS else "",
            "state": state if state in STATES else "",
            "all": len(rows),
            "proposed": change_lines(proposals(), request.user),
            "now": now,
        },
    )


@require_safe
def show_entry(request: StaffRequest, section: str, entry_id: str) -> HttpResponse:
    """The page of one entry."""
    return entry_page(request, (section, entry_id))


def entry_page(
    request: StaffRequest,
    key: EntryKey,
    *,
    address: AddressProposal | None = None,
    standing: StandingProposal | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of one entry, perhaps with a proposal that could not be kept."""
    now, known = timezone.now(), in_use()
    if key not in known.documents:
        return no_such_thing(request)
    drafts = drafts_waiting(known.packs, today(now))
    return render(
        request,
        "desk/pack.html",
        {
            "board": board(now),
            "shows_packs": True,
            "entry": read_entry(key, known, drafts, staff=request.user, today=today(now)),
            "address": address or fresh_address(key, known, now),
            "standing": standing or fresh_standing(key, now),
            "now": now,
        },
        status=status,
    )


def fresh_address(key: EntryKey, known: InUse, now: datetime) -> AddressProposal | None:
    """An empty form for another address of a recipient; None for what has none."""
    recipient = recipient_of(key, known)
    if recipient is None:
        return None
    domains = " ".join(known.documents[key].raw["domains_allowed"])
    return AddressProposal(
        initial={**fresh_dates(today(now)), "domains": domains}, auto_id="address-%s"
    ).offer(recipient)


def fresh_standing(key: EntryKey, now: datetime) -> StandingProposal | None:
    """An empty form for what is known of an entry; None for a wording, which has no sources."""
    if key[0] not in STANDINGS:
        return None
    return StandingProposal(initial=fresh_dates(today(now)), auto_id="standing-%s").offer(key[0])


def today(now: datetime) -> date:
    """The day by which entries expire: as the rules have it, in UTC."""
    return now.astimezone(UTC).date()


def _counted(
    names: Iterable[tuple[str, str]], found: list[frozenset[str]]
) -> tuple[tuple[str, str, int], ...]:
    """Each name with how many entries it finds; those that find none are left out."""
    counts = ((value, words, sum(value in one for one in found)) for value, words in names)
    return tuple(one for one in counts if one[2])
