"""The cookies of the house, by name, and why no other site can set one of them.

Names are short and say nothing to whoever looks over a shoulder. None is set before a code is used
or somebody signs in at the desk, except LEFT.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import parse_cookie

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    Answer = Callable[[HttpRequest], HttpResponse]

SESSION = "s"
"""Which session on our side this browser has open: a report's page, or the desk."""
FORM = "c"
"""Django's token: a form was on a page of ours, and nobody else's."""
OWN_KEY = "k"
"""Unlocks her own key for half an hour; what it unlocks is on our side, in the session."""
LEFT = "w"
"""Exit was used within the last three minutes: nothing of ours is shown meanwhile."""

OURS = frozenset({SESSION, FORM, OWN_KEY, LEFT})
ONLY_THIS_HOST = "__Host-"


class OnlyThisHostSetsThem:
    """Middleware: over HTTPS our cookies bear the prefix that browsers accept from this host alone.

    Another site under the same domain could else set one of them for all of its hosts, and keep a
    browser away from us for good or put it into a session of its own. Without HTTPS, on one's own
    machine and under an onion address, browsers refuse the prefix, and nobody else is there.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.COOKIES = _as_browsers_name_them(request.META.get("HTTP_COOKIE", ""))
        for name in OURS:
            own = request.COOKIES.pop(ONLY_THIS_HOST + name, None)
            if request.is_secure():
                request.COOKIES.pop(name, None)
            if own is not None:
                request.COOKIES[name] = own
        response = self.get_response(request)
        if request.is_secure():
            _prefix(response)
        return response


def _as_browsers_name_them(header: str) -> dict[str, str]:
    """The cookies of a header, without those whose name is another one to Python.

    Python takes bytes for blank that browsers do not, such as 0xA0. Behind one of them the prefix
    is no prefix to a browser, which lets any site under the same domain set such a cookie.
    """
    sent = header.split(";")
    names = [one.partition("=")[0] for one in sent]
    same = [one for one, name in zip(sent, names, strict=True) if name.strip() == name.strip(" \t")]
    return parse_cookie(";".join(same))


def _prefix(response: HttpResponse) -> None:
    for name in OURS & response.cookies.keys():
        cookie = response.cookies.pop(name)
        cookie.set(ONLY_THIS_HOST + name, cookie.value, cookie.coded_value)
        cookie["secure"] = True
        response.cookies[cookie.key] = cookie
