"""Where partners hand fingerprints in and take lists away."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Final

import psycopg
from asgiref.sync import sync_to_async

from jikimi.api.match.fetching import changes_after, place_of
from jikimi.api.match.limits import RateLimits, Turns
from jikimi.api.match.list_wire import ChangesResponse, ShareResponse
from jikimi.api.match.problems import not_ready, too_busy
from jikimi.api.match.sharing import read_handed_in, take_in
from jikimi.exchange.errors import NotReadyYet
from jikimi.exchange.fetched import Place
from jikimi.exchange.following import Follower, HeldLists, KeyFacts
from jikimi_core.index import IndexFileError

FETCH_WEIGHS: Final = 100
"""Fingerprints of a key's rate that one page of changes counts as."""
SHARE_WEIGHS: Final = 1_000
"""The same, of a request that hands something in. Each wakes every process: send many at once."""


class ListDoor:
    """Shares its rates and turns with whoever matches."""

    def __init__(
        self,
        connect: Callable[[], psycopg.Connection],
        follower: Follower,
        *,
        limits: RateLimits,
        turns: Turns,
        now: Callable[[], datetime],
    ) -> None:
        self._connect = connect
        self._follower = follower
        self._limits = limits
        self._turns = turns
        self._now = now

    async def share(self, body: bytes, key: KeyFacts) -> ShareResponse:
        """Take in what a partner hands in. Raises Refused."""
        self._limits.take(key, SHARE_WEIGHS)
        handed = read_handed_in(body)
        async with self._turns.one(key.key):
            # In the one thread that keeps a connection of Django's for whoever has no request.
            await sync_to_async(take_in, thread_sensitive=True)(key.partner, handed, self._now())
        return handed.response()

    async def fetch(self, after: str | None, key: KeyFacts) -> ChangesResponse:
        """What changed on lists that a key may take away, after a place. Raises Refused."""
        place = place_of(after)
        self._limits.take(key, FETCH_WEIGHS)
        try:
            # First how far, then what: a list that is new meanwhile may be there, and none is not.
            up_to, held = self._follower.followed.position, self._follower.lists
        except NotReadyYet:
            raise not_ready() from None
        async with self._turns.one(key.key):
            return await asyncio.to_thread(self._fetched, place, up_to, held, key)

    def _fetched(
        self, after: Place | None, up_to: int, held: HeldLists, key: KeyFacts
    ) -> ChangesResponse:
        try:
            with self._connect() as connection:
                return changes_after(connection, after, up_to, held, key)
        except IndexFileError:
            self._follower.distrust()
            raise not_ready() from None
        except psycopg.Error:
            raise too_busy() from None
