"""What the desk asks about notices: the queue, its counts, a case's places."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from jikimi.cases.models import Case, CaseStatus, Sighting
from jikimi.cases.rules import DOWN, Liveness, Situation, Urgency, queue_key
from jikimi.takedown.choosing import next_if_it_leads_nowhere, route_for
from jikimi.takedown.contacts import contacts_of
from jikimi.takedown.models import FoundContact, Notice
from jikimi.takedown.rules.law_choice import LED_NOWHERE
from jikimi.takedown.rules.notice import CLOCK_RUNS, NoticeState, is_overdue
from jikimi.takedown.rules.route import NoRoute

Tone = Literal["late", "warn", "ok", "plain"]
_SOON = timedelta(hours=24)
_NEEDS_SOMEBODY = frozenset({NoticeState.DRAFT, NoticeState.UNKNOWN, NoticeState.UNDELIVERABLE})


@dataclass(frozen=True, kw_only=True)
class QueueRow:
    """One case, as the queue shows it."""

    nickname: str
    case_id: UUID
    situation: str
    minor: bool
    threatened: bool
    live_links: int
    hosts: tuple[str, ...]
    headline: str
    tone: Tone
    status: str


@dataclass(frozen=True, kw_only=True)
class QueueCounts:
    """How many open cases wait for what."""

    act_now: int
    waiting: int
    clock_run_out: int
    unknown: int


@dataclass(frozen=True, kw_only=True)
class Queue:
    """Every open case, and the counts over all of them."""

    rows: tuple[QueueRow, ...]
    counts: QueueCounts


@dataclass(frozen=True, kw_only=True)
class SightingRow:
    """A place with its notices, newest first, or why there is none."""

    sighting: Sighting
    notices: tuple[Notice, ...]
    no_route_because: str
    next_step: str
    """Who is next once what is under way leads nowhere, and why; empty if nothing is under way."""
    contacts: tuple[FoundContact, ...]
    """What the registries said about its host."""


def queue(now: datetime) -> Queue:
    """The open cases, most urgent first, and how many wait for what."""
    cases = sorted(_open_cases(), key=lambda case: queue_key(_urgency(case), now))
    return Queue(rows=tuple(_row(case, now) for case in cases), counts=_counts(cases, now))


def _counts(cases: list[Case], now: datetime) -> QueueCounts:
    """What waits for somebody, for an answer, for an escalation, for a decision."""
    states = [{_state_now(n, now) for n in _notices(case)} for case in cases]
    return QueueCounts(
        act_now=sum(not held or bool(held & _NEEDS_SOMEBODY) for held in states),
        waiting=sum(bool(held & CLOCK_RUNS) for held in states),
        clock_run_out=sum(NoticeState.OVERDUE in held for held in states),
        unknown=sum(NoticeState.UNKNOWN in held for held in states),
    )


def _state_now(notice: Notice, now: datetime) -> NoticeState:
    """The state, a clock counted that has run out since the last sweep."""
    state = NoticeState(notice.state)
    return NoticeState.OVERDUE if is_overdue(state, notice.due_at, now) else state


def sightings_of(case: Case, now: datetime) -> list[SightingRow]:
    """A case's places, each with its notices or with the reason why there is none."""
    sightings = case.sightings.prefetch_related(_newest_first()).order_by("reported_at", "pk")
    return [_sighting_row(sighting, case, now) for sighting in sightings]


def _open_cases() -> QuerySet[Case]:
    return Case.objects.filter(status=CaseStatus.OPEN).prefetch_related(
        Prefetch("sightings", Sighting.objects.prefetch_related(_newest_first()))
    )


def _newest_first() -> "Prefetch[str]":
    return Prefetch("notices", Notice.objects.order_by("-drafted_at", "pk"))


def _notices(case: Case) -> Iterable[Notice]:
    return (notice for sighting in case.sightings.all() for notice in sighting.notices.all())


def _urgency(case: Case) -> Urgency:
    clocks = [n.due_at for n in _notices(case) if NoticeState(n.state) in CLOCK_RUNS and n.due_at]
    overdue = [n.due_at for n in _notices(case) if n.state == NoticeState.OVERDUE and n.due_at]
    return Urgency(
        live_links=_live(case),
        minor=case.is_minor,
        threatened=case.situation == Situation.THREATENED,
        clock_ends=min(clocks + overdue, default=None),
        opened=case.opened_at,
    )


def _live(case: Case) -> int:
    return sum(
        sighting.kind == "link" and Liveness(sighting.liveness) not in DOWN
        for sighting in case.sightings.all()
    )


def _row(case: Case, now: datetime) -> QueueRow:
    headline, tone = _headline(case, now)
    return QueueRow(
        nickname=case.nickname,
        case_id=case.pk,
        situation=case.situation,
        minor=case.is_minor,
        threatened=case.situation == Situation.THREATENED,
        live_links=_live(case),
        hosts=tuple(sorted({s.host for s in case.sightings.all() if s.host})),
        headline=headline,
        tone=tone,
        status=case.status,
    )


def _headline(case: Case, now: datetime) -> tuple[str, Tone]:
    """The one thing about a case that somebody has to know first."""
    notices = list(_notices(case))
    states = {NoticeState(notice.state) for notice in notices}
    sightings = list(case.sightings.all())
    down = sum(Liveness(sighting.liveness) in DOWN for sighting in sightings)
    ladder: tuple[tuple[bool, str, Tone], ...] = (
        ({NoticeState.OVERDUE, NoticeState.DRAFT} <= states, "next notice ready", "late"),
        (NoticeState.OVERDUE in states, "clock run out", "late"),
        (NoticeState.UNKNOWN in states, "sending broke off", "late"),
        (NoticeState.UNDELIVERABLE in states, "mail was refused", "warn"),
        (_came_back(notices), "came back", "warn"),
        (NoticeState.DRAFT in states, "draft ready", "warn"),
        (_is_reminded(notices), f"runs out in {_hours_left(notices, now)} h", "warn"),
        (bool(sightings) and not notices, "needs a recipient", "warn"),
        (not sightings, "no link yet", "plain"),
        (down > 0, f"removed {down} of {len(sightings)}", "ok"),
        (bool(states & {NoticeState.APPROVED, NoticeState.SENDING}), "on its way", "plain"),
        (bool(states & CLOCK_RUNS), *_time_left(notices, now)),
    )
    return next(
        ((words, tone) for applies, words, tone in ladder if applies), ("waits for you", "warn")
    )


def _came_back(notices: list[Notice]) -> bool:
    ended = {n.sighting_id for n in notices if n.state == NoticeState.REMOVED}
    return any(n.sighting_id in ended for n in notices if n.state == NoticeState.DRAFT)


def _is_reminded(notices: list[Notice]) -> bool:
    """Whether three quarters of somebody's time are over; an answer that came ends it."""
    return any(n.reminded_at and NoticeState(n.state) in CLOCK_RUNS for n in notices)


def _next_due(notices: list[Notice]) -> datetime | None:
    due = (n.due_at for n in notices if n.due_at and NoticeState(n.state) in CLOCK_RUNS)
    return min(due, default=None)


def _hours_left(notices: list[Notice], now: datetime) -> int:
    due = _next_due(notices)
    return max((due - now) // timedelta(hours=1), 0) if due else 0


def _time_left(notices: list[Notice], now: datetime) -> tuple[str, Tone]:
    due = _next_due(notices)
    if due is None:
        return "waits for an answer", "plain"
    left = due - now
    tone: Tone = "late" if left < _SOON / 4 else "warn" if left < _SOON else "plain"
    return f"{_hours_left(notices, now)} h left", tone


def _sighting_row(sighting: Sighting, case: Case, now: datetime) -> SightingRow:
    notices = tuple(sighting.notices.all())
    because = ""
    if not notices and case.status == CaseStatus.OPEN:
        chosen = route_for(sighting, case, now=now)
        because = chosen.because if isinstance(chosen, NoRoute) else "A draft is being written."
    states = {NoticeState(notice.state) for notice in notices}
    climbs = case.status == CaseStatus.OPEN and bool(states & (CLOCK_RUNS | LED_NOWHERE))
    return SightingRow(
        sighting=sighting,
        notices=notices,
        no_route_because=because,
        next_step=next_if_it_leads_nowhere(sighting, case, now=now)
        if climbs and not states & _NEEDS_SOMEBODY
        else "",
        contacts=contacts_of(sighting),
    )
