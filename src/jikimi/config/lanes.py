"""A lane of their own for tips: however many come at once, everybody else's requests go by.

It stands before Django. What is refused here costs a few microseconds and reaches no thread and no
connection to the database.
"""

import asyncio
from collections.abc import Sequence
from html import escape
from urllib.parse import parse_qsl

from django.utils.translation import gettext as say
from django.utils.translation import override

from jikimi.config.bodies import Application, Receive, Scope, Send
from jikimi.config.early_language import language_of

TIPS_UNDER = "/tip/"
AT_ONCE = 2
MOST_WAITING = 40
"""Fewer than the requests that the server takes in at once (128), so that others get in."""
_CARRIED = frozenset(
    {
        *("lang", "form", "place", "service", "kind", "region", "level"),
        *("school", "elsewhere", "seen", "under"),
    }
)
_MOST_CARRIED = 8_192

_PAGE = """<!doctype html>
<html lang="{language}"><head><meta charset="utf-8"><title>Page</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"></head><body>
<p><a href="/exit/?lang={language}" rel="noreferrer">{leave}</a></p>
{told}
<form method="{method}" action="{action}" autocomplete="off">{carried}
<p><button>{again}</button></p></form>
</body></html>
"""
_HEADERS = [
    (b"content-type", b"text/html; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"retry-after", b"5"),
    (b"referrer-policy", b"no-referrer"),
    (b"x-frame-options", b"DENY"),
    (b"x-content-type-options", b"nosniff"),
    (
        b"content-security-policy",
        b"default-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    ),
]


def with_a_lane_for_tips(inner: Application) -> Application:
    """The same application, with at most AT_ONCE requests under `/tip/` at a time.

    Up to MOST_WAITING wait for their turn; whoever comes then gets 503 at once, with a page that
    holds what was sent and sends it again. Its body has arrived whole: see `bodies`.
    """
    turns = asyncio.Semaphore(AT_ONCE)
    waiting = 0

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        nonlocal waiting
        if scope["type"] != "http" or not scope["path"].startswith(TIPS_UNDER):
            return await inner(scope, receive, send)
        if waiting >= MOST_WAITING:
            return await _ask_to_come_again(scope, receive, send)
        waiting += 1
        try:
            await turns.acquire()
        finally:
            waiting -= 1
        try:
            return await inner(scope, receive, send)
        finally:
            turns.release()

    return application


async def _ask_to_come_again(scope: Scope, receive: Receive, send: Send) -> None:
    page = _busy_page(scope, await _typed(receive) if scope["method"] == "POST" else b"")
    await send({"type": "http.response.start", "status": 503, "headers": _HEADERS})
    await send({"type": "http.response.body", "body": page})


async def _typed(receive: Receive) -> bytes:
    held = b""
    while True:
        message = await receive()
        held += bytes(message.get("body", b""))
        if len(held) > _MOST_CARRIED or message["type"] != "http.request":
            return b""
        if not message.get("more_body"):
            return held


def _busy_page(scope: Scope, typed: bytes) -> bytes:
    try:
        fields = parse_qsl(typed.decode("ascii"), max_num_fields=20)
    except ValueError:
        fields = []
    is_tip = scope["method"] == "POST" and "place" in dict(fields)
    with override(language := language_of(scope, typed)):
        told, again = _words(is_tip=is_tip)
        page = _PAGE.format(
            language=language,
            leave=say("Exit now"),
            told="\n".join(f"<p>{line}</p>" for line in told),
            again=again,
            method="post" if is_tip else "get",
            action=escape(scope["path"]),
            carried=_hidden(fields if is_tip else [("lang", language)]),
        )
    return page.encode("utf-8", "replace")


def _words(*, is_tip: bool) -> tuple[tuple[str, str], str]:
    """What is told, and what the button says: whoever only opened a page has sent nothing."""
    wait = say("Wait a few seconds, then press again.")
    if not is_tip:
        return (say("One moment, please"), wait), say("Next")
    busy = say(
        "Very many tips are coming in just now. Yours is not sent yet; it is on this page and not "
        "lost."
    )
    return (busy, wait), say("Send the tip")


def _hidden(fields: Sequence[tuple[str, str]]) -> str:
    return "".join(
        f'<input type="hidden" name="{name}" value="{escape(value)}">'
        for name, value in fields
        if name in _CARRIED
    )
