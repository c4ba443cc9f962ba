"""The match service under load: one web process as `jikimi up` runs it, asked over HTTP by wrk.

`python -m bench.match_load [COUNT]` (10,000,000 unless told; about five minutes) writes its section
of bench/RESULTS.md. It needs `wrk` (Debian: `apt-get install wrk`). The list lies in the folder
that a web process keeps, as if it had followed it; its rows are not in the database, which a search
does not ask.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import httpcore
import numpy as np
from numpy.typing import NDArray

from bench.match_asking import BODIES, NEAR_ONE_IN, PORT, SECONDS, Load, ask
from bench.results import write_section
from jikimi.cli.house import open_house
from tests.folders import reachable_folder

if TYPE_CHECKING:
    from jikimi.people.actions.partners import KeyText

COUNT = 10_000_000
TITLE = "Match service over HTTP"
CASES = ((1, 1), (1, 16), (1, 64), (10, 16), (100, 4), (1000, 2))
"""Fingerprints in a request, and connections that ask without rest."""
_AT_ONCE = 1_000_000


@dataclass(frozen=True, kw_only=True)
class MatchLoad:
    """Everything that was measured with one list."""

    held: int
    build: float
    """Seconds until the index was made and written."""
    ready: float
    """Seconds from a follower's start to its first answer."""
    first: float
    """Seconds from the start of the web process to its first answer."""
    own_mb: int
    shared_mb: int
    loads: tuple[Load, ...]

    def as_markdown(self) -> str:
        rows = "".join(
            f"| {one.batch} | {one.connections} | {one.lookups_a_second:,.0f} | {one.p50:.1f} "
            f"| {one.p99:.1f} | {one.slowest:.0f} | {one.bad} |\n"
            for one in self.loads
        )
        return (
            f"`python -m bench.match_load {self.held}` on {datetime.now(UTC):%Y-%m-%d}: "
            f"{self.held:,} uniform random fingerprints on one list, radius 31, one fingerprint in "
            f"{NEAR_ONE_IN} near a listed one. One web process, its database and wrk share "
            f"{os.cpu_count()} cores; {SECONDS} s each. Targets: 4,000 lookups a second, "
            "p99 20 ms, the first answer after a restart within a second.\n\n"
            "| fingerprints a request | connections | lookups/s | p50 ms | p99 ms | slowest ms "
            "| not answered |\n|---|---|---|---|---|---|---|\n"
            f"{rows}\n"
            "| | |\n|---|---|\n"
            f"| building and writing the index, s | {self.build:.1f} |\n"
            f"| from a follower's start to its first answer, s | {self.ready:.2f} |\n"
            f"| from the start of the web process to its first answer, s | {self.first:.2f} |\n"
            f"| memory of the web process: its own / mapped from the files, MB "
            f"| {self.own_mb:,} / {self.shared_mb:,} |\n"
        )


def measure(count: int = COUNT) -> MatchLoad:
    """Make a list of so many, serve it, and ask."""
    if shutil.which("wrk") is None:
        raise SystemExit("This needs wrk. On Debian: apt-get install wrk")
    os.environ.pop("DATABASE_URL", None)
    with reachable_folder() as folder, open_house(folder):
        from jikimi.people.actions import add_partner  # noqa: PLC0415  # after settings
        from jikimi.people.partner_rules import MOST_LOOKUPS_A_SECOND, Scope  # noqa: PLC0415

        began = time.perf_counter()
        some_listed = _listed(count)
        build = time.perf_counter() - began
        ready = _until_ready()
        key = add_partner(
            "wrk",
            scopes=[Scope.MATCH],
            kind=None,
            lookups_a_second=MOST_LOOKUPS_A_SECOND,
            now=datetime.now(UTC),
        ).text
        began = time.perf_counter()
        with _web() as web:
            _first_answer(key)
            first = time.perf_counter() - began
            loads = tuple(ask(folder, key, some_listed, *case) for case in CASES)
            own, shared = _memory_of(web)
    return MatchLoad(
        held=count,
        build=build,
        ready=ready,
        first=first,
        own_mb=own,
        shared_mb=shared,
        loads=loads,
    )


def _listed(count: int) -> NDArray[np.uint8]:
    """Keep a list of so many random fingerprints; return a few of them."""
    from jikimi.exchange.actions.changing import open_change  # noqa: PLC0415  # after settings
    from jikimi.exchange.following import kept  # noqa: PLC0415
    from jikimi.exchange.following.here import folder_of_lists, order_key  # noqa: PLC0415
    from jikimi.exchange.following.reading import Head  # noqa: PLC0415
    from jikimi.exchange.lookups import facts_of  # noqa: PLC0415
    from jikimi.exchange.models import PrintList  # noqa: PLC0415
    from jikimi.exchange.rules.lists import Audience, Origin  # noqa: PLC0415

    now = datetime.now(UTC)
    list_ = PrintList.objects.create(
        name="many", origin=Origin.IMPORTED, audience=Audience.PLATFORMS, made_at=now
    )
    change = open_change(now)
    change.refresh_from_db()
    folder = folder_of_lists()
    folder.mkdir(parents=True, exist_ok=True)
    index = kept.new_index(facts_of(list_), folder / f"list-{list_.pk}", order_key())
    random = np.random.default_rng(1)
    for begin in range(0, count, _AT_ONCE):
        rows = random.integers(0, 256, (min(_AT_ONCE, count - begin), 32), np.uint8)
        index.add(np.arange(begin, begin + len(rows), dtype=np.uint64), rows)
    head = Head(position=change.position or 0, mark=change.mark)
    kept.flush({list_.pk: index}, head.position)
    kept.write_note(folder, kept.Note(head=head, ahead=head, lists=frozenset({list_.pk})))
    return rows[:BODIES]


def _until_ready() -> float:
    from jikimi.exchange.following import Follower  # noqa: PLC0415  # after settings
    from jikimi.exchange.following.connecting import connect_in_match_role  # noqa: PLC0415
    from jikimi.exchange.following.here import folder_of_lists, order_key  # noqa: PLC0415

    began = time.perf_counter()
    follower = Follower(
        connect_in_match_role, folder=folder_of_lists(), keeps=False, key=order_key()
    )
    follower.start()
    assert follower.wait_until_ready(60)
    follower.lists.search(
        np.zeros((1, 32), np.uint8), np.full(1, 31, np.int64), follower.lists.facts
    )
    took = time.perf_counter() - began
    follower.stop()
    return took


@contextmanager
def _web() -> Iterator[subprocess.Popen[bytes]]:
    command = [
        *(sys.executable, "-m", "granian", "--interface", "asgi", "--no-access-log"),
        *("--host", "127.0.0.1", "--port", str(PORT), "--workers", "1"),
        *("--log-level", "warning", "--backpressure", "128", "jikimi.config.asgi:application"),
    ]
    served = subprocess.Popen(command)  # noqa: S603  # our own command
    try:
        yield served
    finally:
        served.terminate()
        served.wait(60)


def _first_answer(key: "KeyText") -> None:
    asked = {"fingerprints": [{"type": "pdq", "value": "00" * 32}]}
    headers = {"Authorization": f"Bearer {key}"}
    for _ in range(6_000):
        try:
            answer = httpcore.request(
                "POST",
                f"http://127.0.0.1:{PORT}/api/v1/match",
                headers=headers,
                content=json.dumps(asked).encode(),
            )
        except httpcore.NetworkError:
            time.sleep(0.01)
            continue
        if answer.status == 200:
            return
        time.sleep(0.01)
    raise SystemExit("The web process does not answer; its messages are above.")


def _memory_of(web: subprocess.Popen[bytes]) -> tuple[int, int]:
    """Megabytes that the web process and its worker have for themselves, and mapped from files."""
    ids = [web.pid, *_children_of(web.pid)]
    own = shared = 0
    for pid in ids:
        told = dict(
            line.split(":", 1)
            for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
        )
        anonymous = int(told["Anonymous"].split()[0])
        own += anonymous
        shared += int(told["Rss"].split()[0]) - anonymous
    return own // 1024, shared // 1024


def _children_of(pid: int) -> list[int]:
    told = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(child) for child in told]


if __name__ == "__main__":
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", PORT))
    measured = measure(int(sys.argv[1]) if len(sys.argv) > 1 else COUNT).as_markdown()
    print(measured)
    write_section(TITLE, measured)
