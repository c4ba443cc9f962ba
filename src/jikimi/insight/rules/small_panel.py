"""One figure over time with its spread, small enough to stand beside many others. Pure.

Values come as shares of the scale, 0 at its foot and 1 at its top; coordinates and labels come out,
in the picture's own unit, with y growing downwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jikimi.insight.rules.text_width import shortened, width_of

SIZE = 11.0
SMALL = 9.0
"""Font sizes: of what is read, and of the counts under the foot."""
_TOP, _FOOT, _GUTTER, _RIGHT = 16.0, 30.0, 46.0, 6.0
_LABEL_GAP, _COUNTS_UP = 8.0, 17.0
_DOT = 3.0
_THOUSAND = 1000


@dataclass(frozen=True, kw_only=True)
class Reading:
    """One period: its name, how many it counts, and its figure with the ends of its spread.

    `middle` is None where the figure is not known; `low` and `high` are both None where nothing is
    to be drawn. Raises ValueError unless 0 <= low <= middle <= high <= 1.
    """

    period: str
    n: int
    low: float | None = None
    middle: float | None = None
    high: float | None = None
    words: str = ""
    """The figure as it is read."""

    def __post_init__(self) -> None:
        """Check the order."""
        known = [value for value in (self.low, self.middle, self.high) if value is not None]
        if known != sorted(known) or any(not 0 <= value <= 1 for value in known):
            raise ValueError("a figure lies within its spread, and that on the scale")

    @property
    def is_drawn(self) -> bool:
        """Whether there is anything to draw."""
        return self.low is not None and self.high is not None


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line of the scale with its words, which end at `words_right`."""

    y: float
    words: str
    words_right: float

    @property
    def baseline(self) -> float:
        """Where its words stand, so that their middle is on the line."""
        return self.y + SIZE / 3


@dataclass(frozen=True, kw_only=True)
class Column:
    """A period as it is drawn: its spread as a strip, its figure as a dot."""

    x: float
    top: float
    bottom: float
    dot: float | None
    reading: Reading


@dataclass(frozen=True, kw_only=True)
class Words:
    """Words whose middle is at `x` and whose baseline is at `y`."""

    x: float
    y: float
    width: float
    words: str


@dataclass(frozen=True, kw_only=True)
class Panel:
    """A picture `width` by `height`; nothing of it lies outside."""

    width: float
    height: float
    left: float
    right: float
    lines: tuple[Line, ...]
    columns: tuple[Column, ...]
    paths: tuple[str, ...]
    """Points of lines that join figures of neighbouring periods; a gap stays a gap."""
    periods: tuple[Words, ...]
    counts: tuple[Words, ...]
    counts_right: float
    counts_y: float
    """Where the row of counts is named."""
    last: Words | None
    """The newest figure, in words beside its dot."""


def draw_panel(
    readings: Sequence[Reading],
    scale: Sequence[tuple[float, str]],
    *,
    width: float,
    height: float,
) -> Panel:
    """Draw periods from left to right; `scale` holds the lines with their words.

    Raises ValueError without a period.
    """
    if not readings:
        raise ValueError("a plot over no time")
    left, right = _GUTTER, width - _RIGHT
    step = (right - left) / len(readings)
    columns = [_column(one, left + (i + 0.5) * step, height) for i, one in enumerate(readings)]
    return Panel(
        width=width,
        height=height,
        left=left,
        right=right,
        lines=tuple(
            Line(y=_y(at, height), words=words, words_right=left - 5) for at, words in scale
        ),
        columns=tuple(column for column in columns if column.reading.is_drawn),
        paths=tuple(_paths(columns)),
        periods=tuple(_periods(columns, height, width)),
        counts=tuple(_counts(columns, step, height)),
        counts_right=left - 5,
        counts_y=height - _COUNTS_UP,
        last=_last(columns, width),
    )


def short_count(n: int) -> str:
    """Write a count in at most four letters where that can be: 999, 1k, 12k."""
    return str(n) if n < _THOUSAND else f"{n // _THOUSAND}k"


def _y(share: float, height: float) -> float:
    return _TOP + (1 - share) * (height - _TOP - _FOOT)


def _column(reading: Reading, x: float, height: float) -> Column:
    return Column(
        x=x,
        top=_y(reading.high or 0.0, height),
        bottom=_y(reading.low or 0.0, height),
        dot=None if reading.middle is None else _y(reading.middle, height),
        reading=reading,
    )


def _paths(columns: Sequence[Column]) -> list[str]:
    """Runs of at least two figures without a gap."""
    runs: list[list[Column]] = [[]]
    for column in columns:
        if column.dot is None or not column.reading.is_drawn:
            runs.append([])
        else:
            runs[-1].append(column)
    return [" ".join(f"{one.x:.1f},{one.dot:.1f}" for one in run) for run in runs if len(run) > 1]


def _periods(columns: Sequence[Column], height: float, width: float) -> list[Words]:
    """The names of periods, from the newest back, as many as stand apart."""
    kept: list[Words] = []
    limit = width
    for column in reversed(columns):
        room = width_of(column.reading.period, SIZE)
        x = min(column.x, width - room / 2)
        if x + room / 2 <= limit and x - room / 2 >= 0:
            kept.append(Words(x=x, y=height - 3, width=room, words=column.reading.period))
            limit = x - room / 2 - _LABEL_GAP
    return kept[::-1]


def _counts(columns: Sequence[Column], step: float, height: float) -> list[Words]:
    words = [(column.x, short_count(column.reading.n)) for column in columns]
    return [
        Words(x=x, y=height - _COUNTS_UP, width=width_of(said, SMALL), words=said)
        for x, said in words
        if width_of(said, SMALL) <= step
    ]


def _last(columns: Sequence[Column], width: float) -> Words | None:
    """Above the newest figure's spread; the scale ends low enough for that."""
    drawn = [one for one in columns if one.reading.is_drawn]
    if not drawn:
        return None
    words = shortened(drawn[-1].reading.words, SIZE, width - _GUTTER)
    room = width_of(words, SIZE)
    x = min(max(drawn[-1].x, _GUTTER + room / 2), width - room / 2)
    return Words(x=x, y=max(drawn[-1].top - _DOT - 1, SIZE), width=room, words=words)
