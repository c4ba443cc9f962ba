"""What stands before Django: a body that never ends, and one that is never there."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import cache
from typing import Any

import pytest
from django.conf import global_settings
from django.core.asgi import get_asgi_application

from jikimi.config import bodies
from jikimi.config.bodies import MOST_BYTES, Application, with_bounded_bodies
from jikimi.web.cookies import LEFT

Message = dict[str, Any]


@cache
def the_house() -> Application:
    """What answers once this lets a request by."""
    return get_asgi_application()


async def echo(_scope: Any, receive: Any, send: Any) -> None:
    """An application that says back what it was given."""
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": body})


def ask(
    receive: Callable[[], Awaitable[Message]],
    *headers: tuple[bytes, bytes],
    of: Application = echo,
) -> list[Message]:
    """What is answered."""
    said: list[Message] = []

    async def send(message: Any) -> None:
        said.append(message)

    scope: Message = {
        "type": "http",
        "method": "POST",
        "path": "/report/",
        "headers": [(b"host", b"127.0.0.1"), *headers],
    }
    asyncio.run(with_bounded_bodies(of)(scope, receive, send))
    return said


def page_of(said: list[Message]) -> str:
    return b"".join(message.get("body", b"") for message in said).decode()


def test_whatever_is_let_in_stays_in_memory() -> None:
    assert MOST_BYTES < global_settings.FILE_UPLOAD_MAX_MEMORY_SIZE


def test_an_ordinary_form_arrives_whole_and_in_order() -> None:
    parts = iter([(b"lang=", True), (b"ko", True), (b"&x=1", False)])

    async def receive() -> Message:
        body, more = next(parts)
        return {"type": "http.request", "body": body, "more_body": more}

    assert ask(receive)[1]["body"] == b"lang=ko&x=1"


def test_a_body_without_end_is_broken_off() -> None:
    taken = 0

    async def receive() -> Message:
        nonlocal taken
        taken += 100_000
        return {"type": "http.request", "body": bytes(100_000), "more_body": True}

    assert ask(receive, of=the_house())[0]["status"] == 413
    assert taken <= MOST_BYTES + 100_000


@pytest.mark.parametrize("length", [b"2600001", b"9" * 5000])
def test_a_body_that_says_it_is_too_long_is_not_read(length: bytes) -> None:
    async def receive() -> Message:
        raise AssertionError("read")

    said = ask(receive, (b"content-length", length), of=the_house())
    assert said[0]["status"] == 413
    assert "too long" in page_of(said)


def test_the_page_that_refuses_is_the_portals_own() -> None:
    """With Exit, with the headers of every answer, and asked for without what was sent."""

    async def receive() -> Message:
        raise AssertionError("read")

    length = (b"content-length", b"2600001")
    said = ask(receive, length, (b"accept-language", b"ko"), of=the_house())
    headers = {name.lower(): value for name, value in said[0]["headers"]}
    assert headers[b"connection"] == b"close"
    assert headers[b"cache-control"] == b"no-store"
    assert headers[b"content-language"] == b"ko"
    assert b"default-src 'none'" in headers[b"content-security-policy"]
    assert headers[b"x-frame-options"] == b"DENY"
    assert 'class="exit" href="/exit/?lang=ko"' in page_of(said)


def test_whoever_has_left_gets_no_page_for_it() -> None:
    async def receive() -> Message:
        raise AssertionError("read")

    length, left = (b"content-length", b"2600001"), (b"cookie", f"{LEFT}=1".encode())
    said = ask(receive, length, left, of=the_house())
    assert said[0]["status"] == 302
    assert page_of(said) == ""


@pytest.mark.parametrize(
    ("head", "accepted", "words"),
    [
        (b"lang=ja&step=words", b"ko", "長すぎて"),
        (b"lang=zh-hant&step=words", b"", "太長"),
        (b"step=words", b"fr;q=0.9, id-ID, en;q=0.5", "Terlalu panjang"),
        (b"", b"ko-KR,ko;q=0.9", "너무 길어서"),
        (b"lang=" + bytes([255]) * 50, b"*", "too long"),
    ],
)
def test_what_is_too_long_is_refused_in_her_language(
    head: bytes, accepted: bytes, words: str
) -> None:
    async def receive() -> Message:
        return {"type": "http.request", "body": head.ljust(1_300_001), "more_body": True}

    said = ask(receive, (b"accept-language", accepted), of=the_house())
    assert words in page_of(said)


def test_a_body_that_never_comes_gives_its_place_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "SECONDS_TO_ARRIVE", 0.05)

    async def receive() -> Message:
        await asyncio.Event().wait()
        raise AssertionError("never")

    said = ask(receive, of=the_house())
    assert said[0]["status"] == 408
    assert "This took too long to arrive" in page_of(said)
