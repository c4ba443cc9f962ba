"""The board of recipients: what each did with our notices, law by law, with how sure that is."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import log

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from jikimi.takedown.outcomes import effects_at
from jikimi.takedown.rules.effect import CONFIDENCE, ENOUGH, Effect
from jikimi.takedown.rules.health import known_not_to_work
from jikimi.venues.lookups import packs_in_use
from jikimi.venues.pack_values import Packs
from jikimi.web.desk.guard import StaffRequest
from jikimi.web.desk.queue_page import board

WIDTH = 120
"""Width of a picture in its own units; the scale runs from edge to edge."""
_INSET = 4
_SHORTEST, _LONGEST = timedelta(hours=1), timedelta(days=30)
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Span:
    """A range with its middle, as places on a picture `WIDTH` wide; None where there is none."""

    start: float
    middle: float | None
    end: float

    @property
    def length(self) -> float:
        """How wide the range is drawn; never so narrow that it cannot be seen."""
        return max(round(self.end - self.start, 1), 1.0)


@dataclass(frozen=True, kw_only=True)
class RecipientRow:
    """One recipient under one law."""

    recipient: str
    law: str
    is_degraded: bool
    is_enough: bool
    effect: Effect
    rate: str
    interval: str
    median: str
    quartiles: str
    rate_span: Span | None
    time_span: Span | None


@require_safe
def show_recipients(request: StaffRequest) -> HttpResponse:
    """What became of the last year's notices."""
    now = timezone.now()
    return render(
        request,
        "desk/recipients.html",
        {
            "board": board(now),
            "shows_recipients": True,
            "rows": rows_at(now),
            "enough": ENOUGH,
            "confidence": f"{CONFIDENCE:.0%}".replace("%", " %"),
            "width": WIDTH,
        },
    )


def rows_at(now: datetime) -> tuple[RecipientRow, ...]:
    """The board, those with the most notices first."""
    packs = packs_in_use()
    rows = [_row(effect, packs) for effect in effects_at(now)]
    return tuple(sorted(rows, key=lambda row: (-row.effect.watched, row.recipient, row.law)))


def _row(effect: Effect, packs: Packs) -> RecipientRow:
    recipient = packs.recipients.get(effect.recipient_id)
    law = packs.laws.get(effect.law_id) if effect.law_id else None
    return RecipientRow(
        recipient=recipient.name if recipient else "found by the registries, or no longer known",
        law=law.title["en"] if law else effect.law_id or "report or complaint without a law",
        is_degraded=recipient is not None and known_not_to_work(recipient),
        is_enough=effect.is_enough,
        effect=effect,
        rate=_percent(effect.rate) if effect.n else "–",
        interval=f"{_percent(effect.low)} to {_percent(effect.high)}" if effect.n else "–",
        median=_hours(effect.median),
        quartiles=_range(effect),
        rate_span=_rate_span(effect) if effect.n else None,
        time_span=_time_span(effect),
    )


def _rate_span(effect: Effect) -> Span:
    return Span(start=_across(effect.low), middle=_across(effect.rate), end=_across(effect.high))


def _time_span(effect: Effect) -> Span | None:
    if effect.lower_quartile is None:
        return None
    upper = effect.upper_quartile
    return Span(
        start=_along(effect.lower_quartile),
        middle=None if effect.median is None else _along(effect.median),
        end=_across(1) if upper is None else _along(upper),
    )


def _across(share: float) -> float:
    """A place on the picture, 0 at its left edge and 1 at its right."""
    return round(_INSET + share * (WIDTH - 2 * _INSET), 1)


def _along(span: timedelta) -> float:
    """A time on a scale that goes from an hour to thirty days in equal ratios."""
    within = min(max(span, _SHORTEST), _LONGEST)
    return _across(log(within / _SHORTEST) / log(_LONGEST / _SHORTEST))


def _percent(share: float) -> str:
    return f"{share:.0%}".replace("%", " %")


def _range(effect: Effect) -> str:
    if effect.lower_quartile is None:
        return _hours(None)
    return f"{_hours(effect.lower_quartile)} to {_hours(effect.upper_quartile)}"


def _hours(span: timedelta | None) -> str:
    if span is None:
        return "not yet"
    return f"{span / _HOUR:.0f} h" if span >= _HOUR else "under 1 h"
