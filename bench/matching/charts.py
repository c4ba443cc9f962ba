"""Three pictures: throughput against rows, how long single queries take, memory."""

from pathlib import Path
from typing import Final

import matplotlib as mpl

mpl.use("svg")

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bench.matching.contestants import EVERYBODY
from bench.matching.figures import BATCH, SINGLE, Contests, Field, Standing
from bench.matching.fingerprints import PICTURES, UNIFORM

DRAWN: Final = {
    "matching_throughput.svg": "Throughput against the number of fingerprints",
    "matching_latency.svg": "How long single queries take",
    "matching_memory.svg": "Memory against the number of fingerprints",
}

_COLOURS: Final = {one.name: f"C{place}" for place, one in enumerate(reversed(EVERYBODY))}
_POINTS: Final = np.concatenate((np.linspace(0, 98, 99), np.linspace(98.1, 100, 20)))


def draw(run: Contests, folder: Path) -> None:
    """Write the three as SVG into a folder."""
    for name, picture in zip(DRAWN, (_throughput(run), _latency(run), _memory(run)), strict=True):
        picture.tight_layout()
        picture.savefig(folder / name, metadata={"Date": None})
        plt.close(picture)


def _throughput(run: Contests) -> Figure:
    figure, both = plt.subplots(1, 2, sharey=True, figsize=(10, 5))
    for axes, kind, name in zip(both, (PICTURES, UNIFORM), ("pictures", "uniform"), strict=True):
        fields = [field for field in run.fields if field.kind == kind]
        for contestant in reversed(EVERYBODY):
            points = [
                (field.rows, float(np.median(standing.rates(BATCH) or standing.rates(SINGLE))))
                for field, standing in _seated(fields, contestant.name)
            ]
            _line(axes, points, contestant.name)
        _both_logarithmic(axes)
        axes.set_xlabel(f"fingerprints ({name})")
    both[0].set_ylabel("queries a second, one thread")
    both[0].legend(fontsize=8)
    return figure


def _latency(run: Contests) -> Figure:
    """The largest of pictures: which share of single queries took how long at most."""
    figure, axes = plt.subplots(figsize=(10, 5))
    rows = max(field.rows for field in run.fields)
    largest = [field for field in run.fields if (field.kind, field.rows) == (PICTURES, rows)]
    for contestant in reversed(EVERYBODY):
        for _, standing in _seated(largest, contestant.name):
            calls = next(one.calls for one in standing.measures if one.case == SINGLE)
            axes.plot(
                np.percentile(calls, _POINTS) * 1e6,
                _POINTS,
                label=contestant.name,
                color=_COLOURS[contestant.name],
                linewidth=1.2,
            )
    axes.set_xscale("log")
    axes.set_xlabel(f"microseconds of a single query among {rows:,}")
    axes.set_ylabel("per cent of the queries took no longer")
    axes.set_ylim(bottom=0)
    axes.legend(fontsize=8)
    return figure


def _memory(run: Contests) -> Figure:
    figure, axes = plt.subplots(figsize=(10, 5))
    fields = [field for field in run.fields if field.kind == PICTURES]
    for contestant in reversed(EVERYBODY):
        points = [
            (field.rows, standing.resident / 1e6)
            for field, standing in _seated(fields, contestant.name)
            if standing.resident > 0
        ]
        _line(axes, points, contestant.name)
    _both_logarithmic(axes)
    axes.set_xlabel("fingerprints (pictures)")
    axes.set_ylabel("resident megabytes")
    axes.legend(fontsize=8)
    return figure


def _seated(fields: list[Field], name: str) -> list[tuple[Field, Standing]]:
    """What it did with each number of rows: in the first of several sittings."""
    found = ((field, field.of(name)) for field in reversed(fields))
    first = {field.rows: (field, one) for field, one in found if one and one.rates(SINGLE)}
    return [first[rows] for rows in sorted(first)]


def _line(axes: Axes, points: list[tuple[int, float]], name: str) -> None:
    if points:
        axes.plot(*zip(*points, strict=True), "o-", label=name, color=_COLOURS[name], linewidth=1.2)


def _both_logarithmic(axes: Axes) -> None:
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.grid(visible=True, linewidth=0.3)
