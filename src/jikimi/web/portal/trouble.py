"""What is answered where there is no page, or where one failed: in her language, with Exit."""

from collections.abc import Callable
from http import HTTPStatus

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import override

from jikimi.web.portal.door import offered_language, show_page
from jikimi.web.portal.leaving import has_left, lead_away
from jikimi.web.refusals import IN_SCOPE, Refused

Answer = Callable[[HttpRequest], HttpResponse]


class RefusalsAreTold:
    """Middleware, the innermost: what was refused ahead of Django gets a page, and no more."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        why: Refused | None = getattr(request, "scope", {}).get(IN_SCOPE)
        return _tell(request, why) if why else self.get_response(request)


def cannot_be_read(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001  # given by Django
    """400. Nothing of the request is read again."""
    return _answer(request, request.GET.get("lang", ""), HTTPStatus.BAD_REQUEST)


def no_such_page(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001  # given by Django
    """404."""
    return _answer(request, request.GET.get("lang", ""), HTTPStatus.NOT_FOUND)


def failed(request: HttpRequest) -> HttpResponse:
    """500. The form that was sent names its language, if it can be read."""
    try:
        asked = request.POST.get("lang") or request.GET.get("lang", "")
    except (SuspiciousOperation, OSError):
        asked = ""
    return _answer(request, asked, HTTPStatus.INTERNAL_SERVER_ERROR)


def _tell(request: HttpRequest, why: Refused) -> HttpResponse:
    with override(why.language):
        if has_left(request):
            return lead_away(request)
        told = show_page(request, "refused.html", status=why.status, reason=why.status.name)
    told.headers["Content-Language"] = why.language
    return told


def _answer(request: HttpRequest, asked: str, status: HTTPStatus) -> HttpResponse:
    language = offered_language(asked, request)
    with override(language):
        if has_left(request):
            return lead_away(request)
        response = HttpResponse(render_to_string(f"{status.value}.html"), status=status)
    response.headers["Content-Language"] = language
    return response
