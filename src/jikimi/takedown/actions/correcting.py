"""An answer of a recipient that was none, or holds no more: its notices go back to before it.

What has left because of it stays, with its own clock; the recipient's own clock goes on as it was.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from jikimi.cases.models import Case, CaseStatus
from jikimi.cases.rules import DOWN
from jikimi.people.models import Staff
from jikimi.takedown.actions.answering import note_did_not_come_back
from jikimi.takedown.actions.asking_back import ask_again
from jikimi.takedown.actions.judging import choose_anew_since
from jikimi.takedown.actions.moving import go_back, locked, name_of, standing_with
from jikimi.takedown.errors import AnswerStands, NotNow
from jikimi.takedown.models import Notice
from jikimi.takedown.replies.models import ReceivedReply
from jikimi.takedown.rules.notice import WITH_RECIPIENT, NoticeState, OutboxState
from jikimi.takedown.rules.reply import ReplyKind


@transaction.atomic
def take_answer_back(notice_id: UUID, *, staff: Staff, now: datetime) -> None:
    """It is not a refusal after all, or no more; or our mail did arrive after all.

    It holds for every notice on which the same answer was noted. Raises UnknownNotice, NotNow for
    a notice that stands otherwise, and AnswerStands.
    """
    notice = locked(notice_id)
    refuse_unless_open(notice.sighting.case)
    if notice.state == NoticeState.REFUSED:
        together = [
            one
            for one in standing_with(notice)
            if one.state == NoticeState.REFUSED and one.ended_at == notice.ended_at
        ]
        _take_refusal_back(together, staff, now)
    elif came_back_later(notice):
        _take_bounce_back(
            [one for one in standing_with(notice) if came_back_later(one)], staff, now
        )
    else:
        raise NotNow(notice.state, "open again")


def take_back_what_it_said(reply: ReceivedReply, *, staff: Staff, now: datetime) -> None:
    """Bring back what stands where this settled mail has brought it; its case is held.

    What another answer has moved since stays there. Raises AnswerStands.
    """
    if reply.notice is None or reply.settled_at is None:
        return
    settled_at, together = reply.settled_at, standing_with(reply.notice)
    kind = ReplyKind(reply.kind)
    if kind is ReplyKind.REFUSAL:
        refused = [one for one in together if one.state == NoticeState.REFUSED]
        _take_refusal_back([one for one in refused if one.ended_at == settled_at], staff, now)
    elif reply.returns_id and kind is ReplyKind.BOUNCE:
        note_did_not_come_back(reply.returns_id, now)
    elif kind is ReplyKind.BOUNCE:
        came_back = [one for one in together if came_back_later(one, before=settled_at)]
        _take_bounce_back(came_back, staff, now)
    elif kind in {ReplyKind.ACKNOWLEDGEMENT, ReplyKind.REQUEST}:
        has_it = [one for one in together if NoticeState(one.state) in WITH_RECIPIENT]
        noted = [one for one in has_it if one.acknowledged_at == settled_at]
        for one in noted:
            one.acknowledged_at = None
        go_back(noted, "acknowledgement taken back", now=now, actor=name_of(staff))


def came_back_later(notice: Notice, *, before: datetime | None = None) -> bool:
    """Whether its letter had left, and was then said to have come back."""
    letter = notice.letter
    if notice.state != NoticeState.UNDELIVERABLE or letter is None or letter.sent_at is None:
        return False
    return letter.state == OutboxState.SENT and (before is None or letter.sent_at <= before)


def refuse_unless_open(case: Case) -> None:
    """Raises AnswerStands for a case in which nothing is asked for now."""
    if case.status == CaseStatus.WITHDRAWN:
        raise AnswerStands("She has withdrawn: nothing more is asked for in this case.")
    if case.status != CaseStatus.OPEN:
        raise AnswerStands("The case is closed, and nobody is asked. Open it again first.")


def _take_refusal_back(refused: Sequence[Notice], staff: Staff, now: datetime) -> None:
    together = [one for one in refused if one.sighting.liveness not in DOWN]
    if refused and not together:
        raise AnswerStands("This place is down: nobody is asked about it any more.")
    if not together or (refused_at := together[0].ended_at) is None:
        return
    go_back(together, "refusal taken back", now=now, actor=name_of(staff))
    choose_anew_since(refused_at, together, actor=name_of(staff), now=now)
    if letter := together[0].letter:
        ask_again(letter, now)


def _take_bounce_back(came_back: Sequence[Notice], staff: Staff, now: datetime) -> None:
    go_back(came_back, "bounce taken back", now=now, actor=name_of(staff))
