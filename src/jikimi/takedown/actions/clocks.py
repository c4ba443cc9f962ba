"""Clocks that have run out."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from jikimi.takedown.actions.moving import locked, move
from jikimi.takedown.models import Notice
from jikimi.takedown.rules.notice import CLOCK_RUNS, NoticeState, is_overdue


def sweep_clocks(now: datetime) -> int:
    """Move every notice whose clock has run out to overdue; return how many."""
    due = Notice.objects.filter(state__in=sorted(CLOCK_RUNS), due_at__lte=now).values_list(
        "pk", flat=True
    )
    return sum(_run_out(notice_id, now) for notice_id in due)


@transaction.atomic
def _run_out(notice_id: UUID, now: datetime) -> bool:
    notice = locked(notice_id)
    if not is_overdue(NoticeState(notice.state), notice.due_at, now):
        return False
    move(notice, NoticeState.OVERDUE, now=now)
    return True
