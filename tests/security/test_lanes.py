"""A crowd at the tip door keeps nobody else out."""

import asyncio

import pytest

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

    scope = {"type": "http", "method": "GET", "path": path}
    await application(scope, None, send)
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


async def turned_away(body: bytes, query: bytes = b"") -> tuple[int, str, dict[bytes, bytes]]:
    """Status, page and headers for a tip that comes when the line is full."""
    application, answers = with_a_lane_for_tips(Slow()), []
    crowd = [asyncio.create_task(ask(application, "/tip/")) for _ in range(AT_ONCE + MOST_WAITING)]
    for _ in range(5):
        await asyncio.sleep(0)

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message) -> None:
        answers.append(message)

    scope = {"type": "http", "method": "POST", "path": "/tip/", "query_string": query}
    await application(scope, receive, send)
    for task in crowd:
        task.cancel()
    await asyncio.gather(*crowd, return_exceptions=True)
    return answers[0]["status"], answers[1]["body"].decode(), dict(answers[0]["headers"])


def test_who_is_turned_away_keeps_what_was_typed_as_text_and_nothing_else() -> None:
    status, page, headers = asyncio.run(
        turned_away(b"place=t.me%2Froom&school=%22%3E%3Cscript%3E&evil=1&form=a.b%3Ac")
    )
    assert status == 503
    assert "Send the tip" in page
    assert 'href="/exit/?lang=en"' in page
    assert 'name="place" value="t.me/room"' in page
    assert 'value="&quot;&gt;&lt;script&gt;"' in page
    assert 'name="form" value="a.b:c"' in page
    assert "evil" not in page
    assert b"default-src 'none'" in headers[b"content-security-policy"]
    for odd in (b"place=" + b"a" * 9000, b"\xff\xfe", b"&" * 100, b"place=%ff%ed%a0%80"):
        assert asyncio.run(turned_away(odd))[0] == 503


@pytest.mark.parametrize(
    ("query", "body", "words"),
    [
        (b"lang=ja", b"place=x", "情報を送る"),
        (b"", b"lang=zh-hant&place=x", "送出線索"),
        (b"lang=en", b"lang=id&place=x", "Kirim informasi"),
    ],
)
def test_who_is_turned_away_is_told_in_the_language_of_the_page(query, body, words) -> None:
    _status, page, _headers = asyncio.run(turned_away(body, query))
    assert f"<button>{words}</button>" in page


@pytest.mark.parametrize("body", [b"", b"lang=en&code=0000-0000-0000-0"])
def test_who_only_opened_a_page_is_not_told_of_a_tip_that_was_not_sent(body: bytes) -> None:
    _status, page, _headers = asyncio.run(turned_away(body, b"lang=en"))
    assert "Wait a few seconds, then press again." in page
    assert "not sent" not in page
    assert "0000" not in page
    assert '<form method="get" action="/tip/"' in page
    assert '<input type="hidden" name="lang" value="en">' in page
