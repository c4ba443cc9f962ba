"""A crowd at the tip door keeps nobody else out."""

import asyncio

from jikimi.config.lanes import AT_ONCE, MOST_WAITING, with_a_lane_for_tips


class Slow:
    """An application whose answers wait until they are let go."""

    def __init__(self) -> None:
        self.go = asyncio.Event()
        self.under_way = 0
        self.most = 0

    async def __call__(self, scope, receive, send) -> None:
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        if scope["path"] != "/report/":
            await self.go.wait()
        self.under_way -= 1
        await send({"type": "http.response.start", "status": 200, "headers": []})


async def ask(application, path: str) -> int:
    """The status of the answer."""
    answers = []

    async def send(message) -> None:
        answers.append(message)

    await application({"type": "http", "path": path}, None, send)
    return answers[0]["status"]


async def crowd() -> tuple[list[int], int, int]:
    slow = Slow()
    application = with_a_lane_for_tips(slow)
    tips = [asyncio.create_task(ask(application, "/tip/")) for _ in range(200)]
    for _ in range(5):
        await asyncio.sleep(0)
    report = await ask(application, "/report/")
    slow.go.set()
    return await asyncio.gather(*tips), report, slow.most


def test_a_crowd_of_tips_waits_in_a_short_line_and_a_report_goes_by() -> None:
    statuses, report, most = asyncio.run(crowd())
    assert report == 200
    assert most == AT_ONCE + 1
    assert statuses.count(200) == AT_ONCE + MOST_WAITING
    assert statuses.count(503) == 200 - AT_ONCE - MOST_WAITING


def test_a_teller_who_leaves_while_waiting_gives_the_place_free() -> None:
    async def leave_and_come() -> list[int]:
        slow = Slow()
        application = with_a_lane_for_tips(slow)
        for _ in range(3 * MOST_WAITING):
            task = asyncio.create_task(ask(application, "/tip/"))
            await asyncio.sleep(0)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        slow.go.set()
        return [await ask(application, "/tip/") for _ in range(5)]

    assert asyncio.run(leave_and_come()) == [200] * 5
