"""A hundred tips a second from programs, honest people among them, and the report door beside it.

`python -m bench.tip_flood [SECONDS] [paying]` against a real house on loopback with its own
PostgreSQL. Programs fetch a form once for ten posts, prove nothing and do not wait. With `paying`
they pay as a person does: a form for each post, and for one in five the sum that the page asks for,
for the others the wait. Honest people take some seconds to fill the page in; half of them run the
page's script, half wait as the page asks.
"""

import asyncio
import random
import re
import sys
import time
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from hashlib import sha256
from html import unescape
from statistics import quantiles
from urllib.parse import urlencode, urlsplit

import psycopg

from jikimi.cli.database import database_for
from jikimi.cli.demo.processes import Product, product, standin
from jikimi.cli.demo.story import PICTURE
from tests.folders import reachable_folder

FLOOD_A_SECOND = 100
PAYING_A_SECOND = 50
HONEST_A_SECOND = 2
CALM_SECONDS = 10
GIVES_UP_AFTER = 90.0
WAITS = 21.0
"""A second more than the page asks for."""
_HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')
_BITS = re.compile(r'data-bits="(\d+)"')
_AFTER = re.compile(r"retry-after: (\d+)", re.IGNORECASE)
_ROWS = """
SELECT count(*) FILTER (WHERE address LIKE '%/flood_%'),
       count(*) FILTER (WHERE address LIKE '%/honest_%'),
       pg_total_relation_size('intake_tip')
FROM intake_tip
"""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A status, the head and the page."""

    status: int
    head: str
    body: str


@dataclass(kw_only=True)
class Run:
    """What happened, in seconds and counts."""

    flood: dict[int, int] = field(default_factory=dict)
    flood_s: list[float] = field(default_factory=list)
    honest: dict[bool, list[float]] = field(default_factory=lambda: {True: [], False: []})
    honest_lost: dict[bool, int] = field(default_factory=lambda: {True: 0, False: 0})
    calm_report_s: list[float] = field(default_factory=list)
    flood_report_s: list[float] = field(default_factory=list)
    report_faults: int = 0


@dataclass(frozen=True, kw_only=True)
class TipFlood:
    """The run, and what stood in the table at its end."""

    run: Run
    seconds: int
    flood_rows: int
    honest_rows: int
    table_bytes: int

    def as_markdown(self) -> str:
        run = self.run
        sent = sum(run.flood.values())
        statuses = ", ".join(f"{count} x {status}" for status, count in sorted(run.flood.items()))
        lines = [
            f"| flood, posts a second for {self.seconds} s | {sent / self.seconds:.0f} |",
            f"| its answers (0: none within 10 s) | {statuses} |",
            f"| its answers, p50 / p95 / p99, s | {_spread(run.flood_s)} |",
            f"| rows it left | {self.flood_rows} |",
        ]
        for script, who in ((True, "with the script"), (False, "without scripts")):
            taken, lost = run.honest[script], run.honest_lost[script]
            share = 100 * len(taken) / max(len(taken) + lost, 1)
            lines.append(
                f"| honest {who}: taken | {len(taken)} of {len(taken) + lost}, {share:.0f} % |"
            )
            lines.append(
                f"| from their first press to the code, p50 / p95 / p99, s | {_spread(taken)} |"
            )
        lines += [
            f"| rows of honest people | {self.honest_rows} |",
            f"| report door before, p50 / p95 / p99, s | {_spread(run.calm_report_s)} |",
            f"| report door during it, p50 / p95 / p99, s | {_spread(run.flood_report_s)} |",
            f"| report door, faults | {run.report_faults} |",
            f"| table of tips with indexes, kB | {self.table_bytes / 1000:.0f} |",
        ]
        return "| | |\n|---|---|\n" + "\n".join(lines)


def measure(seconds: int = 40, *, paying: bool = False) -> TipFlood:
    """Run it once."""
    with (
        standin(PICTURE) as doors,
        reachable_folder() as folder,
        product(folder, doors) as house,
    ):
        run = asyncio.run(_live(house.origin, seconds, paying=paying))
        flood, honest, size = _rows(house)
    return TipFlood(
        run=run, seconds=seconds, flood_rows=flood, honest_rows=honest, table_bytes=size
    )


async def _live(origin: str, seconds: int, *, paying: bool) -> Run:
    run = Run()
    await _probe(origin, run.calm_report_s, run, CALM_SECONDS)
    honest: list[asyncio.Task[None]] = []

    async def come(number: int) -> None:
        honest.append(asyncio.create_task(_honest(origin, number, run)))

    flood = _paying_flood if paying else _flood
    flooding = asyncio.create_task(flood(origin, run, seconds))
    await asyncio.gather(
        _probe(origin, run.flood_report_s, run, seconds),
        _paced(HONEST_A_SECOND, seconds, come),
    )
    await flooding
    await asyncio.gather(*honest)
    return run


async def _flood(origin: str, run: Run, seconds: int) -> None:
    forms: dict[int, dict[str, str]] = {}

    async def one(number: int) -> None:
        hand = number // 10
        if hand not in forms:
            page = await _until(200, lambda: _ask(origin, "/tip/?lang=en"))
            forms[hand] = _hidden(page.body)
        await _send(origin, forms[hand], number, run)

    await _all_sent(one, FLOOD_A_SECOND, seconds)


async def _paying_flood(origin: str, run: Run, seconds: int) -> None:
    """As `_flood`, but each post has a form of its own, and a sum or a wait behind it."""

    async def one(number: int) -> None:
        page = await _ask(origin, "/tip/?lang=en")
        if page.status != 200:
            run.flood[page.status] = run.flood.get(page.status, 0) + 1
            return
        form = _hidden(page.body)
        if number % 5 == 0:
            bits = _BITS.search(page.body)
            form["proof"] = await asyncio.to_thread(
                _prove, form["form"], int(bits[1] if bits else 15)
            )
        else:
            await asyncio.sleep(WAITS)
        await _send(origin, form, number, run)

    await _all_sent(one, PAYING_A_SECOND, seconds)


async def _all_sent(
    one: Callable[[int], Coroutine[None, None, None]], a_second: int, seconds: int
) -> None:
    """Start so many senders a second, whatever has become of the others; wait for all."""
    senders: list[asyncio.Task[None]] = []

    async def start(number: int) -> None:
        senders.append(asyncio.create_task(one(number)))

    await _paced(a_second, seconds, start)
    await asyncio.gather(*senders)


async def _send(origin: str, form: dict[str, str], number: int, run: Run) -> None:
    began = time.perf_counter()
    answer = await _ask(origin, "/tip/", {**form, "place": f"https://t.me/flood_{number}"})
    run.flood_s.append(time.perf_counter() - began)
    run.flood[answer.status] = run.flood.get(answer.status, 0) + 1


async def _honest(origin: str, number: int, run: Run) -> None:
    script = number % 2 == 0
    page = await _until(200, lambda: _ask(origin, "/tip/?lang=en"))
    await asyncio.sleep(random.uniform(8, 15))  # noqa: S311  # a person types
    sent = {**_hidden(page.body), "place": f"https://t.me/honest_{number}"}
    began, asked = time.perf_counter(), page
    while time.perf_counter() - began < GIVES_UP_AFTER:
        if script and (bits := _BITS.search(asked.body)):
            sent["proof"] = await asyncio.to_thread(_prove, sent["form"], int(bits[1]))
        answer = await _ask(origin, "/tip/", sent)
        if answer.status == 200:
            run.honest[script].append(time.perf_counter() - began)
            return
        if answer.status == 429:
            asked = answer
        after = _AFTER.search(answer.head)
        if not (script and answer.status == 429):
            await asyncio.sleep(int(after[1]) + 1 if after else 3)
    run.honest_lost[script] += 1


async def _probe(origin: str, seconds_each: list[float], run: Run, seconds: int) -> None:
    """Somebody who opens the report and answers its first question, twice a second."""

    async def one(_number: int) -> None:
        for sent in (None, {"lang": "en", "situation": "faked", "go": "next"}):
            began = time.perf_counter()
            answer = await _ask(origin, "/report/", sent)
            seconds_each.append(time.perf_counter() - began)
            run.report_faults += answer.status >= 500 or answer.status == 0

    await _paced(2, seconds, one)


async def _paced(a_second: int, seconds: int, act: Callable[[int], Awaitable[None]]) -> None:
    began = time.perf_counter()
    for number in range(a_second * seconds):
        await asyncio.sleep(max(began + number / a_second - time.perf_counter(), 0))
        await act(number)


async def _until(status: int, ask: Callable[[], Awaitable[Answer]]) -> Answer:
    while (answer := await ask()).status != status:
        await asyncio.sleep(3)
    return answer


async def _ask(origin: str, path: str, fields: dict[str, str] | None = None) -> Answer:
    """One request on a connection of its own; status 0 where no answer came within 10 s."""
    host, port = urlsplit(origin).hostname, urlsplit(origin).port
    body = urlencode(fields).encode() if fields else b""
    lines = [
        f"{'POST' if fields else 'GET'} {path} HTTP/1.1",
        f"Host: {host}:{port}",
        "Connection: close",
        *(["Content-Type: application/x-www-form-urlencoded"] if fields else []),
        f"Content-Length: {len(body)}",
    ]
    try:
        async with asyncio.timeout(10):
            reader, writer = await asyncio.open_connection(host, port)
            writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
            raw = await reader.read(-1)
            writer.close()
    except (OSError, TimeoutError):
        return Answer(status=0, head="", body="")
    head, _, page = raw.decode(errors="replace").partition("\r\n\r\n")
    return Answer(status=int(head[9:12] or 0), head=head, body=page)


def _hidden(page: str) -> dict[str, str]:
    return {name: unescape(value) for name, value in _HIDDEN.findall(page)}


def _prove(mark: str, bits: int) -> str:
    number = 0
    while int.from_bytes(sha256(f"{mark}:{number}".encode()).digest()[:4]) >> (32 - bits):
        number += 1
    return str(number)


def _rows(house: Product) -> tuple[int, int, int]:
    with database_for(house.data) as url, psycopg.connect(url) as connection:
        flood, honest, size = connection.execute(_ROWS).fetchone() or (0, 0, 0)
    return flood, honest, size


def _spread(seconds: list[float]) -> str:
    if len(seconds) < 2:
        return "–"
    parts = quantiles(seconds, n=100, method="inclusive")
    return " / ".join(f"{parts[at - 1]:.3f}" for at in (50, 95, 99))


if __name__ == "__main__":
    asked = sys.argv[1:]
    for_seconds = next((int(word) for word in asked if word.isdecimal()), 40)
    print(measure(for_seconds, paying="paying" in asked).as_markdown())
