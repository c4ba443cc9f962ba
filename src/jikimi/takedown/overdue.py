"""Every clock that has run out, the longest first, each with who is next."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, Q, QuerySet

from jikimi.cases.models import CaseStatus
from jikimi.takedown.choosing import next_if_it_leads_nowhere
from jikimi.takedown.models import Notice
from jikimi.takedown.rules.notice import CLOCK_RUNS, STOPPABLE, WITH_RECIPIENT, NoticeState

OVERDUE_A_PAGE = 25
_CLAIMED = "Said to be gone: a look or you decide first."


@dataclass(frozen=True, kw_only=True)
class Overdue:
    """A notice whose time is over, and what happens next about its place."""

    notice: Notice
    next_step: str
    waits_for_us: bool
    """Whether the next step is a caseworker's."""


def overdue_notices(now: datetime) -> QuerySet[Notice]:
    """Notices of open cases whose clock has run out, those that are late longest first.

    One that has run out since the last sweep is among them.
    """
    return Notice.objects.filter(
        Q(state=NoticeState.OVERDUE) | Q(state__in=sorted(CLOCK_RUNS), due_at__lte=now),
        sighting__case__status=CaseStatus.OPEN,
    ).order_by("due_at", "pk")


def overdue_page(now: datetime, page: int) -> list[Overdue]:
    """One page of them, counted from 1, each with its next step."""
    start = (page - 1) * OVERDUE_A_PAGE
    newest_first = Prefetch("sighting__notices", Notice.objects.order_by("-drafted_at", "pk"))
    found = overdue_notices(now).select_related("sighting__case").prefetch_related(newest_first)
    return [_with_next_step(notice, now) for notice in found[start : start + OVERDUE_A_PAGE]]


def _with_next_step(notice: Notice, now: datetime) -> Overdue:
    if notice.sighting.claimed_gone_at is not None:
        return Overdue(notice=notice, next_step=_CLAIMED, waits_for_us=True)
    later = next(
        (
            other
            for other in notice.sighting.notices.all()
            if other.drafted_at > notice.drafted_at and other.state != NoticeState.CANCELLED
        ),
        None,
    )
    if later is None:
        step = next_if_it_leads_nowhere(notice.sighting, notice.sighting.case, now=now)
        return Overdue(notice=notice, next_step=step, waits_for_us=True)
    state = NoticeState(later.state)
    words = (
        f"A notice to {later.recipient_name} is drafted: approve it, or hand it over."
        if state is NoticeState.DRAFT
        else f"{later.recipient_name} has been asked since."
        if state in WITH_RECIPIENT
        else f"The notice to {later.recipient_name} is {state.value}."
    )
    return Overdue(notice=notice, next_step=words, waits_for_us=state in STOPPABLE)
