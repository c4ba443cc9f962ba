"""A notice's and a case's timeline: what happened, as the lanes of a picture, a table and words."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from jikimi.cases.models import Case, CaseStatus, Sighting
from jikimi.cases.rules import DOWN, Liveness, SightingKind
from jikimi.insight.rules.timeline import Event, Lane, Timeline, draw_timeline
from jikimi.takedown.models import Notice
from jikimi.takedown.rules.notice import OPEN, NoticeState, is_overdue
from jikimi.web.desk.timeline_events import clock_of, events_of, main_events
from jikimi.web.desk.timeline_words import message_of_case, message_of_notice
from jikimi.web.desk.wording import NOTICES, Said

MOST_LANES = 40
WIDE, NARROW = 640.0, 290.0
"""Widths that fit beside the list of cases, and on a phone of 360 pixels."""


@dataclass(frozen=True, kw_only=True)
class LaneRow:
    """A lane as a row of the table."""

    title: str
    said: Said
    events: tuple[Event, ...]


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A timeline in two widths, of which one is shown, with its message and its table."""

    message: str
    wide: Timeline
    narrow: Timeline
    rows: tuple[LaneRow, ...]
    left_out: int = 0
    """How many older lanes the picture does not hold; the table does."""


def picture_of_notice(notice: Notice, now: datetime) -> Picture:
    """Everything that happened to one notice."""
    row = _row(notice, now)
    return _picture(message_of_notice(notice, now), [(_lane(notice, row), row)], now)


def picture_of_case(case: Case, now: datetime) -> Picture | None:
    """One lane for each notice and for each place without one, newest below; None if nothing is."""
    places = list(case.sightings.prefetch_related("notices__letter", "notices__replies__answers"))
    dated = sorted(_lanes_of(places, case, now), key=lambda one: one[0].events[0].at)
    if not dated:
        return None
    notices = [notice for place in places for notice in place.notices.all()]
    down = sum(Liveness(place.liveness) in DOWN for place in places)
    return _picture(message_of_case(notices, len(places), down, now), dated, now)


def _lanes_of(
    places: Sequence[Sighting], case: Case, now: datetime
) -> Iterator[tuple[Lane, LaneRow]]:
    for place in places:
        notices = place.notices.all()
        for notice in notices:
            row = _row(notice, now)
            yield _lane(notice, row, main_only=True), row
        if not notices:
            yield _empty_lane(place, is_open=case.status == CaseStatus.OPEN)


def _picture(message: str, lanes: Sequence[tuple[Lane, LaneRow]], now: datetime) -> Picture:
    shown = [lane for lane, _ in lanes[-MOST_LANES:]]
    zone = timezone.get_current_timezone()
    return Picture(
        message=message,
        wide=draw_timeline(shown, now=now, zone=zone, width=WIDE),
        narrow=draw_timeline(shown, now=now, zone=zone, width=NARROW),
        rows=tuple(row for _, row in lanes),
        left_out=len(lanes) - len(shown),
    )


def _row(notice: Notice, now: datetime) -> LaneRow:
    state = NoticeState(notice.state)
    late = is_overdue(state, notice.due_at, now)
    return LaneRow(
        title=f"{notice.recipient_name} · {_where(notice.sighting)}",
        said=NOTICES[NoticeState.OVERDUE if late else state],
        events=events_of(notice, now),
    )


def _lane(notice: Notice, row: LaneRow, *, main_only: bool = False) -> Lane:
    return Lane(
        title=row.title,
        state=row.said.words,
        tone=row.said.tone,
        events=main_events(row.events) if main_only else row.events,
        clock=clock_of(notice),
        is_open=NoticeState(notice.state) in OPEN,
    )


def _empty_lane(place: Sighting, *, is_open: bool) -> tuple[Lane, LaneRow]:
    said = Said(words="no notice yet", tone="warn") if is_open else Said(words="–", tone="plain")
    events = (Event(at=place.reported_at, words="reported"),)
    row = LaneRow(title=_where(place), said=said, events=events)
    lane = Lane(title=row.title, state=said.words, tone=said.tone, events=events, is_open=is_open)
    return lane, row


def _where(place: Sighting) -> str:
    """Its host; never a path or the name of an account, which may hold a person's name."""
    return place.host if place.kind == SightingKind.LINK else "account or room"
