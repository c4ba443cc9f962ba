"""The ASGI application: the match service's addresses, checked and answered."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

import msgspec

from jikimi.api.match import wire
from jikimi.api.match.openapi import description
from jikimi.api.match.problems import Refused, cannot_be_read, too_long, too_slow
from jikimi.api.match.service import MatchService
from jikimi.exchange.following import KeyFacts
from jikimi.people.partner_rules import Scope

MATCH: Final = "/api/v1/match"
DESCRIPTION: Final = "/api/v1/openapi.json"
METRICS: Final = "/metrics"
LATER: Final = "/api/v1/later"
PRINTS: Final = "/api/v1/prints"
CHANGES: Final = "/api/v1/changes"
MOST_BYTES: Final = 262_144
SECONDS_TO_ARRIVE: Final = 10.0
_JSON: Final = b"application/json"
_DIGITS: Final = 18

AsgiScope = dict[str, Any]  # ASGI's own form
Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[AsgiScope, Receive, Send], Awaitable[None]]


class Answered(msgspec.Struct, frozen=True):
    """A whole answer."""

    status: HTTPStatus
    body: bytes
    kind: bytes = _JSON
    headers: tuple[tuple[bytes, bytes], ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class _Asked:
    """A request whose body may still be on its way."""

    headers: Mapping[bytes, bytes]
    query: bytes
    receive: Receive

    @property
    def authorization(self) -> str:
        return self.headers.get(b"authorization", b"").decode("latin-1")

    @property
    def after(self) -> str | None:
        """What `after` says, the one word that a query may have. Raises Refused."""
        name, _, told = self.query.decode("latin-1").partition("=")
        if not self.query:
            return None
        if name != "after":
            raise cannot_be_read("The only thing to ask with is ?after=.")
        return told


Door = Callable[[MatchService, _Asked], Awaitable[Answered]]


def beside(inner: Application, service: MatchService) -> Application:
    """The same application, with the match service's addresses and its life beside it."""

    async def application(scope: AsgiScope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _live(service, receive, send)
        elif scope["type"] == "http" and scope["path"] in _DOORS:
            await _answer(service, scope, receive, send)
        else:
            await inner(scope, receive, send)

    return application


async def _live(service: MatchService, receive: Receive, send: Send) -> None:
    """The lifespan protocol: begin with the server, and end with it."""
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            await service.start()
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            await service.stop()
            await send({"type": "lifespan.shutdown.complete"})
            return


async def _answer(service: MatchService, scope: AsgiScope, receive: Receive, send: Send) -> None:
    try:
        answered = await _answered(service, scope, receive)
    except Refused as refused:
        answered = _refusal(refused)
    service.metrics.answers.labels(str(answered.status.value)).inc()
    headers = [
        (b"content-type", answered.kind),
        (b"content-length", str(len(answered.body)).encode()),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
        *answered.headers,
    ]
    status = answered.status.value
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": answered.body})


async def _answered(service: MatchService, scope: AsgiScope, receive: Receive) -> Answered:
    method, answer = _DOORS[scope["path"]]
    if scope["method"] != method:
        refusal = _refusal(Refused(HTTPStatus.METHOD_NOT_ALLOWED, "Ask with another method."))
        return msgspec.structs.replace(refusal, headers=((b"allow", method.encode()),))
    headers = dict(scope["headers"])
    asked = _Asked(headers=headers, query=scope["query_string"], receive=receive)
    return await answer(service, asked)


async def _describe(_service: MatchService, _asked: _Asked) -> Answered:
    return Answered(HTTPStatus.OK, description())


async def _tell_figures(service: MatchService, asked: _Asked) -> Answered:
    figures = await service.figures(service.admit(asked.authorization, Scope.METRICS))
    return Answered(HTTPStatus.OK, figures, b"text/plain; version=0.0.4; charset=utf-8")


async def _tell_later(service: MatchService, asked: _Asked) -> Answered:
    key = service.admit(asked.authorization, Scope.LATER)
    late = await service.later(_number(asked.after), key)
    return Answered(HTTPStatus.OK, wire.write(late))


async def _take_in(service: MatchService, asked: _Asked) -> Answered:
    key = service.admit(asked.authorization, Scope.SHARE)
    shared = await service.list_door.share(await _body(asked), key)
    return Answered(HTTPStatus.OK, wire.write(shared))


async def _hand_over(service: MatchService, asked: _Asked) -> Answered:
    key = service.admit(asked.authorization, Scope.FETCH)
    changes = await service.list_door.fetch(asked.after, key)
    return Answered(HTTPStatus.OK, wire.write(changes))


async def _match(service: MatchService, asked: _Asked) -> Answered:
    key = service.admit(asked.authorization, Scope.MATCH)
    return await _matched(service, _read(await _body(asked)), key)


_DOORS: Final[Mapping[str, tuple[str, Door]]] = {
    MATCH: ("POST", _match),
    LATER: ("GET", _tell_later),
    PRINTS: ("POST", _take_in),
    CHANGES: ("GET", _hand_over),
    DESCRIPTION: ("GET", _describe),
    METRICS: ("GET", _tell_figures),
}


async def _matched(service: MatchService, request: wire.MatchRequest, key: KeyFacts) -> Answered:
    """Answer a batch and count how long that took, or how long it took to refuse it."""
    began, status = time.perf_counter(), HTTPStatus.INTERNAL_SERVER_ERROR
    try:
        response = wire.write(await service.match(request, key))
        status = HTTPStatus.OK
    except Refused as refused:
        status = refused.status
        raise
    finally:
        took = time.perf_counter() - began
        service.metrics.seconds.labels(str(status.value)).observe(took)
    return Answered(HTTPStatus.OK, response)


def _number(after: str | None) -> int:
    if after is None:
        return 0
    if not (after.isascii() and after.isdigit()) or len(after) > _DIGITS:
        raise cannot_be_read("Ask with ?after= and the number under next, or without.")
    return int(after)


def _read(body: bytes) -> wire.MatchRequest:
    try:
        return wire.read_request(body)
    except RecursionError:
        raise cannot_be_read("It is nested too deeply.") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        # Its words name the field and what was expected; of a fingerprint they repeat nothing.
        raise cannot_be_read(f"{error}.") from None


async def _body(asked: _Asked) -> bytes:
    declared = asked.headers.get(b"content-length", b"")
    if declared.isdigit() and int(declared[:20]) > MOST_BYTES:
        raise too_long(MOST_BYTES)
    held = bytearray()
    try:
        async with asyncio.timeout(SECONDS_TO_ARRIVE):
            while True:
                message = await asked.receive()
                held += message.get("body", b"")
                if len(held) > MOST_BYTES:
                    raise too_long(MOST_BYTES)
                if message["type"] != "http.request" or not message.get("more_body"):
                    return bytes(held)
    except TimeoutError:
        raise too_slow() from None


def _refusal(refused: Refused) -> Answered:
    problem = wire.Problem(
        status=refused.status.value, title=refused.status.phrase, detail=refused.detail
    )
    retry = refused.retry_after
    headers = [(b"retry-after", str(retry).encode())] if retry is not None else []
    if refused.status is HTTPStatus.UNAUTHORIZED:
        headers.append((b"www-authenticate", b"Bearer"))
    return Answered(
        refused.status, wire.write(problem), b"application/problem+json", tuple(headers)
    )
