"""A whole run: who takes part, one contest after the other, and what is written of it."""

import os
import platform
import re
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil

from bench.matching import charts
from bench.matching.budget import Budget
from bench.matching.contest import contest
from bench.matching.contestants import EVERYBODY, Contestant
from bench.matching.figures import Contests
from bench.matching.fingerprints import PICTURES, UNIFORM, stored
from bench.matching.installing import ROOT, peers_python
from bench.matching.tables import as_markdown, one_contest
from bench.results import RESULTS
from jikimi_core import _kernel

TITLE: Final = "Exact search against its peers"
WHOLE: Final = 10_000_000


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What was asked for."""

    rows: tuple[int, ...] = (100_000, 1_000_000, WHOLE)
    minutes: float = 45
    charts: Path = RESULTS.parent
    """The folder that the pictures go to."""
    folder: Path = ROOT / "out" / "matching"
    """Where the peers are installed and the fingerprints kept, for the next run too."""
    peers: bool = True


@dataclass(frozen=True, kw_only=True)
class Matching:
    """What was measured."""

    contests: Contests

    @property
    def is_exact(self) -> bool:
        """Whether ours never missed and never made up a match, at any radius."""
        return all(
            verdict.is_exact
            for field in self.contests.fields
            for standing in field.standings
            if standing.is_ours
            for verdict in standing.verdicts.values()
        )

    def as_markdown(self) -> str:
        pictures = "\n\n".join(f"![{said}]({file})" for file, said in charts.DRAWN.items())
        return f"{as_markdown(self.contests)}\n\n{pictures}"


def measure(wish: Wish | None = None) -> Matching:
    """Hold every contest, those of pictures first, and draw the charts."""
    wish = wish or Wish()
    everybody, notes = _everybody(wish)
    files = prepare(wish)
    budget, machine = Budget(until=time.monotonic() + wish.minutes * 60), _machine()
    fields = []
    for kind, file in files.items():
        for rows in sorted(wish.rows):
            for field in contest(kind, rows, file, everybody, budget):
                fields.append(field)
                print(one_contest(field), flush=True)
    run = Contests(machine=machine, minutes=wish.minutes, fields=tuple(fields), notes=notes)
    charts.draw(run, wish.charts)
    return Matching(contests=run)


def prepare(wish: Wish) -> dict[str, Path]:
    """Make the fingerprints of each kind, where they are not there from an earlier run."""
    files = {}
    for kind in (PICTURES, UNIFORM):
        print(f"{max(wish.rows)} {kind} ...", flush=True)
        files[kind] = stored(kind, max(wish.rows), wish.folder)
    return files


def _everybody(wish: Wish) -> tuple[list[tuple[Contestant, Path]], tuple[str, ...]]:
    """Who takes part with which Python, and what has to be said of those who do not."""
    python = peers_python(wish.folder / "peers") if wish.peers else None
    pairs = [(one, Path(sys.executable) if one.is_ours else python) for one in EVERYBODY]
    missing = [one.name for one, its in pairs if its is None]
    note = f"Not installed for this run, so not measured: {', '.join(missing)}."
    return [(one, its) for one, its in pairs if its], (note,) if missing else ()


def _machine() -> str:
    model = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    return (
        f"{os.cpu_count()} cores ({model[1] if model else platform.machine()}, inner loops for "
        f"{_kernel.twins()[0]}), {psutil.virtual_memory().total / 2**30:.0f} GiB of memory, "
        f"load {os.getloadavg()[0]:.1f} when it began."
    )
