"""The figures of a recipient under a law, as sentences, small plots and the table behind them."""

from dataclasses import dataclass
from datetime import date, timedelta
from math import log

from jikimi.insight.rules.small_panel import Panel, Reading, draw_panel
from jikimi.insight.rules.time_axis import MONTHS
from jikimi.takedown.rules.effect import Effect
from jikimi.takedown.rules.effect_over_time import FEWEST, Course, Period

WIDTH, HEIGHT = 290.0, 140.0
_HOUR = timedelta(hours=1)
_SHORTEST, _LONGEST = _HOUR, timedelta(days=30)
_SHARES = ((0.0, "0"), (0.5, "50 %"), (1.0, "100 %"))


@dataclass(frozen=True, kw_only=True)
class Plot:
    """One figure over time; `panel` is None where there are too few to draw."""

    message: str
    panel: Panel | None
    too_few: str = ""


@dataclass(frozen=True, kw_only=True)
class PeriodRow:
    """One period, as the table has it."""

    begins: str
    rate: str
    interval: str
    n: int
    median: str
    quartiles: str
    watched: int


@dataclass(frozen=True, kw_only=True)
class LawPlots:
    """One law: how much of what was asked came down, and how fast."""

    law: str
    effect: Effect
    rate: Plot
    times: Plot
    every: str
    rows: tuple[PeriodRow, ...]


def plots_of(law: str, effect: Effect, course: Course | None) -> LawPlots:
    """Draw the year of one recipient under one law."""
    periods = course.periods if course else ()
    weekly = course is not None and course.weekly
    every = "week" if weekly else "month"
    return LawPlots(
        law=law,
        effect=effect,
        rate=_plot(_rate_message(effect), effect.n, [_rate(one, weekly) for one in periods], every),
        times=_plot(
            _time_message(effect),
            effect.watched,
            [_time(one, weekly) for one in periods],
            every,
            scale=_time_scale(),
        ),
        every=every,
        rows=tuple(_row(one, weekly) for one in periods),
    )


def _plot(
    message: str,
    n: int,
    readings: list[Reading],
    every: str,
    scale: tuple[tuple[float, str], ...] = _SHARES,
) -> Plot:
    if n < FEWEST:
        return Plot(message=message, panel=None, too_few=f"Too few to draw: n = {n}.")
    if not any(reading.is_drawn for reading in readings):
        return Plot(message=message, panel=None, too_few=_nothing_drawn(readings, every))
    return Plot(message=message, panel=draw_panel(readings, scale, width=WIDTH, height=HEIGHT))


def _nothing_drawn(readings: list[Reading], every: str) -> str:
    if any(reading.n >= FEWEST for reading in readings):
        return f"Nothing to draw: a quarter has come down in no {every}."
    return f"Too few to draw: no {every} with {FEWEST} to go by."


def _rate_message(effect: Effect) -> str:
    if not effect.n:
        return "Nothing is decided yet"
    spread = f"{percent(effect.low)} to {percent(effect.high)}"
    return f"{percent(effect.rate)} removed ({spread}, n = {effect.n})"


def _time_message(effect: Effect) -> str:
    if effect.median is None:
        return f"Half are not down yet (n = {effect.watched})"
    return f"Half down within {hours(effect.median)} (n = {effect.watched})"


def _rate(period: Period, weekly: bool) -> Reading:
    rate = period.rate
    name, n = _name(period.begins, weekly), rate.n if rate else 0
    if rate is None or n < FEWEST:
        return Reading(period=name, n=n)
    return Reading(
        period=name, n=n, low=rate.low, middle=rate.rate, high=rate.high, words=percent(rate.rate)
    )


def _time(period: Period, weekly: bool) -> Reading:
    times = period.times
    name, n = _name(period.begins, weekly), times.watched if times else 0
    if times is None or n < FEWEST or times.lower_quartile is None:
        return Reading(period=name, n=n)
    return Reading(
        period=name,
        n=n,
        low=_along(times.lower_quartile),
        middle=None if times.median is None else _along(times.median),
        high=1.0 if times.upper_quartile is None else _along(times.upper_quartile),
        words=hours(times.median),
    )


def _row(period: Period, weekly: bool) -> PeriodRow:
    rate, times = period.rate, period.times
    known = rate is not None and rate.n > 0
    return PeriodRow(
        begins=_name(period.begins, weekly=True) if weekly else _month(period.begins),
        rate=percent(rate.rate) if rate and known else "–",
        interval=f"{percent(rate.low)} to {percent(rate.high)}" if rate and known else "–",
        n=rate.n if rate else 0,
        median=hours(times.median) if times else "–",
        quartiles=quartiles(times) if times else "–",
        watched=times.watched if times else 0,
    )


def _name(begins: date, weekly: bool) -> str:
    month = MONTHS[begins.month - 1]
    return f"{begins.day} {month}" if weekly else month


def _month(begins: date) -> str:
    return f"{MONTHS[begins.month - 1]} {begins.year}"


def _along(span: timedelta) -> float:
    """A time on a scale that goes from an hour to thirty days in equal ratios."""
    within = min(max(span, _SHORTEST), _LONGEST)
    return log(within / _SHORTEST) / log(_LONGEST / _SHORTEST)


def _time_scale() -> tuple[tuple[float, str], ...]:
    lines = ((1, "1 h"), (24, "1 day"), (168, "1 week"), (720, "30 days"))
    return tuple((_along(_HOUR * number), words) for number, words in lines)


def percent(share: float) -> str:
    """A share of 1 as a whole per cent."""
    return f"{share:.0%}".replace("%", " %")


def hours(span: timedelta | None) -> str:
    """A time in whole hours; None is one that never came."""
    if span is None:
        return "not yet"
    return f"{span / _HOUR:.0f} h" if span >= _HOUR else "under 1 h"


def quartiles(effect: Effect) -> str:
    """By when a quarter and three quarters were down."""
    if effect.lower_quartile is None:
        return hours(None)
    return f"{hours(effect.lower_quartile)} to {hours(effect.upper_quartile)}"
