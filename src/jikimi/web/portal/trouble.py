"""What is answered where there is no page, or where one failed: in her language, with Exit."""

from http import HTTPStatus

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import override

from jikimi.web.portal.door import offered_language
from jikimi.web.portal.leaving import has_left, lead_away


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


def _answer(request: HttpRequest, asked: str, status: HTTPStatus) -> HttpResponse:
    language = offered_language(asked, request)
    with override(language):
        if has_left(request):
            return lead_away(request)
        response = HttpResponse(render_to_string(f"{status.value}.html"), status=status)
    response.headers["Content-Language"] = language
    return response
