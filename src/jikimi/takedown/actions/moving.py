"""The one place where a notice changes its state."""

from datetime import datetime
from uuid import UUID

from jikimi.people.models import Staff
from jikimi.takedown.errors import NotNow, UnknownNotice
from jikimi.takedown.models import Notice
from jikimi.takedown.rules.notice import NoticeState, may_follow
from jikimi.trail.actions import record
from jikimi.trail.rules import Plain

ENDS = frozenset({NoticeState.REMOVED, NoticeState.CANCELLED, NoticeState.REFUSED})


def locked(notice_id: UUID) -> Notice:
    """The notice, held until the transaction ends. Raises UnknownNotice."""
    notice = (
        Notice.objects.select_for_update(of=("self",))
        .select_related("sighting__case")
        .filter(pk=notice_id)
        .first()
    )
    if notice is None:
        raise UnknownNotice
    return notice


def move(
    notice: Notice, to: NoticeState, *, now: datetime, actor: str = "system", **facts: Plain
) -> None:
    """Bring a locked notice into its next state and note it. Raises NotNow."""
    before = NoticeState(notice.state)
    if not may_follow(before, to):
        raise NotNow(before, to)
    notice.state = to.value
    if to is NoticeState.SENT:
        notice.sent_at = notice.sent_at or now
    if to in ENDS:
        notice.ended_at = now
    notice.save()
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
