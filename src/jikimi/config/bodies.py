"""How much a request may bring, and how long it may take to.

Django reads a whole body before any of our code runs, and writes what is long to a file. So this
stands before it: nothing that somebody typed reaches a disk, and nobody keeps a place in the
server by sending a letter a minute.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from django.utils.translation import gettext as say
from django.utils.translation import override

from jikimi.config.early_language import language_of

MOST_BYTES = 2_600_000
"""More than any form of ours; less than what Django keeps in memory (2.5 MiB, 2,621,440)."""
SECONDS_TO_ARRIVE = 20.0

Scope = dict[str, Any]
Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


class _TooMuch(Exception):
    """The body is longer than anything we take."""

    def __init__(self, head: bytes) -> None:
        super().__init__()
        self.head = head


def with_bounded_bodies(inner: Application) -> Application:
    """The same application; a body that is too long gets 413, one that is too slow 408."""

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await inner(scope, receive, send)
        try:
            async with asyncio.timeout(SECONDS_TO_ARRIVE):
                body = await _whole_body(scope, receive)
        except _TooMuch as refused:
            with override(language := language_of(scope, refused.head)):
                words = say(
                    "This was too long to be taken in. Nothing was sent or kept. Go back: what "
                    "you typed is usually still there. Shorten it and send it again."
                )
            return await _refuse(send, 413, language, words)
        except TimeoutError:
            with override(language := language_of(scope)):
                words = say(
                    "This took too long to arrive. Nothing was sent or kept. Go back and send it "
                    "again."
                )
            return await _refuse(send, 408, language, words)
        return await inner(scope, _again(body, receive), send)

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


async def _refuse(send: Send, status: int, language: str, words: str) -> None:
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-language", language.encode()),
        (b"cache-control", b"no-store"),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": words.encode()})
