"""One set of fingerprints, and everybody: built, held against the truth, asked, changed."""

import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import numpy as np

from bench.matching.budget import Budget, rounds_for, seconds_each, sittings
from bench.matching.contestants import BATCH_SIZE, Contestant, Gone, Running
from bench.matching.counting import Answers, Verdict, compared, true_answers
from bench.matching.figures import (
    BATCH,
    OTHER_RADII,
    RADIUS,
    SINGLE,
    TWO_THREADS,
    Case,
    Field,
    Measure,
    Standing,
)
from bench.matching.fingerprints import QUERIES, queries

_CHECKED: Final = 1_000
_SINGLES: Final = 2_000
_LEAST: Final = 8
_AS_LONG_AS_IT_TAKES: Final = 3_600


@dataclass(frozen=True, kw_only=True)
class Given:
    """What every contestant gets: files, room for more, the true answers to the first queries."""

    kind: str
    rows: int
    room: Path
    hashes: Path
    queries: Path
    fresh: Path
    true: dict[int, Answers]


@dataclass(frozen=True, kw_only=True)
class Seat:
    """A contestant in the contest: its process, unless it was left out, and what it did so far."""

    contestant: Contestant
    running: Running | None
    standing: Standing
    measures: list[Measure] = field(default_factory=list)


def contest(
    kind: str, rows: int, hashes: Path, everybody: list[tuple[Contestant, Path]], budget: Budget
) -> Iterator[Field]:
    """Hold one contest over the first `rows` fingerprints of a file, in a sitting or several."""
    with tempfile.TemporaryDirectory(dir=hashes.parent) as room:
        given = _given(kind, rows, hashes, Path(room))
        groups = sittings(everybody, rows)
        for number, group in enumerate(groups, 1):
            name = f", sitting {number} of {len(groups)}" if len(groups) > 1 else ""
            yield replace(_sitting(given, group, budget), sitting=name)


def _sitting(given: Given, everybody: list[tuple[Contestant, Path]], budget: Budget) -> Field:
    seats: list[Seat] = []
    try:
        for contestant, python in everybody:
            seats.append(_seated(contestant, python, given, budget))
        rounds = _rounds(seats, given, budget)
        standings = tuple(_changed(seat, given, budget) for seat in seats)
    finally:
        for seat in seats:
            if seat.running:
                seat.running.stop()
    return Field(
        kind=given.kind,
        rows=given.rows,
        rounds=rounds,
        matches=int(given.true[RADIUS].offsets[-1]),
        standings=standings,
    )


def _given(kind: str, rows: int, hashes: Path, room: Path) -> Given:
    asked = queries(kind, hashes, rows)
    np.save(room / "queries.npy", asked)
    np.save(room / "fresh.npy", asked[::-1])
    first = np.load(hashes, mmap_mode="r")[:rows]
    true = true_answers(first, asked[:_CHECKED], (RADIUS, *OTHER_RADII), threads=2)
    return Given(
        kind=kind,
        rows=rows,
        room=room,
        hashes=hashes,
        queries=room / "queries.npy",
        fresh=room / "fresh.npy",
        true=true,
    )


def _seated(contestant: Contestant, python: Path, given: Given, budget: Budget) -> Seat:
    """Build a contestant and hold its answers against the true ones, or say why not."""
    print(f"{given.rows} {given.kind}: {contestant.name} ...", flush=True)
    if why := budget.why_not(contestant, given.rows):
        return _left_out(contestant, why)
    running = Running(contestant, python, given.room)
    try:
        built = running.order("build", hashes=given.hashes, rows=given.rows)
        budget.built(contestant, given.rows, built["seconds"])
        verdicts, measures = _checked(running, given)
    except Gone as said:
        running.stop()
        return _left_out(contestant, f"it ended by itself: {said}")
    standing = Standing(
        name=contestant.name,
        is_ours=contestant.is_ours,
        build_s=built["seconds"],
        resident=built["resident"],
        verdicts=verdicts,
    )
    return Seat(contestant=contestant, running=running, standing=standing, measures=measures)


def _left_out(contestant: Contestant, why: str) -> Seat:
    standing = Standing(name=contestant.name, left_out=why)
    return Seat(contestant=contestant, running=None, standing=standing)


def _checked(running: Running, given: Given) -> tuple[dict[int, Verdict], list[Measure]]:
    """Compare with the truth; how fast it was tells how many queries it can be asked."""
    verdicts, measures = {}, []
    is_ours, each = running.contestant.is_ours, seconds_each(given.rows)
    for radius in (RADIUS, *OTHER_RADII) if is_ours else (RADIUS,):
        within = _AS_LONG_AS_IT_TAKES if is_ours else each
        told = running.answers(given.queries, count=_CHECKED, radius=radius, within=within)
        verdicts[radius] = compared(told.answers, given.true[radius])
        affordable = max(_LEAST, int(each / told.seconds_a_query))
        measures += [
            Measure(case=case, asked=_asked(running.contestant, case, affordable))
            for case in _cases(running.contestant, radius)
        ]
    return verdicts, measures


def _cases(contestant: Contestant, radius: int) -> tuple[Case, ...]:
    if not contestant.takes_batches:
        return (SINGLE,)
    if radius == RADIUS:
        return (BATCH, TWO_THREADS, SINGLE)
    return (replace(BATCH, radius=radius), replace(SINGLE, radius=radius))


def _asked(contestant: Contestant, case: Case, affordable: int) -> int:
    """How many queries in a round: whole batches where there is time for one."""
    if case.one_by_one:
        return min(_SINGLES, affordable)
    if affordable >= BATCH_SIZE:
        return min(QUERIES, affordable // BATCH_SIZE * BATCH_SIZE)
    if case.threads > 1:
        return max(contestant.least_for_two_threads, affordable)
    return affordable


def _rounds(seats: list[Seat], given: Given, budget: Budget) -> int:
    """Ask everybody in every way, again and again, each time beginning with another one."""
    for done in range(rounds_for(given.rows)):
        if done and budget.remaining() < 0:
            return done
        for turn in range(len(seats)):
            _ask_in_every_way(seats[(turn + done) % len(seats)], given)
    return rounds_for(given.rows)


def _ask_in_every_way(seat: Seat, given: Given) -> None:
    if not seat.running:
        return
    try:
        for measure in seat.measures:
            _ask(seat.running, measure, given)
    except Gone as said:
        print(f"{seat.contestant.name} ended by itself: {said}", file=sys.stderr, flush=True)


def _ask(running: Running, measure: Measure, given: Given) -> None:
    case = measure.case
    said = running.order(
        "ask",
        queries=given.queries,
        count=measure.asked,
        size=1 if case.one_by_one else BATCH_SIZE,
        radius=case.radius,
        threads=case.threads,
    )
    measure.rates.append(measure.asked / sum(said["seconds"]))
    if case.one_by_one:
        measure.calls.extend(said["seconds"])


def _changed(seat: Seat, given: Given, budget: Budget) -> Standing:
    """Add and remove, write and open; then its process ends."""
    if not seat.running:
        return seat.standing
    asked = replace(seat.standing, measures=tuple(seat.measures))
    try:
        said = seat.running.order(
            "change",
            fresh=given.fresh,
            rows=given.rows,
            written=budget.may_be_written(seat.contestant, given.rows),
        )
    except Gone as gone:
        print(f"{seat.contestant.name} ended by itself: {gone}", file=sys.stderr, flush=True)
        return asked
    seat.running.stop()
    return replace(asked, changes=tuple((name, took) for name, took in said["seconds"]))
