"""Under too much at once some are sent away at once, and nobody waits without end."""

import asyncio
from datetime import datetime
from http import HTTPStatus

import pytest

from jikimi.api.match.limits import BURST_SECONDS, RateLimits, Turns
from jikimi.api.match.problems import Refused
from jikimi.api.match.tally import MOST_KEPT_OF_ONE, Taken, Tally
from jikimi.exchange.finds import FoundNow
from jikimi.exchange.following import KeyFacts
from jikimi.exchange.rules.lists import AskerKind
from tests.exchange.match_door import Clock


def a_flood(now: datetime, first: int) -> Taken:
    """As many finds of one partner as are held, from this entry on."""
    return Taken(
        found=tuple(
            FoundNow(partner=1, entry=first + number, list_=1, times=1, nearest=0, at=now)
            for number in range(MOST_KEPT_OF_ONE)
        ),
        asked=(),
    )


def test_what_is_given_back_again_and_again_takes_no_more_room(now: datetime) -> None:
    tally = Tally()
    tally.give_back(a_flood(now, 0))
    tally.give_back(a_flood(now, 1))
    held = {one.entry: one.times for one in tally.take().found}
    assert len(held) == MOST_KEPT_OF_ONE
    assert (held[0], held[1]) == (1, 2)


def a_key(number: int, lookups: int) -> KeyFacts:
    return KeyFacts(
        key=number,
        partner=1,
        asker=AskerKind.PLATFORM,
        scopes=frozenset(),
        lookups_a_second=lookups,
    )


def test_who_comes_when_too_many_wait_is_sent_away_at_once() -> None:
    async def story() -> list[str]:
        turns, told = Turns(at_once=1, most_waiting=1), []

        async def wait_for_a_turn() -> None:
            async with turns.one(1):
                told.append("the second had its turn")

        async with turns.one(1):
            second = asyncio.create_task(wait_for_a_turn())
            while not turns.waiting:
                await asyncio.sleep(0)
            with pytest.raises(Refused) as refused:
                async with turns.one(1):
                    told.append("the third had a turn")
            assert refused.value.status is HTTPStatus.SERVICE_UNAVAILABLE
            assert refused.value.retry_after
        await second
        return told

    assert asyncio.run(story()) == ["the second had its turn"]


def test_a_turn_comes_free_when_a_search_fails() -> None:
    async def story() -> None:
        turns = Turns(at_once=1, most_waiting=1)
        for _ in range(3):
            with pytest.raises(ZeroDivisionError):
                async with turns.one(1):
                    raise ZeroDivisionError

    asyncio.run(story())


class Line:
    """Those who wait for the one turn there is, and in which order they had it."""

    def __init__(self, most_of_one: int = 8) -> None:
        self.turns = Turns(at_once=1, most_of_one=most_of_one)
        self.had: list[int] = []

    async def _wait(self, key: int) -> None:
        async with self.turns.one(key):
            self.had.append(key)

    async def join(self, *keys: int) -> list[asyncio.Task[None]]:
        """Let these keys wait, one behind the other."""
        joined = []
        for key in keys:
            expected = self.turns.waiting + 1
            joined.append(asyncio.create_task(self._wait(key)))
            while self.turns.waiting < expected:
                await asyncio.sleep(0)
        return joined


def test_keys_take_turns_whoever_of_them_waits_more_often() -> None:
    async def story() -> list[int]:
        line = Line()
        async with line.turns.one(1):
            waiting = await line.join(1, 1, 1, 2, 3)
        await asyncio.gather(*waiting)
        return line.had

    assert asyncio.run(story()) == [1, 2, 3, 1, 1]


def test_one_key_does_not_take_every_place_to_wait() -> None:
    async def story() -> list[int]:
        line = Line(most_of_one=1)
        async with line.turns.one(1):
            waiting = await line.join(1)
            with pytest.raises(Refused) as refused:
                async with line.turns.one(1):
                    line.had.append(1)
            assert refused.value.status is HTTPStatus.SERVICE_UNAVAILABLE
            waiting += await line.join(2)
        await asyncio.gather(*waiting)
        return line.had

    assert asyncio.run(story()) == [1, 2]


def test_who_is_gone_keeps_no_place_and_no_turn() -> None:
    async def story() -> list[int]:
        line = Line()
        async with line.turns.one(1):
            gone, last, other = await line.join(1, 1, 2)
            gone.cancel()
            await asyncio.wait([gone])
            assert line.turns.waiting == 2
        last.cancel()  # its turn was given to it just now
        await asyncio.wait([last, other])
        assert (gone.cancelled(), last.cancelled(), line.turns.waiting) == (True, True, 0)
        async with line.turns.one(3):
            line.had.append(3)
        return line.had

    assert asyncio.run(story()) == [2, 3]


def test_a_batch_larger_than_the_rate_is_let_in_and_owed() -> None:
    clock = Clock()
    limits, key = RateLimits(clock), a_key(1, lookups=10)
    limits.take(key, 1_000)
    with pytest.raises(Refused) as refused:
        limits.take(key, 1)
    assert refused.value.status is HTTPStatus.TOO_MANY_REQUESTS
    assert refused.value.retry_after == (1_000 - BURST_SECONDS * 10) / 10
    clock.seconds += refused.value.retry_after
    with pytest.raises(Refused):
        limits.take(key, 1)
    clock.seconds += 1
    limits.take(key, 1)


def test_one_keys_flood_is_not_anothers() -> None:
    limits = RateLimits(Clock())
    limits.take(a_key(1, lookups=1), 1_000)
    limits.take(a_key(2, lookups=1), 1)
