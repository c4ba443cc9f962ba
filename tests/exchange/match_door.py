"""The match service as a partner meets it: over HTTP, in this process."""

from collections.abc import Callable
from contextlib import nullcontext
from datetime import datetime
from typing import Any

import httpx
import psycopg
from asgiref.sync import async_to_sync
from django.db import connection

from jikimi.api.match.application import beside
from jikimi.api.match.service import MatchService
from jikimi.people.actions import add_partner
from jikimi.people.actions.partners import KeyText
from jikimi.people.partner_rules import LOOKUPS_A_SECOND, PartnerKind, Scope
from tests.exchange.log_of_lists import commit_positions


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def this_connection() -> Callable[[], Any]:
    """The test's own connection, in whose transaction everything happens, for every thread.

    It stays open when whoever asked for it is done.
    """
    connection.ensure_connection()
    held: psycopg.Connection = connection.connection
    return lambda: nullcontext(held)


async def nothing_else(_scope: object, _receive: object, _send: object) -> None:
    raise AssertionError("the request went to the pages")


class Door:
    """A service that has followed the log to its end, and a way to ask it."""

    def __init__(self, now: datetime, clock: Callable[[], float] | None = None) -> None:
        self.connect = this_connection()
        self.service = MatchService(self.connect, now=lambda: now, clock=clock or Clock())
        self.application = beside(nothing_else, self.service)

    def follow(self) -> "Door":
        commit_positions()
        with self.connect() as held:
            self.service.follower.catch_up(held)
        return self

    def ask(self, body: object, key: str = "", **headers: str) -> httpx.Response:
        return self.request("POST", "/api/v1/match", key, headers, json=body)

    def request(
        self, method: str, path: str, key: str = "", headers: Any = None, **sent: Any
    ) -> httpx.Response:
        async def go() -> httpx.Response:
            transport = httpx.ASGITransport(app=self.application)  # type: ignore[arg-type]
            async with httpx.AsyncClient(transport=transport, base_url="http://jikimi") as client:
                bearer = {"Authorization": f"Bearer {key}"} if key else {}
                return await client.request(
                    method, path, headers={**bearer, **(headers or {})}, **sent
                )

        # So that what is asked of Django is asked in this thread, whose transaction it is.
        return async_to_sync(go)()


def a_key(
    now: datetime,
    *scopes: Scope,
    name: str = "A platform",
    kind: PartnerKind = PartnerKind.PLATFORM,
    lookups: int = LOOKUPS_A_SECOND,
) -> KeyText:
    """A key with these scopes, or to match with."""
    given = add_partner(
        name, scopes=scopes or (Scope.MATCH,), kind=kind, lookups_a_second=lookups, now=now
    )
    return given.text
