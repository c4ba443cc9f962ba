"""A visit: a code opens the report's pages for half an hour, in one browser.

The session on our side names the report and the code that opened it, and holds her own key locked;
what unlocks it lies in a cookie alone, and neither opens a page without the other. A code that was
replaced ends every visit it had opened.
"""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from django.conf import settings
from django.db import Error as NoDatabase
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import rotate_token
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_protect

from jikimi.cases.models import Case
from jikimi.evidence.own_key import OwnKey, carried, carry
from jikimi.intake.models import CodeKind, Receipt
from jikimi.web.cookies import OWN_KEY
from jikimi.web.portal import half_typed
from jikimi.web.portal.door import Page, show_page
from jikimi.web.portal.sent_forms import begin_session_anew

OPEN_FOR_SECONDS = 1800
GONE_AFTER_SECONDS = 7200
"""A page that is typed on hides itself as early as the others, and keeps its words so long."""
_CASE, _RECEIPT, _KEY = "report", "receipt", "key"


@dataclass(frozen=True, kw_only=True)
class Visit:
    """Whose report is open, and her key to what is sealed to her; None if it is not at hand."""

    case: Case
    key: OwnKey | None


VisitPage = Callable[[HttpRequest, Visit], HttpResponse]


def with_visit(view: VisitPage) -> Page:
    """A page for whoever opened a report with its code; anybody else is asked for the code."""

    def answer(request: HttpRequest) -> HttpResponse:
        try:
            visit = _visit_of(request)
        except NoDatabase:
            return _not_now(request, half_typed.lock(request))
        if visit is None:
            return _ask_anew(request)
        try:
            response: HttpResponse = csrf_protect(view)(request, visit)
        except NoDatabase:  # it can be read and not written, as where its disk is full
            if locked := half_typed.lock(request):
                return _not_now(request, locked)
            raise
        if response.status_code == HTTPStatus.FORBIDDEN and half_typed.lock(request):
            return _ask_anew(request)  # a page of an earlier visit, with words on it
        return closes_itself(response)

    return answer


def closes_itself(response: HttpResponse) -> HttpResponse:
    """What each page behind the code is: gone from the screen when the report is closed."""
    # Django's token needs to see the origin, which browsers hide under a stricter policy.
    response.headers["Referrer-Policy"] = "same-origin"
    # The page says that it closes by itself: without this it would stay on the screen.
    response.headers.setdefault("Refresh", str(OPEN_FOR_SECONDS + 1))
    return response


def _not_now(request: HttpRequest, locked: str) -> HttpResponse:
    """For the code, a little later. What was typed waits."""
    status = HTTPStatus.SERVICE_UNAVAILABLE
    return ask_for_code(request, status, problem="not_now", locked=locked)


def _ask_anew(request: HttpRequest) -> HttpResponse:
    """For the code of a report that has closed. What was typed waits; what was pressed is lost."""
    locked = half_typed.lock(request)
    # Who only closes a page that is closed already has lost nothing.
    pressed = not sends_nothing(request) and request.path != reverse("portal:leave")
    return ask_for_code(request, was_closed=pressed and not locked, locked=locked)


def sends_nothing(request: HttpRequest) -> bool:
    """Whether a page is only looked at, has closed itself, or comes in another language."""
    pressed = request.POST.get("go") == "closing" or "switch_to" in request.POST
    return request.method != "POST" or pressed


def keeps_words(response: HttpResponse) -> HttpResponse:
    """A page that is typed on: it hides itself, and stays under that for a while."""
    response.headers["Refresh"] = str(GONE_AFTER_SECONDS)
    return response


def begin_visit(
    request: HttpRequest, response: HttpResponse, case: Case, receipt_id: int, key: OwnKey | None
) -> None:
    """Start a session for this report; whatever this browser held before is no part of it."""
    begin_session_anew(request.session)
    request.session[_CASE] = str(case.pk)
    request.session[_RECEIPT] = receipt_id
    if key is not None:
        request.session[_KEY], secret = carry(key)
        response.set_cookie(
            OWN_KEY,
            secret,
            max_age=OPEN_FOR_SECONDS,
            httponly=True,
            samesite="Strict",
            secure=settings.SESSION_COOKIE_SECURE,
        )
    request.session.set_expiry(OPEN_FOR_SECONDS)
    rotate_token(request)


def is_open(request: HttpRequest) -> bool:
    """Whether this browser holds a visit, be it over or not."""
    return _CASE in request.session


def receipt_of(case: Case) -> int:
    """The id of the code that opens a report now."""
    return Receipt.objects.values_list("pk", flat=True).get(case=case, kind=CodeKind.RECEIPT)


def ask_for_code(
    request: HttpRequest, status: HTTPStatus = HTTPStatus.OK, **context: object
) -> HttpResponse:
    """The page that asks for the code; what was typed on a page that closed stays with it."""
    typed = request.POST.get("code", "")[:60]
    shown = {"typed": typed, "locked": request.POST.get("locked", "")} | context
    return show_page(request, "code.html", status=status, **shown)


def address(name: str) -> str:
    """A page of the portal in the language of this one."""
    return f"{reverse(f'portal:{name}')}?lang={get_language()}"


def _visit_of(request: HttpRequest) -> Visit | None:
    case_id: str = request.session.get(_CASE, "")
    receipt_id: int = request.session.get(_RECEIPT, 0)
    opened_by = Receipt.objects.select_related("case").filter(pk=receipt_id, kind=CodeKind.RECEIPT)
    receipt = opened_by.first() if receipt_id else None
    if receipt is None or str(receipt.case_id) != case_id:
        return None
    kept, secret = request.session.get(_KEY), request.COOKIES.get(OWN_KEY)
    key = carried(kept, secret) if kept and secret else None
    # Whoever reads sessions in the database has not what unlocks her key.
    return Visit(case=receipt.case, key=key) if key or not kept else None
