"""A way back for somebody who lost her code: one caseworker asks, another opens it days later."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_POST

from jikimi.aftercare.actions import ask_for_recovery, open_recovery
from jikimi.aftercare.errors import AftercareError
from jikimi.cases.models import Case
from jikimi.web.desk.case_page import no_such_thing
from jikimi.web.desk.guard import StaffRequest, staff_required
from jikimi.web.desk.queue_page import board

_REACHED = "Not done: tick that you reached her the way she had agreed to, and no other."


@require_POST
def ask(request: StaffRequest, nickname: str) -> HttpResponse:
    """She asks, by the contact she had agreed to, to be let in again."""
    case = Case.objects.filter(nickname=nickname).first()
    if case is None:
        return no_such_thing(request)
    if request.POST.get("reached") != "on":
        messages.error(request, _REACHED)
        return redirect("desk_case", nickname=nickname)
    try:
        ask_for_recovery(case.pk, staff=request.user, now=timezone.now())
    except AftercareError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Asked for. It stands on her page; in 72 hours another opens it.")
    return redirect("desk_case", nickname=nickname)


@require_POST
def open_it(request: StaffRequest, nickname: str) -> HttpResponse:
    """The new code, shown once, to be passed on at once."""
    case = Case.objects.filter(nickname=nickname).first()
    if case is None:
        return no_such_thing(request)
    if request.POST.get("reached") != "on":
        messages.error(request, _REACHED)
        return redirect("desk_case", nickname=nickname)
    try:
        code = open_recovery(case.pk, staff=request.user, now=timezone.now())
    except AftercareError as error:
        messages.error(request, str(error))
        return redirect("desk_case", nickname=nickname)
    shown = {"board": board(timezone.now()), "case": case, "code": code.spelled()}
    return render(request, "desk/way_back.html", shown)


addresses = [
    path("case/<slug:nickname>/way-back/", staff_required(ask), name="desk_ask_way_back"),
    path("case/<slug:nickname>/way-back/open/", staff_required(open_it), name="desk_open_way_back"),
]
