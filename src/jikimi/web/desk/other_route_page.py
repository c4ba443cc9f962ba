"""R: who else may be asked about a place, and a caseworker's choice among them."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from jikimi.takedown.actions.rerouting import choose_other_route
from jikimi.takedown.contacts import packs_for
from jikimi.takedown.errors import MayNotSend, TakedownError
from jikimi.takedown.letters import other_routes_of
from jikimi.takedown.models import Notice
from jikimi.takedown.rules.notice import NoticeState
from jikimi.web.desk.case_page import back_to, no_such_thing
from jikimi.web.desk.guard import StaffRequest, staff_required
from jikimi.web.desk.queue_page import board
from jikimi.web.desk.queue_view import view_of
from jikimi.web.desk.wording import ROUTES, RUNGS

_LONGEST_ID = 60


@require_safe
def show_other_routes(request: StaffRequest, notice_id: UUID) -> HttpResponse:
    """Every route that the rules would come to later, in their order, with its reason."""
    notice = Notice.objects.select_related("sighting__case").filter(pk=notice_id).first()
    if notice is None or notice.state != NoticeState.DRAFT:
        return no_such_thing(request)
    now, trouble = timezone.now(), ""
    try:
        routes = other_routes_of(notice, now)
    except MayNotSend as error:
        routes, trouble = (), str(error)
    packs = packs_for(notice.sighting)
    shown = {
        "board": board(now, view_of(request.GET), current=notice.sighting.case.nickname),
        "notice": notice,
        "trouble": trouble,
        "routes": [
            (
                route,
                packs.recipients[route.recipient_id].name,
                packs.laws[route.law_id].title["en"] if route.law_id else "",
                ROUTES[route.route_type],
                RUNGS.get(route.rung, ""),
            )
            for route in routes
        ],
    }
    return render(request, "desk/other_routes.html", shown)


@require_POST
def choose_route(request: StaffRequest, notice_id: UUID) -> HttpResponse:
    """Her choice: the draft is cancelled, and one for that route takes its place."""
    notice = Notice.objects.select_related("sighting__case").filter(pk=notice_id).first()
    if notice is None:
        return no_such_thing(request)
    recipient_id, law_id = (request.POST.get(name, "")[:_LONGEST_ID] for name in ("to", "law"))
    try:
        drafted = choose_other_route(
            notice_id, recipient_id, law_id, staff=request.user, now=timezone.now()
        )
    except TakedownError as error:
        messages.error(request, str(error))
    else:
        words = f"A notice to {drafted.recipient_name} is drafted instead. It waits for your yes."
        messages.success(request, words)
    return back_to(request, notice.sighting.case)


_NOTICE = "notice/<uuid:notice_id>/"
addresses = [
    path(_NOTICE + "other/", staff_required(show_other_routes), name="desk_other_routes"),
    path(_NOTICE + "other/choose/", staff_required(choose_route), name="desk_choose_route"),
]
