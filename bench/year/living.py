"""One year lived through: everything started, broken at random instants, and brought to its end."""

import os
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from django.db import InterfaceError, OperationalError, close_old_connections, connection
from procrastinate.exceptions import ConnectorException

from bench.year.clockwork import pass_a_minute, run_every_clock_out
from bench.year.house import Database, Instant, Outside, Process, Staffed, environment, outside
from bench.year.plan import Plan
from bench.year.recipients import write_recipients
from bench.year.watching import (
    Sample,
    clocks_not_noticed,
    jobs_waiting,
    rungs_waiting,
    sample,
    still_to_leave,
    undone,
)
from jikimi.cli.house import open_house

_MINUTE_SECONDS = 3.0
"""How long a minute of the year lasts at least."""
_ITEMS_A_MINUTE_SECOND = 15_000
"""While jobs wait, a long year has no more minutes than a short one: each of them goes through what
is open."""
_STILL_ON_ITS_WAY = 3.0
_SAY_SECONDS = 10.0
_HOWS = ("refuse", "defer", "drop")
_OUTAGE_SECONDS = 4.0
_NEARLY = 0.99


@dataclass(frozen=True, kw_only=True)
class Faults:
    """How often what is to happen."""

    kills: int
    outages: int
    restarts: int


@dataclass(frozen=True, kw_only=True)
class Staffing:
    """How many worker processes there are, and how many jobs each does at the same time."""

    workers: int
    at_once: int


@dataclass(frozen=True, kw_only=True)
class Lived:
    """What was read off on the way."""

    samples: list[Sample]
    instants: list[Instant]
    core_seconds: dict[str, float]
    """CPU time by who spent it."""
    seconds: float
    is_finished: bool


@contextmanager
def staffed_house(
    folder: Path, *, items: int, seed: int, pictures: float, staff: Staffing
) -> Iterator[Staffed]:
    """Database, workers, people and the world outside, at work until the block ends."""
    with outside(folder) as world:
        os.environ.update(environment(world) | {"JIKIMI_PACKS": str(folder / "packs")})
        write_recipients(folder / "packs", world.site_ports, datetime.now(UTC).date())
        Plan(items=items, seed=seed, ports=world.site_ports, pictures=pictures).keep(folder)
        with open_house(folder):
            from bench.year.switching import let_rungs_go_by_themselves  # noqa: PLC0415

            let_rungs_go_by_themselves()
            house = _started(folder, world, staff)
            try:
                yield house
            finally:
                house.stop()


def _started(folder: Path, world: Outside, staff: Staffing) -> Staffed:
    return Staffed(
        folder=folder,
        world=world,
        database=Database(folder=folder),
        workers=[
            Process.start(
                *(f"worker {n}", "jikimi.cli", "worker"),
                *("--at-once", str(staff.at_once), "--data", str(folder)),
            )
            for n in range(staff.workers)
        ],
        people=Process.start("people", "bench.year", "people", str(folder)),
    )


def live_through(house: Staffed, *, items: int, minutes: float, faults: Faults, seed: int) -> Lived:
    """Watch, break and mend until nothing waits any more, or so many minutes are over."""
    began = time.time()
    course = _Course(house=house, items=items, todo=_plan_of_faults(faults, seed), began=began)
    while time.time() - began < minutes * 60 and not course.is_finished:
        time.sleep(0.5)
        house.revive()
        with _database_may_be_away():
            course.go_on()
    return Lived(
        samples=course.samples,
        instants=house.instants,
        core_seconds={
            "workers": sum(worker.core_seconds for worker in house.workers),
            "people": house.people.core_seconds,
            "database": house.database.core_seconds,
            "outside": house.world.process.core_seconds,
            "watching": time.process_time(),
        },
        seconds=time.time() - began,
        is_finished=course.is_finished,
    )


@dataclass(kw_only=True)
class _Course:
    """How the year goes."""

    house: Staffed
    items: int
    todo: list[tuple[float, str]]
    began: float
    samples: list[Sample] = field(default_factory=list)
    minute_at: float = 0.0
    sampled_at: float = 0.0
    sample_took: float = 0.0
    said_at: float = 0.0
    clocks_ran_out: bool = False
    is_finished: bool = False

    def go_on(self) -> None:
        """What is done every half second; each part only when its time has come."""
        now = time.time()
        if self._minute_is_over(now - self.minute_at):
            self.minute_at = now
            pass_a_minute(self._died_before(now))
        # Counting a large year takes a while: while it is busy, no more of the time than one part
        # in sixty, and one in five towards its end, which is to be noticed when it comes.
        if now - self.sampled_at >= max(1.0, (5 if self._is_nearly_in else 60) * self.sample_took):
            self.samples.append(sample())
            self._end_if_done()
            self.sampled_at = time.time()
            self.sample_took = self.sampled_at - now
            self._break_what_is_due()
        if self.samples and now - self.said_at > _SAY_SECONDS:
            self.said_at = now
            print(self._progress(), flush=True)

    def _minute_is_over(self, seconds: float) -> bool:
        if seconds < _MINUTE_SECONDS:
            return False
        return seconds >= self.items / _ITEMS_A_MINUTE_SECOND or not jobs_waiting()

    def _died_before(self, now: float) -> float:
        """Claims that are older than this are of senders that died or lost the database."""
        deaths = [one.ended for one in self.house.instants if not one.what.startswith("mail")]
        return max((death for death in deaths if death < now - _STILL_ON_ITS_WAY), default=0.0)

    def _break_what_is_due(self) -> None:
        latest = self.samples[-1]
        done = (latest.drafted + latest.sent + latest.down) / (3 * self.items)
        while self.todo and self.todo[0][0] <= done:
            _break(self.house, self.todo.pop(0)[1])

    @cached_property
    def _leaving(self) -> list[str]:
        return Plan.of(self.house.folder).leaving()

    @property
    def _is_nearly_in(self) -> bool:
        return bool(self.samples) and self.samples[-1].items > _NEARLY * self.items

    @property
    def _is_all_in(self) -> bool:
        return bool(self.samples) and self.samples[-1].items == self.items

    def _end_if_done(self) -> None:
        if not self._is_all_in or undone() or still_to_leave(self._leaving):
            return
        if not self.clocks_ran_out:
            run_every_clock_out()
            self.clocks_ran_out = True
        elif not clocks_not_noticed() and not rungs_waiting():
            self.is_finished = True

    def _progress(self) -> str:
        now, gone = self.samples[-1], time.time() - self.began
        parts = (now.items, now.drafted, now.sent, now.down)
        share = sum(min(part, self.items) for part in parts) / (4 * self.items)
        left = max(gone / share - gone, 0) if share else 0
        return (
            f"{gone:5.0f} s: {now.items} in, {now.drafted} drafted, {now.approved} approved, "
            f"{now.sent} sent, {now.down} down; about {left:.0f} s left"
        )


def _plan_of_faults(faults: Faults, seed: int) -> list[tuple[float, str]]:
    """What breaks, each at a random share of the work done."""
    chance = random.Random(seed)  # noqa: S311  # a made-up year
    kinds = ["kill"] * faults.kills + ["mail"] * faults.outages + ["database"] * faults.restarts
    return sorted((chance.uniform(0.05, 0.85), kind) for kind in kinds)


def _break(house: Staffed, kind: str) -> None:
    n = len(house.instants)
    match kind:
        case "kill":
            victims = [*house.workers, *house.workers, house.people]
            house.kill(victims[n % len(victims)])
        case "mail":
            house.break_mail(_HOWS[n % len(_HOWS)], _OUTAGE_SECONDS)
        case _:
            house.restart_database()


@contextmanager
def _database_may_be_away() -> Iterator[None]:
    """It is killed on purpose; the next round finds it back."""
    close_old_connections()
    try:
        yield
    except (OperationalError, InterfaceError, ConnectorException):
        connection.close()
