"""Lists of fingerprints: what each is for and how large, and what rests until somebody decides."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from jikimi.cases.models import Case
from jikimi.exchange.actions import (
    keep_out,
    let_rest,
    let_return,
    release,
    see_what_is_kept_off,
)
from jikimi.exchange.errors import NoSuchList
from jikimi.exchange.held_back import held_back
from jikimi.exchange.lookups import (
    ListRow,
    all_lists,
    kept_off_unseen,
    resting_entries,
    waiting_for_a_word,
)
from jikimi.exchange.rules.flood import LEAST_FOR_REST, TIMES_ITS_BASELINE
from jikimi.exchange.rules.lists import Audience, Origin, Purpose
from jikimi.web.desk.case_page import no_such_thing
from jikimi.web.desk.guard import StaffRequest, staff_required
from jikimi.web.desk.queue_page import board

_OWNERS: Mapping[Origin, str] = {
    Origin.OWN: "reports to this centre",
    Origin.PARTNER: "handed in by a partner",
    Origin.IMPORTED: "read in by the operator",
}
_PURPOSES: Mapping[Purpose, str] = {
    Purpose.MATCH: "a match is a reason to look",
    Purpose.NEGATIVE: "what is near it is told to nobody",
}
_AUDIENCES: Mapping[Audience, str] = {
    Audience.HOUSE: "this house alone",
    Audience.HOTLINES: "hotlines",
    Audience.PLATFORMS: "platforms and hotlines",
}
MOST_SHOWN = 100


@dataclass(frozen=True, kw_only=True)
class ListLine:
    """A list in words."""

    name: str
    owner: str
    purpose: str
    audience: str
    entries: str
    changed_at: datetime | None


@require_safe
def show_lists(request: StaffRequest) -> HttpResponse:
    """Every list, and what waits for a word, the latest first."""
    now = timezone.now()
    resting, kept_off, back = resting_entries(now.date()), kept_off_unseen(), held_back()
    shown = {
        "board": board(now),
        "lists": [_line(row) for row in all_lists()],
        "resting": resting[:MOST_SHOWN],
        "more": max(len(resting) - MOST_SHOWN, 0),
        "kept_off": kept_off[:MOST_SHOWN],
        "more_kept_off": max(len(kept_off) - MOST_SHOWN, 0),
        "held_back": back[:MOST_SHOWN],
        "more_held_back": max(len(back) - MOST_SHOWN, 0),
        "least": LEAST_FOR_REST,
        "times": TIMES_ITS_BASELINE,
        "now": now,
        "shows_lists": True,
    }
    return render(request, "desk/lists.html", shown)


@require_POST
def release_entry(request: StaffRequest, entry_id: int) -> HttpResponse:
    """Let an entry match again, or go on."""
    if entry_id not in waiting_for_a_word():
        return no_such_thing(request)
    if release(entry_id, staff=request.user, now=timezone.now()):
        messages.success(request, "Released. It matches everywhere, and is left so for a day.")
    return redirect("desk_lists")


@require_POST
def rest_entry(request: StaffRequest, entry_id: int) -> HttpResponse:
    """Let an entry that floods match for nobody."""
    if entry_id not in waiting_for_a_word():
        return no_such_thing(request)
    if let_rest(entry_id, staff=request.user, now=timezone.now()):
        messages.success(request, "It rests. It matches for nobody until somebody releases it.")
    return redirect("desk_lists")


@require_POST
def see_kept_off(request: StaffRequest, nickname: str) -> HttpResponse:
    """Take a case's line away: what is kept off was seen. It stays kept off."""
    case = Case.objects.filter(nickname=nickname).first()
    if case is None:
        return no_such_thing(request)
    if see_what_is_kept_off(case.pk, staff=request.user, now=timezone.now()):
        messages.success(request, "Noted. You are told again if another is kept off.")
    return redirect("desk_lists")


@require_POST
def keep_held_back_out(request: StaffRequest, nickname: str) -> HttpResponse:
    """Let what a minor's report holds back stay off its lists."""
    case = Case.objects.filter(nickname=nickname).first()
    if case is None:
        return no_such_thing(request)
    if keep_out(case.pk, staff=request.user, now=timezone.now()):
        messages.success(request, "Noted. It stays out, and nobody is told of it.")
    return redirect("desk_lists")


@require_POST
def let_held_back_return(request: StaffRequest, nickname: str) -> HttpResponse:
    """List again what a minor's report holds back."""
    case = Case.objects.filter(nickname=nickname).first()
    if case is None:
        return no_such_thing(request)
    try:
        if let_return(case.pk, staff=request.user, now=timezone.now()):
            messages.success(
                request, "Listed again, but for what another report of a minor holds back."
            )
    except NoSuchList:  # the operator took it away at this moment
        messages.error(request, "A list was just taken away, so nothing was changed. Try again.")
    return redirect("desk_lists")


def _line(row: ListRow) -> ListLine:
    return ListLine(
        name=row.facts.name,
        owner=f"handed in by {row.partner}" if row.partner else _OWNERS[row.facts.origin],
        purpose=_PURPOSES[row.facts.purpose],
        audience=_AUDIENCES[row.facts.audience],
        entries=f"{row.entries:,}",
        changed_at=row.changed_at,
    )


addresses = [
    path("lists/", staff_required(show_lists), name="desk_lists"),
    path("lists/<int:entry_id>/release/", staff_required(release_entry), name="desk_release"),
    path("lists/<int:entry_id>/rest/", staff_required(rest_entry), name="desk_let_rest"),
    path(
        "lists/kept-off/<slug:nickname>/seen/",
        staff_required(see_kept_off),
        name="desk_see_kept_off",
    ),
    path(
        "lists/held-back/<slug:nickname>/out/",
        staff_required(keep_held_back_out),
        name="desk_keep_out",
    ),
    path(
        "lists/held-back/<slug:nickname>/return/",
        staff_required(let_held_back_return),
        name="desk_let_return",
    ),
]
