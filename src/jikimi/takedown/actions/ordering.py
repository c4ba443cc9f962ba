"""An authority has given its order: from then on the law's own time runs."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from jikimi.people.models import Staff
from jikimi.takedown.actions.moving import locked, move, name_of
from jikimi.takedown.errors import NoOrderHere, NotNow
from jikimi.takedown.models import Notice
from jikimi.takedown.orders import law_waiting_for_order
from jikimi.takedown.rules.clock import clock_from_order, due_at, order_in_words, to_utc
from jikimi.takedown.rules.notice import WITH_RECIPIENT, NoticeState
from jikimi.takedown.rules.reminder import remind_at
from jikimi.trail.actions import record

_NOTED_LATE = timedelta(days=1)
"""What was told by telephone may be noted later than it was."""


@transaction.atomic
def note_order(notice_id: UUID, ordered_at: datetime, *, staff: Staff, now: datetime) -> None:
    """Note that the authority which was told gave its order at a time: the law's clock runs.

    So it has the notice, whose own time no longer counts; noted again, the later word counts.
    Raises NoOrderHere where no law's time begins so, or for a time to come; NotNow for a notice
    that the authority does not have; UnknownNotice.
    """
    if ordered_at > now:
        raise NoOrderHere("This time is still to come. Note when the order was given.")
    notice = locked(notice_id)
    law = law_waiting_for_order(notice)
    clock = clock_from_order(law) if law else None
    if notice.sent_at is None or ordered_at < notice.sent_at - _NOTED_LATE:
        raise NoOrderHere("This time is before the notice went. Note when the order was given.")
    due = due_at(clock, ordered_at)
    if law is None or clock is None or due is None:
        raise NoOrderHere("No law's time begins with an order of this recipient.")
    if NoticeState(notice.state) not in WITH_RECIPIENT:
        raise NotNow(notice.state, "ordered by the authority")
    notice.due_at, notice.due_reason = due, order_in_words(law, clock, ordered_at)
    notice.remind_at, notice.reminded_at = remind_at(to_utc(ordered_at), due), None
    notice.escalated_at = None
    record(
        "authority's order noted",
        at=now,
        case_ref=notice.sighting.case_id,
        actor=name_of(staff),
        notice=str(notice.pk),
        recipient=notice.recipient_id,
        law=law.id,
        ordered_at=to_utc(ordered_at).isoformat(),
    )
    _has_it(notice, staff, now)


def _has_it(notice: Notice, staff: Staff, now: datetime) -> None:
    """Who gives an order has the notice; a state that says so already stays."""
    if notice.state == NoticeState.ACKNOWLEDGED:
        notice.save(
            update_fields=["due_at", "due_reason", "remind_at", "reminded_at", "escalated_at"]
        )
    else:
        move(notice, NoticeState.ACKNOWLEDGED, now=now, actor=name_of(staff))
