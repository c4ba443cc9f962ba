"""What was measured, as it stands in bench/RESULTS.md."""

from collections.abc import Iterable
from statistics import median
from typing import Final

from bench.matching.contestants import BEST_EXACT, EVERYBODY, FLAT, MAPPED, OURS
from bench.matching.figures import (
    BATCH,
    OTHER_RADII,
    RADIUS,
    SINGLE,
    TWO_THREADS,
    Case,
    Contests,
    Field,
    Standing,
)
from bench.matching.fingerprints import PICTURES

_KINDS: Final = {PICTURES: "fingerprints of pictures", "uniform": "uniform fingerprints"}
_NONE: Final = "-"
_TARGETS: Final = ((BEST_EXACT.name, 100), (FLAT.name, 1_000))
_CHANGES: Final = (
    "write",
    "open, files on disk",
    "first query, files on disk",
    "next 1000 queries, files on disk",
    "open, files in memory",
    "first query, files in memory",
    "next 1000 queries, files in memory",
    "verify every checksum",
    "add one",
    "add 1000",
    "1000 queries after it",
    "remove one",
    "remove 1000",
    "write what changed",
)


def as_markdown(run: Contests) -> str:
    """Everything, the targets first."""
    parts = [run.machine, *run.notes, _how(run), _against_targets(run)]
    parts += [f"**{_title(one)}**\n\n{one_contest(one)}" for one in run.fields]
    parts.append(f"**Other radii, one thread**\n\n{_radii(run)}")
    parts += [
        f"**{_title(one)}: what is done to an index, ms**\n\n{_changes(one)}"
        for one in run.fields
        if one.kind == PICTURES
    ]
    return "\n\n".join(part for part in parts if part)


def one_contest(one: Field) -> str:
    """The table of one contest."""
    head = (
        f"{one.matches:,} matches for 1000 queries, {one.rounds} rounds",
        "queries a second, one thread",
        "ours is faster, times",
        "queries a second, two threads",
        "single query p50 / p95 / p99, µs",
        "build s",
        "memory, bytes a row",
        "recall",
        "queries asked: batches, single",
    )
    known = {standing.name: standing for standing in one.standings}
    order = [contestant.name for contestant in reversed(EVERYBODY) if contestant.name in known]
    return _table(head, (_row(one, known[name]) for name in order))


def _how(run: Contests) -> str:
    largest = max(field.rows for field in run.fields)
    return (
        f"Radius {RADIUS}; each contestant in a process of its own, all of them in memory at once "
        "(in two sittings where it is too small for all, ours in both) and asked in turns, round "
        "after round, each round begun by another one. Rates are the "
        "median of the rounds, least and most in brackets; how many times faster ours is, is the "
        "median of the ratios within one round. Batches have 1000 queries, fewer where "
        "a contestant would take too long (the last column); threatexchange takes one query a "
        "call. Half of the queries are altered "
        "copies of what is stored, half are new. Answers are held against a comparison with every "
        "row, itself held against NumPy. Memory is what the process grew by; to build the mapped "
        "files is to write them, open them and read them whole, too. A peer is put into a file "
        "and read from it where there is memory and time left for that. "
        f"All of it was to take {run.minutes:g} minutes, up to {largest:,} rows."
    )


def _title(one: Field) -> str:
    return f"{one.rows:,} {_KINDS[one.kind]}{one.sitting}"


def _against_targets(run: Contests) -> str:
    largest = max(one.rows for one in run.fields)
    rows = [
        (
            f"{_title(one)}, {ours} against {peer}",
            _times(one.times_faster(ours, peer, BATCH)),
            f"{target:,}",
        )
        for peer, target in _TARGETS
        for one in run.fields
        if (one.kind, one.rows) == (PICTURES, largest) and one.of(peer)
        for ours in (OURS.name, MAPPED.name)
    ]
    return _table(("one thread, batches", "times faster", "target"), rows) if rows else ""


def _row(one: Field, standing: Standing) -> tuple[str, ...]:
    if standing.left_out:
        return (standing.name, f"left out: {standing.left_out}", *[""] * 7)
    # One that takes no batches is asked one by one, and compared with our batches all the same.
    case = BATCH if standing.rates(BATCH) else SINGLE
    verdict = standing.verdicts[RADIUS]
    return (
        standing.name,
        _rates(standing, case),
        _NONE if standing.is_ours else _times(_faster(one, standing)),
        _rates(standing, TWO_THREADS),
        _latency(standing, SINGLE),
        f"{standing.build_s:.2f}",
        f"{standing.resident / one.rows:.0f}",
        f"{verdict.recall:.4f} of {verdict.true:,}"
        + (f", {verdict.wrong:,} wrong" if verdict.wrong else ""),
        f"{standing.asked(BATCH):,}, {standing.asked(SINGLE):,}",
    )


def _faster(one: Field, peer: Standing) -> float | None:
    """Our batches to its batches, or to its calls one by one if it takes no others."""
    ours = one.of(OURS.name)
    case = BATCH if peer.rates(BATCH) else SINGLE
    pairs = zip(ours.rates(BATCH) if ours else (), peer.rates(case), strict=False)
    ratios = [mine / theirs for mine, theirs in pairs]
    return median(ratios) if ratios else None


def _radii(run: Contests) -> str:
    rows = []
    for one in run.fields:
        for standing in one.standings:
            for radius in OTHER_RADII if standing.is_ours else ():
                verdict = standing.verdicts[radius]
                rows.append(
                    (
                        f"{_title(one)}, {standing.name}",
                        f"{radius}",
                        _rates(standing, Case(radius=radius)),
                        _latency(standing, Case(radius=radius, one_by_one=True)),
                        f"{verdict.true:,}",
                        "exact" if verdict.is_exact else f"{verdict.missed + verdict.wrong} faults",
                    )
                )
    head = ("", "radius", "queries a second", "single query p50 / p95 / p99, µs", "matches", "")
    return _table(head, rows)


def _changes(one: Field) -> str:
    seated = [standing for standing in reversed(one.standings) if standing.changes]
    rows = [
        (name, *(_milliseconds(standing.took(name)) for standing in seated)) for name in _CHANGES
    ]
    return _table(("", *(standing.name for standing in seated)), rows)


def _milliseconds(took: list[float]) -> str:
    if not took:
        return _NONE
    if len(took) == 1:
        return _digits(took[0] * 1000)
    return f"{_digits(median(took) * 1000)} (most {_digits(max(took) * 1000)})"


def _rates(standing: Standing, case: Case) -> str:
    rates = standing.rates(case)
    if not rates:
        return _NONE
    return f"{_digits(median(rates))} ({_digits(min(rates))} to {_digits(max(rates))})"


def _latency(standing: Standing, case: Case) -> str:
    figures = standing.microseconds(case)
    return " / ".join(_digits(figure) for figure in figures) if figures else _NONE


def _times(ratio: float | None) -> str:
    return _NONE if ratio is None else _digits(ratio)


def _digits(figure: float) -> str:
    """Three digits that count, thousands apart."""
    if figure >= 100:
        return f"{figure:,.0f}"
    return f"{figure:.1f}" if figure >= 10 else f"{figure:.2f}"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = (head, ("---",) * len(head), *rows)
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
