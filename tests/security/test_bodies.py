"""What stands before Django: a body that never ends, and one that is never there."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from django.conf import global_settings

from jikimi.config import bodies
from jikimi.config.bodies import MOST_BYTES, with_bounded_bodies

Message = dict[str, Any]


def ask(receive: Callable[[], Awaitable[Message]], *headers: tuple[bytes, bytes]) -> list[Message]:
    """What is answered, by an application that says back what it was given."""
    said: list[Message] = []

    async def echo(_scope: Any, receive: Any, send: Any) -> None:
        body, more = b"", True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": body})

    async def send(message: Any) -> None:
        said.append(message)

    scope: Message = {"type": "http", "headers": list(headers)}
    asyncio.run(with_bounded_bodies(echo)(scope, receive, send))
    return said


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

    assert ask(receive)[0]["status"] == 413
    assert taken <= MOST_BYTES + 100_000


@pytest.mark.parametrize("length", [b"2600001", b"9" * 5000])
def test_a_body_that_says_it_is_too_long_is_not_read(length: bytes) -> None:
    async def receive() -> Message:
        raise AssertionError("read")

    head, body = ask(receive, (b"content-length", length))
    assert head["status"] == 413
    assert "too long" in body["body"].decode()


@pytest.mark.parametrize(
    ("head", "accepted", "words"),
    [
        (b"lang=ja&step=words", b"ko", "長すぎて"),
        (b"lang=zh-hant&step=words", b"", "太長"),
        (b"step=words", b"fr;q=0.9, id-ID, en;q=0.5", "terlalu panjang"),
        (b"", b"ko-KR,ko;q=0.9", "너무 길어서"),
        (b"lang=" + bytes([255]) * 50, b"*", "too long"),
    ],
)
def test_what_is_too_long_is_refused_in_her_language(
    head: bytes, accepted: bytes, words: str
) -> None:
    async def receive() -> Message:
        return {"type": "http.request", "body": head.ljust(1_300_001), "more_body": True}

    said = ask(receive, (b"accept-language", accepted))
    assert words in said[1]["body"].decode()


def test_a_body_that_never_comes_gives_its_place_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "SECONDS_TO_ARRIVE", 0.05)

    async def receive() -> Message:
        await asyncio.Event().wait()
        raise AssertionError("never")

    assert ask(receive)[0]["status"] == 408
