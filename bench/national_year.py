"""A national centre's year in one run: everything in, drafted, approved, sent, looked at again.

`python -m bench.national_year --items 3000` lives through a made-up year with real processes that
are killed, a mail server that breaks and a database that is restarted, then compares every book
with every other. It ends with status 1 if anything was lost, sent twice or left over, or if the
time ran out. A run of 300,000 writes its section of bench/RESULTS.md.
"""

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.results import write_section
from tests.folders import reachable_folder

YEAR = 300_000
CHART = Path(__file__).with_name("national_year.svg")
SMALL = "A national centre's year, in small"
WHOLE = "A national centre's year, the whole of it"
_NOT_OURS = frozenset({"outside", "watching"})


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What was asked for on the command line."""

    items: int = 3_000
    minutes: float = 20
    seed: int = 2026
    pictures: float = 0.01
    workers: int = 2
    at_once: int = 4
    """Jobs that each worker does at the same time."""
    kills: int = 6
    outages: int = 3
    restarts: int = 2
    chart: Path | None = CHART
    json: Path | None = None
    """Where the figures go as JSON, too."""
    keep: Path | None = None
    """Where the year is lived and left lying; a temporary folder without it."""


@dataclass(frozen=True, kw_only=True)
class NationalYear:
    """What was measured, and what does not add up."""

    wish: Wish
    seconds: float
    core_seconds: dict[str, float]
    outcomes: dict[str, int]
    mails: int
    letters_sent: int
    unknown: int
    moot: int
    trail_entries: int
    kills: int
    outages: int
    restarts: int
    stages: dict[str, float]
    """Items a second, from the first to the last of each stage."""
    is_finished: bool
    faults: tuple[str, ...]

    @property
    def is_good(self) -> bool:
        return self.is_finished and not self.faults

    @property
    def year_core_hours(self) -> float:
        """What 300,000 items would take of one core at this rate, the stand-ins left out."""
        ours = sum(spent for who, spent in self.core_seconds.items() if who not in _NOT_OURS)
        return ours / self.wish.items * YEAR / 3600

    def as_markdown(self) -> str:
        rows = (
            ("items", f"{self.wish.items}"),
            (
                "places that show the picture; the others are neither page nor picture, until 404",
                f"{100 * self.wish.pictures:g} %",
            ),
            ("worker processes, jobs at once in each", f"{self.wish.workers}, {self.wish.at_once}"),
            ("seconds, from the first report to nothing left", f"{self.seconds:.0f}"),
            ("items a second", f"{self.wish.items / self.seconds:.1f}"),
            *((f"{name}, items a second", f"{rate:.1f}") for name, rate in self.stages.items()),
            *((f"core seconds: {who}", f"{n:.0f}") for who, n in self.core_seconds.items()),
            ("300,000 items would take, core hours", f"{self.year_core_hours:.1f}"),
            *((f"places: {name}", f"{n}") for name, n in self.outcomes.items()),
            ("mails that arrived, each once", f"{self.mails}"),
            ("letters that broke off, each settled by the mail server's books", f"{self.unknown}"),
            ("letters that broke off and arrived, moot before that was said", f"{self.moot}"),
            ("entries on the trail, checked", f"{self.trail_entries}"),
            (
                "processes killed / mail outages / database restarts",
                f"{self.kills} / {self.outages} / {self.restarts}",
            ),
            ("lost, sent twice or left over", f"{len(self.faults)}"),
        )
        table = "\n".join(("| | |", "|---|---|", *(f"| {a} | {b} |" for a, b in rows)))
        chart = self.wish.chart
        return f"{table}\n\n![Throughput and queue ages]({chart.name})" if chart else table


def measure(wish: Wish | None = None) -> NationalYear:
    """Live through a small year; a full one is asked for by its own command."""
    wish = wish or Wish()
    if wish.keep:
        wish.keep.mkdir(parents=True)
        return live(wish, wish.keep)
    with reachable_folder() as folder:
        return live(wish, folder)


def live(wish: Wish, folder: Path) -> NationalYear:
    """Live through one year in a folder, and compare its books."""
    # Imported here: the house's settings are read when it opens.
    from bench.year.living import (  # noqa: PLC0415
        Faults,
        Staffing,
        live_through,
        staffed_house,
    )

    faults = Faults(kills=wish.kills, outages=wish.outages, restarts=wish.restarts)
    with staffed_house(
        folder,
        items=wish.items,
        seed=wish.seed,
        pictures=wish.pictures,
        staff=Staffing(workers=wish.workers, at_once=wish.at_once),
    ) as house:
        lived = live_through(
            house, items=wish.items, minutes=wish.minutes, faults=faults, seed=wish.seed
        )
        from bench.year.chart import draw, rates  # noqa: PLC0415
        from bench.year.reconcile import reconcile  # noqa: PLC0415

        house.stop()
        books = reconcile(folder, lived.instants)
    if wish.chart:
        draw(lived, wish.chart)
    what = [one.what for one in lived.instants]
    return NationalYear(
        wish=wish,
        seconds=lived.seconds,
        core_seconds=lived.core_seconds,
        outcomes=books.outcomes,
        mails=books.mails,
        letters_sent=books.letters_sent,
        unknown=books.unknown,
        moot=books.moot,
        trail_entries=books.trail_entries,
        kills=sum(one.startswith("kill") for one in what),
        outages=sum(one.startswith("mail") for one in what),
        restarts=what.count("database"),
        stages=rates(lived.samples),
        is_finished=lived.is_finished,
        faults=books.faults,
    )


def _wish() -> Wish:
    asked, usual = argparse.ArgumentParser(description=__doc__), Wish()
    kinds: dict[str, Callable[[str], object]] = {
        name: type(getattr(usual, name))
        for name in ("items", "minutes", "seed", "pictures", "workers", "kills", "outages")
    }
    for name, kind in {**kinds, "restarts": int, "minutes": float, "at_once": int}.items():
        asked.add_argument(f"--{name.replace('_', '-')}", type=kind, default=getattr(usual, name))
    asked.add_argument("--chart", type=Path, default=CHART)
    asked.add_argument("--keep", type=Path)
    asked.add_argument("--json", type=Path)
    return Wish(**vars(asked.parse_args()))


def main() -> int:
    """Measure, print; 0 only if everything adds up."""
    wish = _wish()
    measured = measure(wish)
    print(measured.as_markdown())
    if wish.json:
        wish.json.write_text(json.dumps(asdict(measured), default=str))
    if wish.items >= YEAR:
        write_section(WHOLE, measured.as_markdown())
    for fault in measured.faults[:50]:
        print(fault, file=sys.stderr)
    if not measured.is_finished:
        print("The time ran out before everything was done.", file=sys.stderr)
    return 0 if measured.is_good else 1


if __name__ == "__main__":
    sys.exit(main())
