"""The page before everything, and the way out."""

from django.contrib.sessions.backends.db import SessionStore
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import get_language

from jikimi.web.portal.door import came_from_here, page, show_page
from jikimi.web.portal.helplines import helplines
from jikimi.web.portal.sending import close_form

# Weather: a page that nobody has to explain, that knows nobody and that loads on every phone.
NEUTRAL_PLACES = {"ko": "https://www.weather.go.kr/"}
NEUTRAL_PLACE = "https://www.bbc.com/weather"


@page("GET", "HEAD")
def start(request: HttpRequest) -> HttpResponse:
    """What this is, what Exit does, what is kept, and the two things one can do."""
    return show_page(request, "start.html", helplines=helplines(minor=None))


@page("GET", "HEAD", "POST")
def leave_at_once(request: HttpRequest) -> HttpResponse:
    """End the session, have the browser forget it, and go to a page about the weather."""
    place = NEUTRAL_PLACES.get(get_language() or "", NEUTRAL_PLACE)
    response = HttpResponseRedirect(place)
    if came_from_here(request):
        close_form(request.GET.get("form", ""), now=timezone.now())
        forget(request, response)
    return response


def forget(request: HttpRequest, response: HttpResponse) -> None:
    """End the session on our side and in the browser; in the browser even without a database."""
    try:
        request.session.flush()
    except DatabaseError:
        request.session = SessionStore()
    response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
