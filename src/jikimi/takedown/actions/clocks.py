"""Clocks that are about to run out, and clocks that have."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from jikimi.takedown.actions.moving import locked_together, move_together
from jikimi.takedown.models import Notice
from jikimi.takedown.rules.notice import CLOCK_RUNS, NoticeState, is_overdue
from jikimi.trail.actions import Event, record_many


def sweep_clocks(now: datetime) -> int:
    """Move every notice whose clock has run out to overdue; return how many."""
    due = Notice.objects.filter(state__in=sorted(CLOCK_RUNS), due_at__lte=now)
    return sum(_run_out(together, now) for together in _by_case(due))


def remind_of_clocks(now: datetime) -> int:
    """Note each clock that runs out soon, once; return how many. No state changes."""
    due = Notice.objects.filter(state__in=sorted(CLOCK_RUNS), remind_at__lte=now, due_at__gt=now)
    return sum(_remind(together, now) for together in _by_case(due))


def _by_case(notices: QuerySet[Notice]) -> list[list[UUID]]:
    """Their ids, those of one case together."""
    found: dict[UUID, list[UUID]] = {}
    for case_id, notice_id in notices.values_list("sighting__case", "pk"):
        found.setdefault(case_id, []).append(notice_id)
    return list(found.values())


@transaction.atomic
def _remind(notice_ids: list[UUID], now: datetime) -> int:
    notices = [
        notice
        for notice in locked_together(notice_ids)
        if NoticeState(notice.state) in CLOCK_RUNS and notice.remind_at is not None
    ]
    ids = [notice.pk for notice in notices]
    Notice.objects.filter(pk__in=ids).update(remind_at=None, reminded_at=now)
    record_many(
        [
            Event(
                name="clock runs out soon",
                at=now,
                case_ref=notice.sighting.case_id,
                facts={"notice": str(notice.pk), "recipient": notice.recipient_id},
            )
            for notice in notices
        ]
    )
    return len(notices)


@transaction.atomic
def _run_out(notice_ids: list[UUID], now: datetime) -> int:
    overdue = [
        notice
        for notice in locked_together(notice_ids)
        if is_overdue(NoticeState(notice.state), notice.due_at, now)
    ]
    move_together(overdue, NoticeState.OVERDUE, now=now)
    return len(overdue)
