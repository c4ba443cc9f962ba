"""Clocks that are about to run out, and clocks that have."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from jikimi.takedown.actions.moving import locked, move
from jikimi.takedown.models import Notice
from jikimi.takedown.rules.notice import CLOCK_RUNS, NoticeState, is_overdue
from jikimi.trail.actions import record


def sweep_clocks(now: datetime) -> int:
    """Move every notice whose clock has run out to overdue; return how many."""
    due = Notice.objects.filter(state__in=sorted(CLOCK_RUNS), due_at__lte=now).values_list(
        "pk", flat=True
    )
    return sum(_run_out(notice_id, now) for notice_id in due)


def remind_of_clocks(now: datetime) -> int:
    """Note each clock that runs out soon, once; return how many. No state changes."""
    due = Notice.objects.filter(
        state__in=sorted(CLOCK_RUNS), remind_at__lte=now, due_at__gt=now
    ).values_list("pk", flat=True)
    return sum(_remind(notice_id, now) for notice_id in due)


@transaction.atomic
def _remind(notice_id: UUID, now: datetime) -> bool:
    notice = locked(notice_id)
    if NoticeState(notice.state) not in CLOCK_RUNS or notice.remind_at is None:
        return False
    notice.remind_at, notice.reminded_at = None, now
    notice.save(update_fields=["remind_at", "reminded_at"])
    record(
        "clock runs out soon",
        at=now,
        case_ref=notice.sighting.case_id,
        notice=str(notice.pk),
        recipient=notice.recipient_id,
    )
    return True


@transaction.atomic
def _run_out(notice_id: UUID, now: datetime) -> bool:
    notice = locked(notice_id)
    if not is_overdue(NoticeState(notice.state), notice.due_at, now):
        return False
    move(notice, NoticeState.OVERDUE, now=now)
    return True
