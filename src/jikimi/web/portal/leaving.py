"""Leaving at once: where Exit leads, what is forgotten, and three minutes in which nothing returns.

A page cannot take its earlier steps out of a tab's history. So whoever left with Exit carries a
mark for three minutes, and while it lasts every page of the portal answers with the neutral
place. Back, forward and reload lead there too, with or without scripts. See
`docs/decisions/0030-leaving-at-once.md`.
"""

from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import get_language

from jikimi.web.cookies import LEFT, OURS
from jikimi.web.portal.sent_forms import close_forms_of
from jikimi.web.sessions import SessionStore

# Weather: a page that nobody has to explain, that knows nobody and that loads on every phone.
NEUTRAL_PLACES = {
    "ko": "https://www.weather.go.kr/",
    "id": "https://www.bmkg.go.id/",
    "ja": "https://www.jma.go.jp/",
    "zh-hant": "https://www.cwa.gov.tw/",
}
NEUTRAL_PLACE = "https://www.bbc.com/weather"

QUIET_FOR = timedelta(minutes=3)


def neutral_place() -> str:
    """Where Exit leads: the centre's own choice, or the weather in the language of the page."""
    return settings.EXIT_TO or NEUTRAL_PLACES.get(get_language() or "", NEUTRAL_PLACE)


def has_left(request: HttpRequest) -> bool:
    """Whether this browser used Exit within the last minutes."""
    return LEFT in request.COOKIES


def lead_away(request: HttpRequest) -> HttpResponse:
    """An answer that holds nothing and leads to the neutral place, whatever was asked for."""
    response = HttpResponseRedirect(neutral_place())
    # Something may have gone wrong ahead of the session, such as a host that is not ours.
    if hasattr(request, "session") and settings.SESSION_COOKIE_NAME in request.COOKIES:
        end_session(request, response)
    return response


def mark_as_left(request: HttpRequest, response: HttpResponse) -> None:
    """For some minutes this browser gets nothing from us but the way out. Scripts may read it."""
    response.set_cookie(
        LEFT, "1", max_age=QUIET_FOR, secure=request.is_secure(), httponly=False, samesite="Lax"
    )


def end_session(request: HttpRequest, response: HttpResponse) -> None:
    """End the session on our side and in the browser; in the browser whatever our side does.

    The codes that it showed come back by none of the tab's earlier pages.
    """
    try:
        close_forms_of(request.session, now=timezone.now())
        request.session.flush()
    except Exception:  # noqa: BLE001  # Exit never fails
        request.session = SessionStore()
    # Ours alone: another site under the same domain may have set one that cannot be written here.
    for name in (OURS - {LEFT}) & request.COOKIES.keys():
        response.delete_cookie(name, samesite="Strict")
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
