"""How much a request may bring, and how long it may take to.

Django reads a whole body before any of our code runs, and writes what is long to a file. So this
stands before it: nothing that somebody typed reaches a disk, and nobody keeps a place in the
server by sending a letter a minute.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

MOST_BYTES = 2_000_000
"""More than any form of ours; less than what Django keeps in memory (2.5 MB)."""
SECONDS_TO_ARRIVE = 20.0

Scope = dict[str, Any]
Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


class _TooMuch(Exception):
    """The body is longer than anything we take."""


def with_bounded_bodies(inner: Application) -> Application:
    """The same application; a body that is too long gets 413, one that is too slow 408."""

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await inner(scope, receive, send)
        try:
            async with asyncio.timeout(SECONDS_TO_ARRIVE):
                body = await _whole_body(scope, receive)
        except _TooMuch:
            return await _refuse(send, 413, b"This is too long. Nothing was kept.")
        except TimeoutError:
            return await _refuse(send, 408, b"This took too long to arrive. Nothing was kept.")
        return await inner(scope, _again(body, receive), send)

    return application


async def _whole_body(scope: Scope, receive: Receive) -> list[Message]:
    declared = dict(scope["headers"]).get(b"content-length", b"")
    if declared.isdigit() and int(declared[:20]) > MOST_BYTES:
        raise _TooMuch
    held: list[Message] = []
    size = 0
    while True:
        message = await receive()
        held.append(message)
        size += len(message.get("body", b""))
        if size > MOST_BYTES:
            raise _TooMuch
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


async def _refuse(send: Send, status: int, words: bytes) -> None:
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"cache-control", b"no-store"),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": words})
