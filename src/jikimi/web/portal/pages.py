"""The pages before everything, and the way out."""

from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone

from jikimi.web.portal.browsers import browser_of
from jikimi.web.portal.door import came_from_here, page, show_page
from jikimi.web.portal.helplines import helplines
from jikimi.web.portal.leaving import end_session, mark_as_left, neutral_place
from jikimi.web.portal.sent_forms import close_form


@page("GET", "HEAD")
def start(request: HttpRequest) -> HttpResponse:
    """What this is, what Exit does, and the two things one can do."""
    return show_page(
        request, "start.html", helplines=helplines(minor=None), exit_is_weather=not settings.EXIT_TO
    )


@page("GET", "HEAD")
def before(request: HttpRequest) -> HttpResponse:
    """What to know before the first question: Exit, this device, what is kept, who is real."""
    agent = request.headers.get("User-Agent", "")
    return show_page(
        request,
        "before.html",
        host=request.get_host(),
        browser=browser_of(agent),
        exit_is_weather=not settings.EXIT_TO,
    )


@page("GET", "HEAD", "POST", even_after_exit=True)
def leave_at_once(request: HttpRequest) -> HttpResponse:
    """End the session, have the browser forget it, and go to a page about the weather.

    A script that has already led away tells us by POST; nobody sees that answer, so it is empty.
    """
    response: HttpResponse = HttpResponseRedirect(neutral_place())
    if request.method == "POST":
        response = HttpResponse(status=HTTPStatus.NO_CONTENT)
    if came_from_here(request):
        close_form(request.GET.get("form", ""), now=timezone.now())
        end_session(request, response)
        mark_as_left(request, response)
    return response
