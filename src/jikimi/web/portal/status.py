"""The way back: a code opens the report's page for half an hour; it can be stopped from there."""

from http import HTTPStatus

from django.db import Error as NoDatabase
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from jikimi.aftercare.actions import stop_everything
from jikimi.aftercare.lookups import messages_of, recovery_waiting
from jikimi.cases.lookups import fingerprints_held
from jikimi.intake.errors import TooManyAtOnce, TryAgainLater, WrongReceipt
from jikimi.intake.receipts import open_with
from jikimi.takedown.withdrawals.lookups import withdrawals_of
from jikimi.trail.lookups import consents_of
from jikimi.trail.models import ConsentScope
from jikimi.web.portal import half_typed
from jikimi.web.portal.changes import changes_of
from jikimi.web.portal.door import page, show_page
from jikimi.web.portal.helplines import helplines
from jikimi.web.portal.leaving import end_session
from jikimi.web.portal.own_codes import spend_spare_code, spent_before
from jikimi.web.portal.standing import places_of
from jikimi.web.portal.visit import (
    Visit,
    address,
    ask_for_code,
    begin_visit,
    with_visit,
)


@page("GET", "HEAD", "POST")
def status(request: HttpRequest) -> HttpResponse:
    """Ask for the code, check it, show what is true of the report."""
    if request.method != "POST":
        return with_visit(_show)(request)
    try:
        return _open(request)
    except (NoDatabase, TooManyAtOnce):
        return _not_now(request)


@page("GET", "HEAD", "POST")
@with_visit
def stop(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Ask once more, then take every choice back."""
    if request.method != "POST":
        return show_page(request, "stop.html")
    stop_everything(visit.case.pk, now=timezone.now())
    return HttpResponseRedirect(address("status"))


@page("GET", "HEAD", "POST")
@with_visit
def leave(request: HttpRequest, _visit: Visit) -> HttpResponse:
    """Close the report's page; the code opens it again. An opened address alone closes nothing."""
    if request.method != "POST":
        return HttpResponseRedirect(address("status"))
    response = HttpResponseRedirect(address("start"))
    end_session(request, response)
    return response


def _open(request: HttpRequest) -> HttpResponse:
    if "switch_to" in request.POST:
        return ask_for_code(request, typed="")
    locked = request.POST.get("locked", "")
    try:
        opened = open_with(request.POST.get("code", ""), now=timezone.now())
    except WrongReceipt:
        wrong = HTTPStatus.UNPROCESSABLE_ENTITY
        return spent_before(request) or ask_for_code(request, wrong, problem="wrong")
    except TryAgainLater as error:
        return _ask_to_wait(request, error.seconds)
    if opened.is_spare:
        return spend_spare_code(request, opened)
    response = HttpResponseRedirect(address(half_typed.page_of(locked, opened.case)))
    begin_visit(request, response, opened.case, opened.receipt_id, opened.key)
    half_typed.keep(request, locked, opened.case)
    request.session.save()  # where there is no room for it, she is told so, and not a fault of ours
    return response


def _not_now(request: HttpRequest) -> HttpResponse:
    return ask_for_code(request, HTTPStatus.SERVICE_UNAVAILABLE, problem="not_now")


def _ask_to_wait(request: HttpRequest, seconds: int) -> HttpResponse:
    response = ask_for_code(request, HTTPStatus.TOO_MANY_REQUESTS, problem="wait", seconds=seconds)
    response.headers["Retry-After"] = str(seconds)
    return response


def _show(request: HttpRequest, visit: Visit) -> HttpResponse:
    case, held = visit.case, consents_of(visit.case.pk)
    places = places_of(case)
    return show_page(
        request,
        "status.html",
        case=case,
        places=places,
        some_are_told=any(place.is_told for place in places),
        changes=changes_of(case, now=timezone.now()),
        agreed=[scope.value for scope in ConsentScope if scope in held],
        taken_back=withdrawals_of(case.pk),
        recovery=recovery_waiting(case),
        messages_in_all=messages_of(case).count(),
        has_fingerprints=fingerprints_held(case) > 0,
        helplines=helplines(minor=case.is_minor),
    )
