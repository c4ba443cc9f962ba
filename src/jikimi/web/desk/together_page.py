"""One yes for many notices: kinds of drafts that are alike, their letter read once, and a yes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from jikimi.takedown.actions.approving_many import approve_together, hand_over_together
from jikimi.takedown.alike import (
    MOST_TOGETHER,
    Alike,
    drafts_like,
    drafts_of,
    groups_alike,
    in_kinds,
)
from jikimi.takedown.models import Notice
from jikimi.venues.lookups import packs_in_use
from jikimi.venues.pack_values import LawId
from jikimi.web.desk.case_page import no_such_thing
from jikimi.web.desk.case_reading import preview_of
from jikimi.web.desk.case_values import Preview
from jikimi.web.desk.form_page import compared
from jikimi.web.desk.guard import StaffRequest, staff_required
from jikimi.web.desk.queue_page import board
from jikimi.web.desk.wording import ROUTES, RUNGS, count

_UUID_DIGITS = 36


@dataclass(frozen=True, kw_only=True)
class Kind:
    """Drafts that are alike, with their letter as the first of them would go out now."""

    words: str
    by_hand: bool
    address: str
    notices: tuple[Notice, ...]
    preview: Preview

    @property
    def ids(self) -> str:
        """The notices that are shown, and so the only ones that the yes is for."""
        return ",".join(str(notice.pk) for notice in self.notices)


@require_safe
def show_alike(request: StaffRequest) -> HttpResponse:
    """Every kind of draft that waits more than once, a line each."""
    groups = [(group, _words_of(group)) for group in groups_alike()]
    shown = {"board": board(timezone.now()), "groups": groups, "shows_alike": True}
    return render(request, "desk/alike.html", shown)


@require_safe
def ask_together(request: StaffRequest) -> HttpResponse:
    """What would go out with one yes: all that is like one notice, or the drafts of some cases."""
    now, drafts = timezone.now(), _drafts_asked_for(request.GET)
    shown = {
        "board": board(now),
        "kinds": [_kind(kind, now) for kind in in_kinds(drafts)],
        "total": len(drafts),
        "is_full": len(drafts) == MOST_TOGETHER,
        "shows_alike": True,
    }
    return render(request, "desk/together.html", shown)


@require_POST
def act_together(request: StaffRequest) -> HttpResponse:
    """The yes. What was left out on the page stays a draft."""
    asked = _ids(request.POST.get("notices", "").split(","))
    if not 0 < len(asked) <= MOST_TOGETHER:
        return no_such_thing(request)
    left_out = set(_ids(request.POST.getlist("leave")))
    by_hand = request.POST.get("by_hand") == "yes"
    wanted = [one for one in asked if one not in left_out]
    now, staff = timezone.now(), request.user
    if by_hand:
        done = hand_over_together(wanted, staff=staff, now=now, compared=compared(request))
    else:
        done = approve_together(wanted, staff=staff, now=now)
    shown = {
        "board": board(now),
        "done": done,
        "said": _said(done.notices, done.letters, done.cases, by_hand=by_hand),
        "left_out": len(asked) - len(wanted),
        "shows_alike": True,
    }
    return render(request, "desk/together_done.html", shown)


def _drafts_asked_for(asked: QueryDict) -> list[Notice]:
    like = _ids([asked.get("like", "")])
    return drafts_like(like[0]) if like else drafts_of(asked.getlist("case")[:MOST_TOGETHER])


def _ids(written: Iterable[str]) -> list[UUID]:
    """The ids among what was sent, each once; anything else was not written by our page."""
    found = []
    for text in written:
        try:
            found.append(UUID(text[:_UUID_DIGITS]))
        except ValueError:
            continue
    return list(dict.fromkeys(found))


def _kind(notices: list[Notice], now: datetime) -> Kind:
    first = notices[0]
    return Kind(
        words=f"{count(len(notices), 'notice', 'notices')} to {first.recipient_name}"
        f"{_law_and_way(first.law_id, first.route_type, first.rung)}",
        by_hand=not first.channel,
        address=first.address,
        notices=tuple(notices),
        preview=preview_of(first, now),
    )


def _words_of(group: Alike) -> str:
    whose = "" if group.adult else ", minors"
    cases = count(group.cases, "case", "cases")
    return f"{_law_and_way(group.law_id, group.route_type, group.rung)}{whose}, {cases}"


def _law_and_way(law_id: str, route_type: str, rung: str) -> str:
    law = packs_in_use().laws.get(LawId(law_id)) if law_id else None
    under = f" under {law.title['en']}" if law else " without a law"
    above = f", {RUNGS[rung]}" if rung in RUNGS else ""
    return f"{under}{above}, {ROUTES[route_type]}"


def _said(notices: int, letters: int, cases: int, *, by_hand: bool) -> str:
    if not notices:
        return "Nothing was approved." if not by_hand else "Nothing was noted."
    what, of = count(notices, "notice", "notices"), count(cases, "case", "cases")
    if by_hand:
        return f"Noted: {what} of {of} handed over. Their clocks run."
    return f"Approved: {what} of {of}. They go out now in {count(letters, 'letter', 'letters')}."


addresses = [
    path("alike/", staff_required(show_alike), name="desk_alike"),
    path("together/", staff_required(ask_together), name="desk_together"),
    path("together/yes/", staff_required(act_together), name="desk_act_together"),
]
