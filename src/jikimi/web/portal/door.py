"""What every page of the portal does first: choose the language, refuse what is no form of ours.

No page needs a cookie before a receipt is used, so Django's token is not asked for here; see
`docs/decisions/0005-no-cookie-before-the-receipt.md`.
"""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Concatenate, cast
from urllib.parse import urlsplit

from csp.decorators import csp_replace
from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language_from_request as language_of_browser
from django.utils.translation import get_supported_language_variant, override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.gzip import gzip_page

from jikimi.web.portal.leaving import has_left, lead_away

Page = Callable[Concatenate[HttpRequest, ...], HttpResponse]

FORM_TYPE = "application/x-www-form-urlencoded"
# "lang=", the longest code, and the "&" after it.
_LANGUAGE_FIRST = len("lang=&") + max(len(code) for code, _name in settings.LANGUAGES)


def page(*methods: str, even_after_exit: bool = False) -> Callable[[Page], Page]:
    """A page of the portal: in her language, without a cookie, from our own forms only.

    Whoever has just left with Exit is led away from it. It travels compressed; why that tells
    nobody anything is in `docs/decisions/0034-light-and-open-to-all.md`.
    """

    def wrap(view: Page) -> Page:
        @csrf_exempt
        @gzip_page
        @wraps(view)
        def answer(request: HttpRequest, **named: int) -> HttpResponse:
            if has_left(request) and not even_after_exit:
                with override(language_of_browser(request)):
                    return lead_away(request)
            if request.method not in methods:
                return HttpResponseNotAllowed(methods)
            refused = _fault(request) if request.method == "POST" else None
            language = _chosen_language(request, refused)
            with override(language):
                response = _refuse(request, refused) if refused else view(request, **named)
            response.headers["Content-Language"] = language
            return response

        return answer

    return wrap


def came_from_here(request: HttpRequest) -> bool:
    """Whether a browser that says where a request comes from names our own pages.

    Our pages send no referrer, and then browsers give `Origin: null`; so the newer header decides
    when it is there.
    """
    if site := request.headers.get("Sec-Fetch-Site"):
        return site in {"same-origin", "none"}
    origin = request.headers.get("Origin", "null")
    return origin == "null" or urlsplit(origin).netloc == request.get_host()


def show_page(
    request: HttpRequest, template: str, *, status: int = HTTPStatus.OK, **context: object
) -> HttpResponse:
    """A page with what all of them show: who runs this. Scripts may tell Exit to us, no more."""
    centre = {"centre_name": settings.CENTRE_NAME, "centre_phone": settings.CENTRE_PHONE}
    response = render(request, f"portal/{template}", centre | context, status=status)
    way_out = request.build_absolute_uri(reverse("portal:exit"))
    only_there = csp_replace({"connect-src": [way_out]})
    return cast("HttpResponse", only_there(lambda _request: response)(request))


def _refuse(request: HttpRequest, status: HTTPStatus) -> HttpResponse:
    """Say why nothing was taken, that nothing was sent, and what to do."""
    return show_page(request, "refused.html", status=status, reason=status.name)


def _fault(request: HttpRequest) -> HTTPStatus | None:
    if request.content_type != FORM_TYPE:
        return HTTPStatus.UNSUPPORTED_MEDIA_TYPE
    if not came_from_here(request):
        return HTTPStatus.FORBIDDEN
    try:
        request.POST  # noqa: B018  # reading it is the check
    except RequestDataTooBig:
        return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    except TooManyFieldsSent:
        return HTTPStatus.BAD_REQUEST
    return None


def _chosen_language(request: HttpRequest, refused: HTTPStatus | None) -> str:
    asked = request.GET.get("lang", "")
    if refused in {HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.BAD_REQUEST}:
        # Every form of ours begins with its language; no more than that is read.
        head = request.read(_LANGUAGE_FIRST).decode("ascii", "replace")
        asked = head.removeprefix("lang=").partition("&")[0]
    elif request.method == "POST" and refused is None:
        asked = request.POST.get("switch_to") or request.POST.get("lang") or asked
    return offered_language(asked, request)


def offered_language(asked: str, request: HttpRequest) -> str:
    """The language that was asked for; where it is not offered, the browser's."""
    try:
        return get_supported_language_variant(asked)
    except (LookupError, ValueError):
        return language_of_browser(request)
