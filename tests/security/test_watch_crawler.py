"""The crawler against sites that mean harm: it ends, it stays outside, it leaves nothing behind."""

import os
import select
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from jikimi.takedown.rules.watching import Budget, WatchOutcome
from jikimi.takedown.watch.crawling import crawl
from jikimi.takedown.watch.orders import (
    LONGEST_LINE,
    CrawlOrder,
    Ended,
    SeenPage,
    SeenPicture,
    Told,
    Unread,
    read_told,
)
from tests.pictures import encoded, photo
from tests.takedown.watched_site import Answer, WatchedSite, watched_site

COFFEE = encoded(photo("coffee"), quality=85)


@pytest.fixture
def site() -> Iterator[WatchedSite]:
    with watched_site() as running:
        running.put_robots("", status=404)
        yield running


def visit(order: CrawlOrder) -> list[Told]:
    with crawl(order) as under_way:
        return [told for told in under_way.told() if told is not None]


def count(told: list[Told], kind: type[Told]) -> int:
    return sum(isinstance(one, kind) for one in told)


def outcome(told: list[Told]) -> WatchOutcome:
    assert isinstance(told[-1], Ended)
    return told[-1].outcome


def brief(seconds: int) -> Budget:
    return Budget(pages=5, pictures=20, depth=3, seconds=seconds, size=10**8)


# --- staying outside ---------------------------------------------------------------------------


@pytest.fixture
def inside() -> Iterator[tuple[str, list[str]]]:
    """Another server of this machine, which nobody may reach."""
    with watched_site() as secret:
        secret.put_picture("/i", COFFEE)
        secret.put_page("/", "secret")
        yield secret.url(), secret.asked


def test_no_redirect_picture_or_robots_txt_leads_inside(
    site: WatchedSite, inside: tuple[str, list[str]]
) -> None:
    address, asked = inside
    to_inside = Answer(status=302, headers=(("Location", address),))
    site.pages["/robots.txt"] = to_inside
    site.pages["/a"] = site.pages["/i/1"] = to_inside
    links = (
        f"{address}i",
        "http://169.254.169.254/x",
        "http://localhost:22/",
        "file:///etc/passwd",
    )
    shown = "".join(f"<img src='{link}'>" for link in (*links, "/i/1", "/i/2"))
    site.put_page("/", f"{shown}<a href=/a>x</a><base href=''>")
    site.put_picture("/i/2", COFFEE)
    told = visit(site.order("/"))
    assert asked == []
    assert count(told, SeenPicture) == 1
    assert sum(one.count for one in told if isinstance(one, Unread)) == 5


@pytest.mark.parametrize("address", ["http://127.0.0.1:22/", "http://[::1]/", "http://10.0.0.1/"])
def test_an_inside_address_is_refused_as_such(address: str, site: WatchedSite) -> None:
    order = CrawlOrder.from_json(site.order("/").to_json().replace(site.url("/"), address))
    assert outcome(visit(order)) is WatchOutcome.REFUSED


# --- ending ------------------------------------------------------------------------------------


class Silence:
    """A server that takes connections and never says anything."""

    def __init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._held: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                self._held.append(self._listening.accept()[0])
            except OSError:
                return

    @property
    def port(self) -> int:
        return int(self._listening.getsockname()[1])

    def close(self) -> None:
        self._listening.close()
        for one in self._held:
            one.close()


def test_a_server_that_hangs_ends_the_visit_at_its_limit() -> None:
    silence = Silence()
    try:
        here = WatchedSite(port=silence.port)
        told = visit(here.order("/", budget=brief(2), obeys_robots=False))
    finally:
        silence.close()
    assert outcome(told) in {WatchOutcome.LIMIT, WatchOutcome.UNREACHABLE}


def test_a_page_and_a_picture_without_end_are_broken_off(site: WatchedSite) -> None:
    without_end = (("Content-Length", "10000000000"),)
    site.pages["/endless"] = Answer(media_type="text/html", headers=without_end)
    site.pages["/i/1"] = Answer(headers=without_end)
    site.put_page("/", "<a href=/endless>x</a><img src=/i/1><img src=/i/2>")
    site.put_picture("/i/2", COFFEE)
    told = visit(site.order("/"))
    assert (count(told, SeenPage), count(told, SeenPicture)) == (1, 1)


def test_a_picture_bomb_is_counted_as_unread_and_the_visit_goes_on(site: WatchedSite) -> None:
    def chunk(kind: bytes, content: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + content))
        return struct.pack(">I", len(content)) + kind + content + check

    header = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    bomb = (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(10**6)))
    )
    site.put_picture("/i/1", bomb + chunk(b"IEND", b""))
    site.put_picture("/i/2", COFFEE)
    site.put_page("/", "<img src=/i/1><img src=/i/2>")
    told = visit(site.order("/"))
    assert count(told, SeenPicture) == 1
    assert Unread(count=1) in told


def test_a_page_written_to_exhaust_its_reader_ends_nothing_else(site: WatchedSite) -> None:
    site.put_page("/", "<a href=/hard>x</a><a href=/easy>y</a>")
    site.put_page("/hard", "<!--" * 480_000)
    site.put_page("/easy", "<img src=/i/1>")
    site.put_picture("/i/1", COFFEE)
    assert count(visit(site.order("/")), SeenPicture) == 1


def test_a_robots_txt_of_any_size_and_shape_is_survived(site: WatchedSite) -> None:
    site.put_robots("Disallow: /" + "*a" * 400_000 + "\n\x00\xff", status=200)
    site.put_page("/", "x")
    assert outcome(visit(site.order("/", budget=brief(20)))) in set(WatchOutcome)


def test_whoever_leaves_early_takes_the_crawler_and_its_readers_along(site: WatchedSite) -> None:
    site.put_page("/", "<a href=/1>x</a>")
    with crawl(site.order("/", delay=30.0, obeys_robots=False)) as under_way:
        first = next(told for told in under_way.told() if told is not None)
        group = under_way.process_id
    assert group is not None
    assert first == SeenPage()
    deadline = time.monotonic() + 60
    while left := _living_in(group):
        assert time.monotonic() < deadline, left
        time.sleep(0.05)


def _living_in(group: int) -> list[str]:
    """The processes of a group that have not ended, by what the kernel says of them."""
    told = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, _, of_group = stat.read_text().rpartition(")")[2].split()[:3]
            if int(of_group) == group and state != "Z":
                told.append(str(stat))
    return told


def test_a_crawler_whose_worker_is_killed_ends_by_itself(site: WatchedSite, tmp_path: Path) -> None:
    site.put_page("/", "<a href=/1>x</a>")
    order = tmp_path / "order.json"
    order.write_text(site.order("/", delay=60.0, obeys_robots=False).to_json())
    program = (
        "import sys, pathlib\n"
        "from jikimi.takedown.watch.crawling import crawl\n"
        "from jikimi.takedown.watch.orders import CrawlOrder\n"
        "order = CrawlOrder.from_json(pathlib.Path(sys.argv[1]).read_text())\n"
        "with crawl(order) as visit:\n"
        "    for told in visit.told():\n"
        "        print(visit.process_id, flush=True) if told else None\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(order)], stdout=subprocess.PIPE, text=True
    ) as worker:
        assert worker.stdout is not None
        crawler = int(worker.stdout.readline())
        worker.send_signal(signal.SIGKILL)
    gone = os.pidfd_open(crawler) if Path(f"/proc/{crawler}").exists() else None
    if gone is not None:
        assert select.select([gone], [], [], 120)[0], "it ends with its worker"
        os.close(gone)


# --- leaving nothing ---------------------------------------------------------------------------


def test_the_crawler_knows_no_secret_and_says_no_address_on_its_error_channel(
    site: WatchedSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JIKIMI_SECRET_KEY", "CANARY")
    monkeypatch.setenv("DATABASE_URL", "CANARY")
    site.put_robots("User-agent: *\nDisallow: /private\n")
    site.put_page("/", "<a href=/private>x</a><a href=/gone>x</a><img src=/i/1>")
    site.pages["/i/1"] = Answer(body=b"\xff\xd8\xff")
    told = subprocess.run(
        [sys.executable, "-m", "jikimi.takedown.watch.crawler"],
        input=site.order("/").to_json().encode(),
        capture_output=True,
        check=True,
    )
    assert told.stderr == b""
    assert b"CANARY" not in told.stdout
    assert b"/private" not in told.stdout


def test_the_crawlers_process_takes_its_limits_and_loads_no_other_way_out() -> None:
    program = (
        "import asyncio, sys\n"
        "from resource import *\n"
        "from jikimi.takedown.watch import crawler\n"
        "crawler._take_limits()\n"
        "import scrapy.crawler, jikimi.takedown.watch.spider, jikimi.takedown.watch.downloading\n"
        "limits = RLIMIT_AS, RLIMIT_CPU, RLIMIT_FSIZE, RLIMIT_CORE\n"
        "print(*(getrlimit(one)[1] for one in limits))\n"
        "print(*sorted({'requests', 'aiohttp', 'django', 'psycopg'} & set(sys.modules)))\n"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    limits, loaded = told.stdout.decode().split("\n")[:2]
    assert limits == "2000000000 120 0 0"
    assert loaded == ""


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"{}",
        b"[1]",
        b"null",
        b'{"page": 2}',
        b'{"unread": -1}',
        b'{"unread": 1e9}',
        b'{"place": "x", "pdq": "zz", "quality": 50}',
        b'{"place": "x", "pdq": "' + b"00" * 31 + b'", "quality": 50}',
        b'{"place": "x", "pdq": "' + b"00" * 32 + b'", "quality": 101}',
        b'{"place": 7, "pdq": "' + b"00" * 32 + b'", "quality": 50}',
        b'{"end": "won", "wait": null}',
        b'{"end": "done", "wait": "long"}',
        b"\xff\xfe",
        b"[" * 50_000,
        b"{" * LONGEST_LINE,
    ],
)
def test_what_a_crawler_does_not_say_is_not_heard(line: bytes) -> None:
    assert read_told(line) is None
