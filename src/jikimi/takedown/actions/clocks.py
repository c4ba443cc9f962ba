"""Clocks that are about to run out, and clocks that have."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from jikimi.takedown.actions.looking import bring_looks_forward
from jikimi.takedown.actions.moving import locked_together, move_together
from jikimi.takedown.models import Notice
from jikimi.takedown.rules.notice import CLOCK_RUNS, NoticeState, is_overdue
from jikimi.takedown.rules.recheck import waits_for_last_look
from jikimi.trail.actions import Event, record_many


def sweep_clocks(now: datetime) -> int:
    """Move every notice whose clock has run out to overdue; return how many.

    Nobody is called late who has removed it: where looks go, one that began after the clock's end
    is waited for, but not for ever.
    """
    due = Notice.objects.filter(state__in=sorted(CLOCK_RUNS), due_at__lte=now)
    unseen, decided = set[UUID](), list[tuple[UUID, UUID]]()
    for notice_id, case_id, place, due_at, last_look_at, next_look_at in due.values_list(
        *("pk", "sighting__case", "sighting", "due_at"),
        *("sighting__last_look_at", "sighting__next_look_at"),
    ):
        if waits_for_last_look(due_at, last_look_at, next_look_at, now):
            unseen.add(place)
        else:
            decided.append((case_id, notice_id))
    bring_looks_forward(unseen, now)
    return sum(_run_out(together, now) for together in _by_case(decided))


def remind_of_clocks(now: datetime) -> int:
    """Note each clock that runs out soon, once; return how many. No state changes."""
    due = Notice.objects.filter(state__in=sorted(CLOCK_RUNS), remind_at__lte=now, due_at__gt=now)
    of_cases = due.values_list("sighting__case", "pk")
    return sum(_remind(together, now) for together in _by_case(of_cases))


def _by_case(notices: Iterable[tuple[UUID, UUID]]) -> list[list[UUID]]:
    """The ids of notices, given with their cases: those of one case together."""
    found: dict[UUID, list[UUID]] = {}
    for case_id, notice_id in notices:
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
