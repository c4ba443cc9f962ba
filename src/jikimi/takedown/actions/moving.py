"""The one place where a notice changes its state."""

from datetime import datetime
from uuid import UUID

from jikimi.cases.actions import hold_case
from jikimi.people.models import Staff
from jikimi.takedown.errors import NotNow, UnknownNotice
from jikimi.takedown.models import Notice, OutboundMail
from jikimi.takedown.rules.notice import ENDS, OPEN, NoticeState, OutboxState, may_follow
from jikimi.trail.actions import record
from jikimi.trail.rules import Plain


def locked(notice_id: UUID) -> Notice:
    """The notice and its case, held until the transaction ends. Raises UnknownNotice."""
    case_id = Notice.objects.filter(pk=notice_id).values_list("sighting__case", flat=True).first()
    if case_id is None:
        raise UnknownNotice
    hold_case(case_id)
    return (
        Notice.objects.select_for_update(of=("self",))
        .select_related("sighting__case")
        .get(pk=notice_id)
    )


def move(
    notice: Notice, to: NoticeState, *, now: datetime, actor: str = "system", **facts: Plain
) -> None:
    """Bring a locked notice into its next state and note it. Raises NotNow.

    With a notice that has ended, its mail is stopped and erased.
    """
    before = NoticeState(notice.state)
    if not may_follow(before, to):
        raise NotNow(before, to)
    notice.state = to.value
    if to is NoticeState.SENT:
        notice.sent_at = notice.sent_at or now
    if to is NoticeState.ACKNOWLEDGED:
        notice.acknowledged_at = notice.acknowledged_at or now
    if to not in OPEN:
        notice.ended_at = now
    notice.save()
    if to in ENDS:
        OutboundMail.objects.filter(notice=notice).exclude(state=OutboxState.SENT).update(
            state=OutboxState.STOPPED, sealed=None
        )
    record(
        f"notice {to.value}",
        at=now,
        case_ref=notice.sighting.case_id,
        actor=actor,
        notice=str(notice.pk),
        recipient=notice.recipient_id,
        **facts,
    )


def name_of(staff: Staff) -> str:
    """How the trail names somebody of the staff: by number, never by address."""
    return f"staff {staff.pk}"
