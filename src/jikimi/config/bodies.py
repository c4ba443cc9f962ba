"""How much a request may bring, and how long it may take to.

Django reads a whole body before any of our code runs, and writes what is long to a file. So this
stands before it: nothing that somebody typed reaches a disk, and nobody keeps a place in the
server by sending a letter a minute.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Any, Final

from jikimi.config.early_language import language_of
from jikimi.web.refusals import IN_SCOPE, Refused

MOST_BYTES = 2_600_000
"""More than any form of ours; less than what Django keeps in memory (2.5 MiB, 2,621,440)."""
SECONDS_TO_ARRIVE = 20.0
_OF_THE_BODY: Final = {b"content-length", b"content-type", b"transfer-encoding", b"expect"}

Scope = dict[str, Any]
Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]
_NO_BODY: Final[Message] = {"type": "http.request", "body": b"", "more_body": False}


class _TooMuch(Exception):
    """The body is longer than anything we take."""

    def __init__(self, head: bytes) -> None:
        super().__init__()
        self.head = head


def with_bounded_bodies(inner: Application) -> Application:
    """The same application; a body that is too long gets 413, one that is too slow 408.

    The page that says so is the application's own, asked for without what was sent: it has the
    portal's look, the headers of every answer, and Exit.
    """

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await inner(scope, receive, send)
        try:
            async with asyncio.timeout(SECONDS_TO_ARRIVE):
                body = await _whole_body(scope, receive)
        except _TooMuch as refused:
            language = language_of(scope, refused.head)
            why = Refused(status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE, language=language)
        except TimeoutError:
            why = Refused(status=HTTPStatus.REQUEST_TIMEOUT, language=language_of(scope))
        else:
            return await inner(scope, _again(body, receive), send)
        return await inner(_without_body(scope, why), _again([_NO_BODY], _never), _closing(send))

    return application


async def _whole_body(scope: Scope, receive: Receive) -> list[Message]:
    declared = dict(scope["headers"]).get(b"content-length", b"")
    if declared.isdigit() and int(declared[:20]) > MOST_BYTES:
        raise _TooMuch(b"")
    held: list[Message] = []
    size = 0
    while True:
        message = await receive()
        held.append(message)
        size += len(message.get("body", b""))
        if size > MOST_BYTES:
            raise _TooMuch(held[0].get("body", b""))
        if message["type"] != "http.request" or not message.get("more_body"):
            return held


def _again(held: list[Message], receive: Receive) -> Receive:
    """What was received, and then whatever comes."""
    waiting = iter(held)

    async def receive_again() -> Message:
        for message in waiting:
            return message
        return await receive()

    return receive_again


async def _never() -> Message:
    """Whatever else is on its way is not listened to; the connection ends with the answer."""
    return await asyncio.Future()


def _without_body(scope: Scope, why: Refused) -> Scope:
    kept = [(name, value) for name, value in scope["headers"] if name not in _OF_THE_BODY]
    asked = {"method": "GET", "path": "/", "raw_path": b"/", "query_string": b"", "headers": kept}
    return {**scope, **asked, IN_SCOPE: why}


def _closing(send: Send) -> Send:
    async def send_and_close(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = [*message["headers"], (b"connection", b"close")]
            message = {**message, "headers": headers}
        await send(message)

    return send_and_close
