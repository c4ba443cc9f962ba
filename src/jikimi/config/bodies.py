"""How much a request may bring, and how long it may take to.

Django reads a whole body before any of our code runs, and writes what is long to a file. So this
stands before it: nothing that somebody typed reaches a disk, and nobody keeps a place in the
server by sending a letter a minute.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

MOST_BYTES = 2_600_000
"""More than any form of ours; less than what Django keeps in memory (2.5 MiB, 2,621,440)."""
SECONDS_TO_ARRIVE = 20.0

# In the portal's first two languages: nothing of the request has been read that would tell which.
_TOO_LONG = """너무 길어서 받을 수 없었어요. 보내지거나 남은 것은 없어요.
뒤로 가면 쓰신 글이 대개 남아 있어요. 줄여서 다시 보내 주세요.

This is too long to be taken in. Nothing was sent or kept.
Go back: what you typed is usually still there. Shorten it and send it again.
"""
_TOO_SLOW = """도착하는 데 너무 오래 걸렸어요. 보내지거나 남은 것은 없어요.
뒤로 가서 다시 보내 주세요.

This took too long to arrive. Nothing was sent or kept.
Go back and send it again.
"""

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
            return await _refuse(send, 413, _TOO_LONG)
        except TimeoutError:
            return await _refuse(send, 408, _TOO_SLOW)
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


async def _refuse(send: Send, status: int, words: str) -> None:
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"cache-control", b"no-store"),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": words.encode()})
