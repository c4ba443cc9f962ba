"""The way back: a code opens the report's page for half an hour; it can be stopped from there."""

from collections.abc import Callable
from http import HTTPStatus

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import rotate_token
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_protect

from jikimi.cases.models import Case
from jikimi.intake.actions import withdraw_report
from jikimi.intake.errors import TryAgainLater, WrongReceipt
from jikimi.intake.receipts import case_behind
from jikimi.trail.lookups import consents_of
from jikimi.trail.models import ConsentScope
from jikimi.web.portal.door import Page, page, show_page
from jikimi.web.portal.helplines import helplines
from jikimi.web.portal.pages import forget
from jikimi.web.portal.standing import places_of

OPEN_FOR_SECONDS = 1800
_CASE = "report"

CasePage = Callable[[HttpRequest, Case], HttpResponse]


def with_case(view: CasePage) -> Page:
    """A page for whoever opened a report with its code; anybody else is asked for the code."""

    def answer(request: HttpRequest) -> HttpResponse:
        try:
            case = _opened_case(request)
        except DatabaseError:
            return _ask_for_code(request, HTTPStatus.SERVICE_UNAVAILABLE, problem="not_now")
        if case is None:
            return _ask_for_code(request)
        response: HttpResponse = csrf_protect(view)(request, case)
        # Django's token needs to see the origin, which browsers hide under a stricter policy.
        response.headers["Referrer-Policy"] = "same-origin"
        return response

    return answer


@page("GET", "HEAD", "POST")
def status(request: HttpRequest) -> HttpResponse:
    """Ask for the code, check it, show what is true of the report."""
    return _open(request) if request.method == "POST" else with_case(_show)(request)


@page("GET", "HEAD", "POST")
@with_case
def stop(request: HttpRequest, case: Case) -> HttpResponse:
    """Ask once more, then take every choice back."""
    if request.method != "POST":
        return show_page(request, "stop.html")
    withdraw_report(case, now=timezone.now())
    return HttpResponseRedirect(_address("status"))


@page("POST")
@with_case
def leave(request: HttpRequest, _case: Case) -> HttpResponse:
    """Close the report's page; the code opens it again."""
    response = HttpResponseRedirect(_address("start"))
    forget(request, response)
    return response


def _open(request: HttpRequest) -> HttpResponse:
    try:
        case = case_behind(request.POST.get("code", ""), now=timezone.now())
    except WrongReceipt:
        return _ask_for_code(request, HTTPStatus.UNPROCESSABLE_ENTITY, problem="wrong")
    except TryAgainLater as error:
        return _ask_to_wait(request, error.seconds)
    except DatabaseError:
        return _ask_for_code(request, HTTPStatus.SERVICE_UNAVAILABLE, problem="not_now")
    request.session.flush()  # whatever this browser held before is no part of her visit
    request.session[_CASE] = str(case.pk)
    request.session.set_expiry(OPEN_FOR_SECONDS)
    rotate_token(request)
    return HttpResponseRedirect(_address("status"))


def _ask_to_wait(request: HttpRequest, seconds: int) -> HttpResponse:
    response = _ask_for_code(request, HTTPStatus.TOO_MANY_REQUESTS, problem="wait", seconds=seconds)
    response.headers["Retry-After"] = str(seconds)
    return response


def _ask_for_code(
    request: HttpRequest, status: HTTPStatus = HTTPStatus.OK, **context: object
) -> HttpResponse:
    typed = request.POST.get("code", "")[:60]
    return show_page(request, "code.html", status=status, typed=typed, **context)


def _show(request: HttpRequest, case: Case) -> HttpResponse:
    held = consents_of(case.pk)
    response = show_page(
        request,
        "status.html",
        case=case,
        places=places_of(case),
        agreed=[scope.value for scope in ConsentScope if scope in held],
        has_fingerprints=case.fingerprints.exists(),
        helplines=helplines(minor=case.is_minor),
    )
    # The page says that it closes by itself: without this it would stay on the screen.
    response.headers["Refresh"] = str(OPEN_FOR_SECONDS + 1)
    return response


def _opened_case(request: HttpRequest) -> Case | None:
    case_id: str | None = request.session.get(_CASE)
    return Case.objects.filter(pk=case_id).first() if case_id else None


def _address(name: str) -> str:
    return f"{reverse(f'portal:{name}')}?lang={get_language()}"
