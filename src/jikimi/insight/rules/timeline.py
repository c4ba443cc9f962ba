"""What happened to notices, as lanes along one time axis. Pure: coordinates and labels out.

Each lane has its title and its state on one line, below it the clock as a bar with a mark for each
event, and below that the events' words. Lengths are in the picture's own unit, a pixel at its
natural size; y grows downwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Literal

from jikimi.insight.rules.label_rows import Placed, Wanted, place_labels
from jikimi.insight.rules.text_width import shortened, width_of
from jikimi.insight.rules.time_axis import Tick, TimeAxis

Tone = Literal["plain", "accent", "warn", "late", "ok"]
StripKind = Literal["waiting", "allowed", "used", "over"]

TITLE_SIZE, LABEL_SIZE = 13.0, 11.0
INSET = 6.0
"""Room at both edges, so that a mark there is whole."""
MARK = 4.0
"""A mark's radius."""
_TOP, _BOTTOM = 18.0, 22.0
_TITLE, _BAR, _LABELS, _ROW, _BETWEEN = 13.0, 24.0, 42.0, 14.0, 12.0
_THICK, _THIN = 8.0, 2.0
_STATE_GAP = 10.0


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened, or is to happen, at a moment."""

    at: datetime
    words: str
    tone: Tone = "plain"


@dataclass(frozen=True, kw_only=True)
class Span:
    """A clock: it began, it ends when it is due, and it stopped when there was an end."""

    begun: datetime
    due: datetime | None
    stopped: datetime | None


@dataclass(frozen=True, kw_only=True)
class Lane:
    """One notice or one place. Raises ValueError if nothing ever happened in it."""

    title: str
    state: str
    tone: Tone
    events: tuple[Event, ...]
    clock: Span | None = None
    is_open: bool = True
    """Whether it still goes on, so that now belongs into the picture."""

    def __post_init__(self) -> None:
        """Check that there is a moment to begin with."""
        if not self.events:
            raise ValueError("a lane without an event has no place in time")


@dataclass(frozen=True, kw_only=True)
class Strip:
    """A piece of a bar: waiting with us, the time allowed, what of it is used, the time over."""

    kind: StripKind
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, kw_only=True)
class Mark:
    """An event on the bar."""

    x: float
    y: float
    event: Event


@dataclass(frozen=True, kw_only=True)
class Label:
    """An event's words; `y` is their baseline."""

    x: float
    y: float
    width: float
    words: str
    tone: Tone

    @property
    def middle(self) -> float:
        """Where the middle of the words is."""
        return self.x + self.width / 2


@dataclass(frozen=True, kw_only=True)
class DrawnLane:
    """One lane; its title begins at the left edge, its state ends at the right one."""

    title: str
    state: str
    tone: Tone
    title_y: float
    top: float
    bottom: float
    strips: tuple[Strip, ...]
    marks: tuple[Mark, ...]
    labels: tuple[Label, ...]


@dataclass(frozen=True, kw_only=True)
class Timeline:
    """A picture `width` by `height`; `now_x` is None once everything has ended."""

    width: float
    height: float
    top: float
    bottom: float
    """Between these run the lines of the ticks and of now."""
    tick_y: float
    now_x: float | None
    now_label_x: float
    ticks: tuple[Tick, ...]
    lanes: tuple[DrawnLane, ...]


_NOW = "now"


def draw_timeline(lanes: Sequence[Lane], *, now: datetime, zone: tzinfo, width: float) -> Timeline:
    """Draw lanes from top to bottom. Raises ValueError without a lane."""
    axis = _axis(lanes, now, width)
    drawn: list[DrawnLane] = []
    y = _TOP
    for lane in lanes:
        drawn.append(_lane(lane, axis, now, y, width))
        y = drawn[-1].bottom + _BETWEEN
    now_x = axis.x(now) if any(lane.is_open for lane in lanes) else None
    half = width_of(_NOW, LABEL_SIZE) / 2
    return Timeline(
        width=width,
        height=y - _BETWEEN + _BOTTOM,
        top=_TOP - 4,
        bottom=y - _BETWEEN + 4,
        tick_y=y - _BETWEEN + _BOTTOM - 5,
        now_x=now_x,
        now_label_x=min(max(now_x or 0.0, half), width - half),
        ticks=axis.ticks(zone, size=LABEL_SIZE),
        lanes=tuple(drawn),
    )


def _axis(lanes: Sequence[Lane], now: datetime, width: float) -> TimeAxis:
    if not lanes:
        raise ValueError("a timeline of nothing")
    moments = [event.at for lane in lanes for event in lane.events]
    moments += [now for lane in lanes if lane.is_open]
    moments += [
        at
        for lane in lanes
        if (clock := lane.clock)
        for at in (clock.begun, clock.stopped, clock.due if clock.stopped is None else None)
        if at is not None
    ]
    return TimeAxis(start=min(moments), end=max(moments), left=INSET, right=width - INSET)


def _lane(lane: Lane, axis: TimeAxis, now: datetime, y: float, width: float) -> DrawnLane:
    events = sorted(lane.events, key=lambda event: event.at)
    wanted = [Wanted(x=axis.x(event.at), words=event.words) for event in events]
    placed = place_labels(wanted, size=LABEL_SIZE, width=width)
    rows = 1 + max(label.row for label in placed)
    state_room = width_of(lane.state, TITLE_SIZE) + _STATE_GAP
    return DrawnLane(
        title=shortened(lane.title, TITLE_SIZE, max(width - state_room, 0.0)),
        state=lane.state,
        tone=lane.tone,
        title_y=y + _TITLE,
        top=y,
        bottom=y + _LABELS + (rows - 1) * _ROW + 4,
        strips=_strips(lane, axis, now, y + _BAR),
        marks=tuple(Mark(x=axis.x(event.at), y=y + _BAR, event=event) for event in events),
        labels=tuple(_label(place, event, y) for place, event in zip(placed, events, strict=True)),
    )


def _label(place: Placed, event: Event, y: float) -> Label:
    return Label(
        x=place.left,
        y=y + _LABELS + place.row * _ROW,
        width=place.width,
        words=place.words,
        tone=event.tone,
    )


def _strips(lane: Lane, axis: TimeAxis, now: datetime, y: float) -> tuple[Strip, ...]:
    """Thin where nobody's clock runs, thick where one does; what is over stands out."""
    first = min(event.at for event in lane.events)
    past = [event.at for event in lane.events if event.at <= now]
    ends = now if lane.is_open else max(past, default=first)
    clock = lane.clock
    if clock is None:
        return (_strip("waiting", first, ends, axis, y, _THIN),)
    stopped = clock.stopped or now
    due = clock.due or stopped
    strips = [_strip("waiting", first, max(ends, stopped), axis, y, _THIN)]
    if clock.stopped is None:
        strips.append(_strip("allowed", clock.begun, due, axis, y, _THICK))
    strips.append(_strip("used", clock.begun, min(stopped, due), axis, y, _THICK))
    if stopped > due:
        strips.append(_strip("over", due, stopped, axis, y, _THICK))
    return tuple(strips)


def _strip(
    kind: StripKind, start: datetime, end: datetime, axis: TimeAxis, y: float, height: float
) -> Strip:
    left, right = axis.x(start), axis.x(max(start, end))
    return Strip(kind=kind, x=left, y=y - height / 2, width=right - left, height=height)
