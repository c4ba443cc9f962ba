"""A caseworker's no, and the end of every notice that has not left."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from jikimi.cases.actions import hold_case
from jikimi.people.models import Staff
from jikimi.takedown.actions.drafting import draft_for_sighting
from jikimi.takedown.actions.moving import (
    locked,
    locked_together,
    move,
    move_together,
    name_of,
    stop_letters_of,
)
from jikimi.takedown.errors import MayNotSend
from jikimi.takedown.letters import route_now
from jikimi.takedown.models import Notice
from jikimi.takedown.rules.notice import STOPPABLE, NoticeState


@transaction.atomic
def cancel_notice(notice_id: UUID, *, staff: Staff, now: datetime) -> None:
    """Stop a notice that has not left, and draft what the rules choose instead, if anything."""
    notice = locked(notice_id)
    outdated = _is_outdated(notice, now)
    move(notice, NoticeState.CANCELLED, now=now, actor=name_of(staff))
    if outdated:
        draft_for_sighting(notice.sighting_id, now=now)


@transaction.atomic
def stop_notices_of(case_id: UUID, *, now: datetime) -> None:
    """Stop every notice of a case that has not left."""
    hold_case(case_id)
    stop_letters_of(case_id)
    waiting = Notice.objects.filter(sighting__case_id=case_id, state__in=sorted(STOPPABLE))
    ids = list(waiting.values_list("pk", flat=True))
    move_together(locked_together(ids) if ids else (), NoticeState.CANCELLED, now=now)


def _is_outdated(notice: Notice, now: datetime) -> bool:
    """Whether the rules would choose otherwise by now."""
    try:
        route_now(notice, now)
    except MayNotSend:
        return True
    return False
