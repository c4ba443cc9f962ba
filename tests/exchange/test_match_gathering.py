"""Requests that wait at the same time are searched for together, and each gets its own answer."""

import asyncio
import threading
from collections.abc import Collection
from dataclasses import replace
from http import HTTPStatus

import numpy as np
import pytest
from numpy.typing import NDArray

from jikimi.api.match.gathering import MOST_TOGETHER, Asking, Gathering
from jikimi.api.match.problems import Refused
from jikimi.exchange.copying import ListedRows
from jikimi.exchange.following import HeldLists
from jikimi.exchange.rules.answers import Answer
from jikimi.exchange.rules.lists import Audience, ListFacts, Origin, Purpose
from tests.reports import PDQ

OTHER = bytes(255 - byte for byte in PDQ)
LONG_ENOUGH = 60.0


def a_list(number: int) -> ListFacts:
    return ListFacts(
        id=number,
        name=f"list-{number}",
        origin=Origin.IMPORTED,
        purpose=Purpose.MATCH,
        audience=Audience.PLATFORMS,
    )


ONE, TWO = a_list(1), a_list(2)


def rows(*hashes: bytes) -> NDArray[np.uint8]:
    return np.frombuffer(b"".join(hashes), np.uint8).reshape(-1, 32)


class HeldUp(HeldLists):
    """List 1 holds PDQ, list 2 the other. Searches say that they began, and wait."""

    def __init__(self) -> None:
        super().__init__()
        self.may_go = threading.Event()
        self.began: list[int] = []
        self.know({1: ONE, 2: TWO}, frozenset())
        ids = np.array([11, 22], np.uint64)
        self.add(ListedRows(ids=ids, hashes=rows(PDQ, OTHER), lists=np.array([1, 2])))

    def search(
        self, hashes: NDArray[np.uint8], radii: NDArray[np.int64], lists: Collection[ListFacts]
    ) -> list[Answer]:
        self.began.append(len(hashes))
        assert self.may_go.wait(LONG_ENOUGH)
        return super().search(hashes, radii, lists)


def asking(held: HeldLists, *hashes: bytes, lists: tuple[ListFacts, ...] = (ONE,)) -> Asking:
    radii = np.zeros(len(hashes), np.int64)
    return Asking(held=held, lists=lists, hashes=rows(*hashes), radii=radii)


def entries(answers: list[Answer]) -> list[list[int]]:
    return [[hit.entry for hit in answer.hits] for answer in answers]


async def until_one_searches(held: HeldUp) -> None:
    while not held.began:
        await asyncio.sleep(0)


async def until_so_many_wait(gathering: Gathering, count: int) -> None:
    while gathering.waiting < count:
        await asyncio.sleep(0)


def test_what_comes_while_a_search_runs_goes_into_the_next_together() -> None:
    async def story() -> None:
        held, gathering = HeldUp(), Gathering(at_once=1)
        first = asyncio.create_task(gathering.search(asking(held, PDQ)))
        await until_one_searches(held)
        later = [
            asyncio.create_task(gathering.search(one))
            for one in (
                asking(held, OTHER, PDQ),
                asking(held, PDQ),
                asking(held, PDQ, OTHER, lists=(TWO,)),
            )
        ]
        await until_so_many_wait(gathering, 3)
        held.may_go.set()
        assert entries(await first) == [[11]]
        assert [entries(await one) for one in later] == [[[], [11]], [[11]], [[], [22]]]
        assert held.began == [1, 2, 2]  # one search for each choice of lists, each once in it

    asyncio.run(story())


def test_a_large_request_is_searched_for_by_itself() -> None:
    async def story() -> None:
        held, gathering = HeldUp(), Gathering(at_once=1)
        first = asyncio.create_task(gathering.search(asking(held, PDQ)))
        await until_one_searches(held)
        many = [number.to_bytes(32) for number in range(MOST_TOGETHER)]
        large = asyncio.create_task(gathering.search(asking(held, *many)))
        small = asyncio.create_task(gathering.search(asking(held, PDQ)))
        await until_so_many_wait(gathering, 2)
        held.may_go.set()
        await asyncio.gather(first, large, small)
        assert held.began == [1, MOST_TOGETHER, 1]

    asyncio.run(story())


def test_who_comes_when_too_many_wait_is_sent_away_at_once() -> None:
    async def story() -> None:
        held, gathering = HeldUp(), Gathering(at_once=1, most_waiting=1)
        first = asyncio.create_task(gathering.search(asking(held, PDQ)))
        await until_one_searches(held)
        second = asyncio.create_task(gathering.search(asking(held, PDQ)))
        await until_so_many_wait(gathering, 1)
        with pytest.raises(Refused) as refused:
            await gathering.search(asking(held, PDQ))
        assert refused.value.status is HTTPStatus.SERVICE_UNAVAILABLE
        assert refused.value.retry_after
        held.may_go.set()
        assert entries(await first) == entries(await second) == [[11]]

    asyncio.run(story())


def test_one_key_does_not_take_every_place() -> None:
    async def story() -> None:
        held, gathering = HeldUp(), Gathering(at_once=1, most_of_one=1)
        first = asyncio.create_task(gathering.search(asking(held, PDQ)))
        await until_one_searches(held)
        second = asyncio.create_task(gathering.search(asking(held, PDQ)))
        await until_so_many_wait(gathering, 1)
        with pytest.raises(Refused):
            await gathering.search(asking(held, PDQ))
        other = asyncio.create_task(gathering.search(replace(asking(held, PDQ), key=2)))
        await until_so_many_wait(gathering, 2)
        held.may_go.set()
        assert [entries(await one) for one in (first, second, other)] == [[[11]]] * 3

    asyncio.run(story())


def test_who_asks_for_much_waits_behind_who_asks_for_little() -> None:
    async def story() -> None:
        held, gathering = HeldUp(), Gathering(at_once=1)
        many = asking(held, *[number.to_bytes(32) for number in range(MOST_TOGETHER)])
        asked = [many, many, many, replace(asking(held, PDQ), key=2)]
        tasks = []
        for number, one in enumerate(asked):
            tasks.append(asyncio.create_task(gathering.search(one)))
            await (until_so_many_wait(gathering, number) if number else until_one_searches(held))
        held.may_go.set()
        await asyncio.gather(*tasks)
        assert held.began == [MOST_TOGETHER, MOST_TOGETHER, 1, MOST_TOGETHER]

    asyncio.run(story())


def test_nothing_is_searched_for_whoever_is_gone() -> None:
    async def story() -> None:
        held, gathering = HeldUp(), Gathering(at_once=1)
        first = asyncio.create_task(gathering.search(asking(held, PDQ)))
        await until_one_searches(held)
        gone = asyncio.create_task(gathering.search(asking(held, OTHER, OTHER)))
        last = asyncio.create_task(gathering.search(asking(held, PDQ)))
        await until_so_many_wait(gathering, 2)
        gone.cancel()
        with pytest.raises(asyncio.CancelledError):
            await gone
        held.may_go.set()
        assert entries(await first) == entries(await last) == [[11]]
        assert held.began == [1, 1]

    asyncio.run(story())


def test_a_search_that_fails_is_told_to_who_asked_and_the_next_goes_on() -> None:
    async def story() -> None:
        held, gathering = HeldUp(), Gathering(at_once=1)
        held.may_go.set()
        whole = asking(held, PDQ)
        too_short = replace(whole, hashes=np.zeros((1, 31), np.uint8))
        with pytest.raises(ValueError, match="32"):
            await gathering.search(too_short)
        assert entries(await gathering.search(whole)) == [[11]]

    asyncio.run(story())
