"""Who takes part, and the process that each of them runs in."""

import contextlib
import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from bench.matching.counting import Answers, sorted_answers
from bench.matching.installing import ROOT

BATCH_SIZE: Final = 1_000


@dataclass(frozen=True, kw_only=True)
class Contestant:
    """What is known of a contestant before it is built."""

    name: str
    door: str
    """What its process is told to be."""
    bytes_a_row: int
    """Roughly what it holds of memory when it is built."""
    is_ours: bool = False
    takes_batches: bool = True
    copies_while_written: int = 0
    """How many more of it are in memory meanwhile."""
    least_for_two_threads: int = 1
    """FAISS searches its hash indexes in one thread for fewer queries than these."""


OURS: Final = Contestant(name="jikimi, in memory", door="ours", bytes_a_row=150, is_ours=True)
MAPPED: Final = Contestant(
    name="jikimi, mapped files", door="mapped", bytes_a_row=290, is_ours=True
)
FLAT: Final = Contestant(name="FAISS flat", door="flat", bytes_a_row=40)
BEST_EXACT: Final = Contestant(
    name="FAISS MultiHash 11 x 23, 2 flips",
    door="multi-hash:11:23:2",
    bytes_a_row=750,
    least_for_two_threads=101,
)
# The heaviest first: while it is built, the others hold nothing yet.
EVERYBODY: Final = (
    BEST_EXACT,
    Contestant(
        name="threatexchange PDQIndex",
        door="pdq-index",
        bytes_a_row=700,
        takes_batches=False,
        copies_while_written=2,
    ),
    Contestant(
        name="FAISS MultiHash 16 x 16, 1 flip",
        door="multi-hash:16:16:1",
        bytes_a_row=320,
        least_for_two_threads=101,
    ),
    Contestant(
        name="FAISS BinaryHash 16, 2 flips (not exact)",
        door="one-hash:16:2",
        bytes_a_row=80,
        least_for_two_threads=101,
    ),
    FLAT,
    MAPPED,
    OURS,
)


class Gone(Exception):
    """A contestant's process ended before it answered; the message is the last it said."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a contestant answered, and how long it took for each query about."""

    answers: Answers
    seconds_a_query: float


class Running:
    """A contestant at work. It answers one order after the other, and waits in between."""

    def __init__(self, contestant: Contestant, python: Path, room: Path) -> None:
        self.contestant = contestant
        self._room = room
        self._said = room / f"{contestant.door}.log"
        with self._said.open("wb") as said:
            self._process = subprocess.Popen(  # noqa: S603
                [python, "-m", "bench.matching.inside", contestant.door, room],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=said,
                text=True,
            )

    def order(self, do: str, **orders: object) -> dict[str, Any]:
        """Let it do one thing, and wait for its answer. Raises Gone."""
        assert self._process.stdin
        assert self._process.stdout
        try:
            self._process.stdin.write(json.dumps({"do": do, **orders}, default=str) + "\n")
            self._process.stdin.flush()
            answer = self._process.stdout.readline()
        except BrokenPipeError:
            answer = ""
        if not answer:
            self._process.wait()
            said = self._said.read_text(errors="replace").strip().splitlines()
            raise Gone(said[-1] if said else f"ended with status {self._process.returncode}")
        found: dict[str, Any] = json.loads(answer)
        return found

    def answers(self, queries: Path, *, count: int, radius: int, within: float) -> Told:
        """What it answers to as many of the first queries as it can within some seconds."""
        into = self._room / "answers.npz"
        said = self.order(
            "answer", queries=queries, count=count, radius=radius, within=within, into=into
        )
        with np.load(into) as told:
            answers = sorted_answers(told["offsets"], told["ids"])
        return Told(answers=answers, seconds_a_query=said["seconds"])

    def stop(self) -> None:
        """End its process; its memory is free when this returns."""
        assert self._process.stdin
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()
        self._process.kill()
        self._process.wait()
