"""The picture of a year: how fast each stage went, how long things waited, and what broke when."""

from itertools import pairwise
from pathlib import Path

import matplotlib as mpl

mpl.use("svg")

from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from bench.year.house import Instant
from bench.year.living import Lived
from bench.year.watching import Sample

_STAGES = ("items", "drafted", "approved", "sent", "down")
_NAMES = {"items": "taken in", "down": "seen to be down"}
_AGES = {
    "draft_age": "oldest place without a draft",
    "yes_age": "oldest draft without a yes",
    "letter_age": "oldest approved notice not sent",
}
_COLOURS = {"kill": "#b3261e", "mail": "#8a5a00", "database": "#1d4ed8"}


def rates(samples: list[Sample]) -> dict[str, float]:
    """Items a second of each stage, between its first and its last."""
    return {
        _NAMES.get(stage, stage): _rate([(one.at, getattr(one, stage)) for one in samples])
        for stage in _STAGES
    }


def draw(lived: Lived, path: Path) -> None:
    """Write the chart as SVG: throughput above, queue ages below, faults marked in both."""
    if len(lived.samples) < 2:
        return
    began = lived.samples[0].at
    figure, (above, below) = plt.subplots(2, 1, sharex=True, figsize=(10, 7))
    for stage in _STAGES:
        points = [
            (b.at - began, (getattr(b, stage) - getattr(a, stage)) / (b.at - a.at))
            for a, b in pairwise(lived.samples)
        ]
        above.plot(*zip(*points, strict=True), label=_NAMES.get(stage, stage), linewidth=1.2)
    for age, name in _AGES.items():
        points = [(one.at - began, getattr(one, age)) for one in lived.samples]
        below.plot(*zip(*points, strict=True), label=name, linewidth=1.2)
    above.set_ylabel("items a second")
    below.set_ylabel("seconds waited")
    below.set_xlabel("seconds since the first report")
    for axes in (above, below):
        _mark(axes, lived.instants, began)
        axes.legend(fontsize=8, loc="upper right")
        axes.set_ylim(bottom=0)
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)


def _mark(axes: Axes, instants: list[Instant], began: float) -> None:
    seen: set[str] = set()
    for one in instants:
        kind = one.what.split()[0].rstrip(":")
        label = (
            ""
            if kind in seen
            else {"kill": "process killed", "mail": "mail outage"}.get(kind, "database restarted")
        )
        seen.add(kind)
        axes.axvspan(
            one.began - began,
            max(one.ended, one.began + 0.3) - began,
            color=_COLOURS[kind],
            alpha=0.25,
            label=label,
        )


def _rate(points: list[tuple[float, int]]) -> float:
    """Of what grew, from the last moment at 0 to the first at its height."""
    if not points or not points[-1][1]:
        return 0.0
    most = points[-1][1]
    began = max((at for at, n in points if not n), default=points[0][0])
    ended = min(at for at, n in points if n == most)
    return most / max(ended - began, 0.001)
