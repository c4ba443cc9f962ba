"""What goes by itself: each switch, what it would do, and two people to turn it on."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from jikimi.people.models import Staff
from jikimi.takedown.actions import confirm_switch, propose_switch, refuse_switch, switch_off
from jikimi.takedown.actions.moving import name_of
from jikimi.takedown.rules.by_rule import Switch
from jikimi.takedown.switches.lookups import SwitchView, all_switches
from jikimi.web.desk.acting import do_and_say
from jikimi.web.desk.case_page import no_such_thing
from jikimi.web.desk.guard import StaffRequest, staff_required
from jikimi.web.desk.queue_page import board

WHAT: Mapping[Switch, str] = {
    Switch.PLATFORM: "Notices to platforms",
    Switch.OPERATOR: "Notices to who operates a site",
    Switch.CDN: "Notices to delivery networks",
    Switch.HOST: "Notices to hosts",
    Switch.REGISTRAR: "Notices to registrars",
    Switch.SEARCH: "Notices to search engines",
    Switch.REGULATOR: "Notices to authorities that apply a law of her country",
    Switch.FIRST_NOTICE: "First notices, too",
    Switch.COMPLAINT: "Complaints to authorities, too",
}
NEEDS: Mapping[Switch, str] = {
    Switch.FIRST_NOTICE: "The first notice about a place goes by itself, before anybody has looked "
    "at its case. Its rung has to be on as well.",
    Switch.COMPLAINT: "Only with notices to authorities on as well.",
}


@dataclass(frozen=True, kw_only=True)
class SwitchRow:
    """A switch, in words."""

    view: SwitchView
    what: str
    needs: str
    changed_by: str
    wished_by: str
    is_mine: bool


@require_safe
def show_rules(request: StaffRequest) -> HttpResponse:
    """Every switch."""
    now = timezone.now()
    rows = [_row(view, request) for view in all_switches(now)]
    here = {"board": board(now), "shows_rules": True, "rows": rows, "now": now}
    return render(request, "desk/rules.html", here)


@require_POST
def propose(request: StaffRequest, switch: str) -> HttpResponse:
    """Wish that it be turned on."""
    return _with_switch(
        request,
        switch,
        lambda one: propose_switch(one, why=_why(request), staff=request.user, now=timezone.now()),
        "Proposed. It is on once somebody else has confirmed it.",
    )


@require_POST
def turn_off(request: StaffRequest, switch: str) -> HttpResponse:
    """Turn it off, at once."""
    return _with_switch(
        request,
        switch,
        lambda one: switch_off(one, why=_why(request), staff=request.user, now=timezone.now()),
        "It is off. What it approved and has not left can be cancelled on its case.",
    )


@require_POST
def confirm(request: StaffRequest, wish_id: int) -> HttpResponse:
    """Yes, by somebody else."""
    return _and_back(
        request,
        lambda: confirm_switch(wish_id, staff=request.user, now=timezone.now()),
        "It is on: what is drafted from now on goes by itself where nothing stands against it.",
    )


@require_POST
def refuse(request: StaffRequest, wish_id: int) -> HttpResponse:
    """No, by anybody."""
    return _and_back(
        request,
        lambda: refuse_switch(wish_id, staff=request.user, now=timezone.now()),
        "Refused. Nothing was changed.",
    )


def _row(view: SwitchView, request: StaffRequest) -> SwitchRow:
    latest, wish = view.latest, view.wish
    return SwitchRow(
        view=view,
        what=WHAT[view.switch],
        needs=NEEDS.get(view.switch, ""),
        changed_by=_called(latest.decided_by, request) if latest and latest.decided_by else "",
        wished_by=_called(wish.proposed_by, request) if wish else "",
        is_mine=wish is not None and wish.proposed_by_id == request.user.pk,
    )


def _called(staff: Staff, request: StaffRequest) -> str:
    return "you" if staff == request.user else name_of(staff)


def _why(request: StaffRequest) -> str:
    return request.POST.get("why", "")


def _with_switch(
    request: StaffRequest, name: str, act: Callable[[Switch], object], done: str
) -> HttpResponse:
    known = {one.value: one for one in Switch}
    if name not in known:
        return no_such_thing(request)
    return _and_back(request, lambda: act(known[name]), done)


def _and_back(request: StaffRequest, act: Callable[[], object], done: str) -> HttpResponse:
    def do() -> str:
        act()
        return done

    do_and_say(request, do)
    return redirect("desk_rules")


_WISH = "by-itself/change/<int:wish_id>/"
addresses = [
    path("by-itself/", staff_required(show_rules), name="desk_rules"),
    path("by-itself/<slug:switch>/on/", staff_required(propose), name="desk_propose_switch"),
    path("by-itself/<slug:switch>/off/", staff_required(turn_off), name="desk_switch_off"),
    path(_WISH + "yes/", staff_required(confirm), name="desk_confirm_switch"),
    path(_WISH + "no/", staff_required(refuse), name="desk_refuse_switch"),
]
