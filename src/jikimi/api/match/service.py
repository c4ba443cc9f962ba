"""What the service is made of, and what it does in the background."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import psycopg

from jikimi.api.match.answering import (
    asking_for,
    in_order,
    later_response,
    lists_for,
    response_to,
    to_explain,
    to_remember,
    weight_of,
)
from jikimi.api.match.gathering import Asking, Gathering
from jikimi.api.match.limits import RateLimits, Turns
from jikimi.api.match.list_door import ListDoor
from jikimi.api.match.metrics import Metrics
from jikimi.api.match.problems import no_key, not_in_scope, not_ready, too_busy
from jikimi.api.match.tally import Taken, Tally
from jikimi.api.match.wire import LaterResponse, MatchRequest, MatchResponse
from jikimi.exchange.asked import ToldLate, read_later, write_asked
from jikimi.exchange.errors import NotReadyYet
from jikimi.exchange.finds import write_found
from jikimi.exchange.following import Follower, HeldLists, KeyFacts
from jikimi.exchange.following.reading import Behind, read_behind, read_entries
from jikimi.exchange.rules.answers import Answer, EntryFacts
from jikimi.people.actions import digest_of
from jikimi.people.partner_rules import Scope
from jikimi_core.index import IndexFileError

log = logging.getLogger(__name__)
WRITES_EVERY: Final = 1.0
FIGURES_WEIGH: Final = 25
"""Fingerprints of a key's rate that a look at the figures counts as."""
_BEARER: Final = "bearer "
_MANY: Final = 1_000
"""Matches whose answer takes so long to put together that others would wait for it."""


class MatchService:
    """Answers partners from lists that it follows. `start` and `stop` it in one event loop."""

    def __init__(
        self,
        connect: Callable[[], psycopg.Connection],
        *,
        folder: Path | None = None,
        key: bytes | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._connect = connect
        self._now = now
        self.follower = Follower(connect, folder=folder, key=key, clock=clock)
        self.metrics = Metrics()
        self.tally = Tally()
        self._flooding: frozenset[int] = frozenset()
        self._limits = RateLimits(clock)
        self._gathering = Gathering()
        self._turns = Turns()
        self.list_door = ListDoor(
            connect, self.follower, limits=self._limits, turns=self._turns, now=now
        )
        self.metrics.waiting.set_function(lambda: self._gathering.waiting + self._turns.waiting)
        self._writing: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin to follow the lists and to write down what is found."""
        self.follower.start()
        self._writing = asyncio.create_task(self._write_now_and_then())

    async def stop(self) -> None:
        """Stop following; write down what is left."""
        if self._writing is not None:
            self._writing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._writing
        await asyncio.to_thread(self.follower.stop)
        await asyncio.to_thread(self.write_down)

    def admit(self, authorization: str, scope: Scope) -> KeyFacts:
        """Whose key it is. Raises Refused without one, without the scope, or before all is read."""
        try:
            keys = self.follower.keys
        except NotReadyYet:
            raise not_ready() from None
        if authorization[: len(_BEARER)].lower() != _BEARER:
            raise no_key()
        key = keys.get(digest_of(authorization[len(_BEARER) :].strip()))
        if key is None:
            raise no_key()
        if scope not in key.scopes:
            raise not_in_scope(scope)
        return key

    async def match(self, request: MatchRequest, key: KeyFacts) -> MatchResponse:
        """Answer a batch. Raises Refused."""
        if Scope.LATER not in key.scopes and any(one.reference for one in request.fingerprints):
            raise not_in_scope(Scope.LATER)
        self._limits.take(key, weight_of(request))
        held = self._held()
        asking = asking_for(request, held, lists_for(key, request.lists, held), key)
        found = await self._search(asking) if asking else []
        answers = in_order(request, found)
        known = await self._explained(to_explain(request, answers), key)
        if sum(len(answer.hits) for answer in answers) > _MANY:
            return await asyncio.to_thread(self._told, request, key, answers, known)
        return self._told(request, key, answers, known)

    async def _search(self, asking: Asking) -> list[Answer]:
        try:
            return await self._gathering.search(asking)
        except IndexFileError:
            self.follower.distrust()
            raise not_ready() from None

    async def _explained(self, entries: list[int], key: KeyFacts) -> Mapping[int, EntryFacts]:
        if not entries:
            return {}
        async with self._turns.one(key.key):
            return await asyncio.to_thread(self._read_entries, entries)

    def _told(
        self,
        request: MatchRequest,
        key: KeyFacts,
        answers: list[Answer],
        known: Mapping[int, EntryFacts],
    ) -> MatchResponse:
        now = self._now()
        self.tally.count(key.partner, answers, now)
        asked = to_remember(request, answers, key, now)
        numbers = list(asked)
        left_out = frozenset(numbers[one] for one in self.tally.remember(asked.values()))
        self.metrics.fingerprints.inc(len(request.fingerprints))
        self.metrics.matches.inc(sum(len(answer.hits) for answer in answers))
        return response_to(request, answers, known, left_out)

    async def later(self, after: int, key: KeyFacts) -> LaterResponse:
        """What was listed near what this partner had remembered. Raises Refused."""
        self._limits.take(key, 1)
        held = self._held()
        async with self._turns.one(key.key):
            late = await asyncio.to_thread(self._read_later, key.partner, after)
        return later_response(late, key, held, after)

    def _read_later(self, partner: int, after: int) -> list[ToldLate]:
        try:
            with self._connect() as connection:
                return read_later(connection, partner, after)
        except psycopg.Error:
            raise too_busy() from None

    async def figures(self, key: KeyFacts) -> bytes:
        """What is counted, in Prometheus' text format. Raises Refused."""
        self._limits.take(key, FIGURES_WEIGH)
        async with self._turns.one(key.key):
            behind = await asyncio.to_thread(self._read_behind)
        try:
            return self.metrics.written(self.follower, behind, self._now())
        except NotReadyYet:
            raise not_ready() from None

    def _read_behind(self) -> Behind | None:
        try:
            with self._connect() as connection:
                return read_behind(connection, self.follower.followed.position)
        except psycopg.Error:
            return None

    def _held(self) -> HeldLists:
        try:
            return self.follower.lists
        except NotReadyYet:
            raise not_ready() from None

    def write_down(self) -> None:
        """Write what was found since the last time, and apart from it what was asked.

        While the database cannot be reached it is kept for the next time. What the database refuses
        is written for each partner by itself, and what is refused then is dropped: tried again it
        would be refused again, and all that comes after with it.
        """
        taken = self.tally.take()
        self._tell_of_floods(dict(taken.left_out))
        self._write(Taken(found=taken.found, asked=()))
        self._write(Taken(found=(), asked=taken.asked))

    def _tell_of_floods(self, left_out: Mapping[int, int]) -> None:
        """Count what there was no room for; a line in the log where a partner's flood begins."""
        self.metrics.left_out.inc(sum(left_out.values()))
        for partner in left_out.keys() - self._flooding:
            log.warning("there is no room for all that partner %d finds or asks to keep", partner)
        self._flooding = frozenset(left_out)

    def _write(self, taken: Taken) -> None:
        if not (taken.found or taken.asked):
            return
        try:
            with self._connect() as connection, connection.transaction():
                if taken.found:
                    write_found(connection, taken.found)
                if taken.asked:
                    write_asked(connection, taken.asked)
        except (psycopg.OperationalError, psycopg.InterfaceError) as trouble:
            self.tally.give_back(taken)
            log.warning("what was found cannot be written down now (%s)", type(trouble).__name__)
        except psycopg.Error as trouble:
            each = taken.by_partner()
            if len(each) > 1:
                for one in each:
                    self._write(one)
            else:
                rows = len(taken.found) + len(taken.asked)
                log.warning("%d finds were refused and dropped (%s)", rows, type(trouble).__name__)

    async def _write_now_and_then(self) -> None:
        while True:
            await asyncio.sleep(WRITES_EVERY)
            try:
                await asyncio.to_thread(self.write_down)
            except Exception:  # a loop that ended would never write anything down again
                log.exception("what was found could not be written down")

    def _read_entries(self, ids: list[int]) -> Mapping[int, EntryFacts]:
        try:
            with self._connect() as connection:
                return read_entries(connection, ids)
        except psycopg.Error:
            raise too_busy() from None
