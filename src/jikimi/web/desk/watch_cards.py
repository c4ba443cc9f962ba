"""Watches as the desk shows them: counts and sentences, never a picture."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from jikimi.people.models import Staff
from jikimi.takedown.rules.watching import FAILURES, WatchOutcome, WatchScope, WatchState
from jikimi.takedown.watch.models import Watch, WatchRun
from jikimi.web.desk.watch_forms import GAPS, REACHES
from jikimi.web.desk.wording import Said

_VISITS_LISTED = 10
_STATES = {
    WatchState.ACTIVE: Said(words="active", tone="ok"),
    WatchState.PAUSED: Said(words="paused", tone="plain"),
    WatchState.ENDED: Said(words="ended", tone="plain"),
}
_UNDER_WAY = Said(words="a visit is under way", tone="ok")
_FOUND = Said(words="found a copy", tone="warn")
_RESTS = Said(words="rests, needs somebody", tone="warn")
_IN_TROUBLE = {
    WatchOutcome.ROBOTS: Said(words="robots.txt forbids", tone="warn"),
    WatchOutcome.BACK_OFF: Said(words="asked to wait", tone="warn"),
}
_LED_NOWHERE = Said(words="led nowhere", tone="warn")


@dataclass(frozen=True, kw_only=True)
class WatchCard:
    """One watch, and what may be done with it."""

    watch: Watch
    said: Said
    reach: str
    pace: str
    named: str
    visits: tuple[WatchRun, ...]
    """The newest first."""
    robots: Literal["heeded", "asked", "ignored"]
    robots_asked: str
    robots_allowed: str
    may_allow: bool
    """Whether whoever looks at it could give the second yes."""

    @property
    def newest(self) -> WatchRun | None:
        """The last visit, or the one that is under way."""
        return self.visits[0] if self.visits else None

    @property
    def has_ended(self) -> bool:
        return self.watch.state == WatchState.ENDED

    @property
    def is_active(self) -> bool:
        return self.watch.state == WatchState.ACTIVE


def cards_of(watches: Iterable[Watch], staff: Staff) -> tuple[WatchCard, ...]:
    """Each watch as a card."""
    return tuple(_card(watch, staff) for watch in watches)


def _card(watch: Watch, staff: Staff) -> WatchCard:
    visits = tuple(watch.runs.all())
    waits = watch.robots_asked_by_id is not None and not watch.ignores_robots
    return WatchCard(
        watch=watch,
        said=_said(watch, visits),
        reach=REACHES[WatchScope(watch.scope)],
        pace=GAPS.get(watch.every_hours, f"every {watch.every_hours} hours"),
        named=_name(watch.named_by_id, staff),
        visits=visits[:_VISITS_LISTED],
        robots="ignored" if watch.ignores_robots else "asked" if waits else "heeded",
        robots_asked=_name(watch.robots_asked_by_id, staff),
        robots_allowed=_name(watch.robots_allowed_by_id, staff),
        may_allow=waits and watch.robots_asked_by_id != staff.pk,
    )


def _said(watch: Watch, visits: tuple[WatchRun, ...]) -> Said:
    if watch.state == WatchState.PAUSED and watch.because:
        return _RESTS
    if watch.state != WatchState.ACTIVE or not visits:
        return _STATES[WatchState(watch.state)]
    if not visits[0].outcome:
        return _UNDER_WAY
    if visits[0].sightings:
        return _FOUND
    outcome = WatchOutcome(visits[0].outcome)
    trouble = _LED_NOWHERE if outcome in FAILURES else _STATES[WatchState.ACTIVE]
    return _IN_TROUBLE.get(outcome, trouble)


def _name(staff_id: int | None, reader: Staff) -> str:
    if staff_id is None:
        return ""
    return "you" if staff_id == reader.pk else f"staff {staff_id}"
