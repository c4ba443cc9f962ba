"""What recipients say, and what a caseworker finds out about a mail that broke off."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from jikimi.people.models import Staff
from jikimi.takedown.actions.believing import take_recipients_word
from jikimi.takedown.actions.clock_of import start_clocks
from jikimi.takedown.actions.jobs import ask_for_dispatch
from jikimi.takedown.actions.judging import go_again
from jikimi.takedown.actions.moving import (
    locked,
    locked_together,
    move_together,
    name_of,
    standing_with,
)
from jikimi.takedown.actions.saving import save_together
from jikimi.takedown.errors import NotNow
from jikimi.takedown.models import OutboundLetter
from jikimi.takedown.rules.notice import NoticeState, OutboxState, ReportedReply
from jikimi.takedown.rules.safe_text import one_line
from jikimi.trail.actions import record


def record_reply(notice_id: UUID, reply: ReportedReply, *, staff: Staff, now: datetime) -> None:
    """Note a recipient's answer to one notice: `record_replies` with one."""
    record_replies([notice_id], reply, staff=staff, now=now)


@transaction.atomic
def record_replies(
    notice_ids: Iterable[UUID], reply: ReportedReply, *, staff: Staff, now: datetime
) -> None:
    """Note one answer of a recipient to notices of one case.

    "Removed" is a claim: it is taken where no look can tell, and looked at elsewhere. Raises NotNow
    or UnknownNotice; then nothing has changed.
    """
    notices = locked_together(notice_ids)
    for notice in notices:
        notice.reply = reply.words[:300]
    if reply.state is NoticeState.REMOVED:
        save_together(notices, ("reply",))
        take_recipients_word(notices, reply.words, staff=staff, now=now)
    else:
        move_together(notices, reply.state, now=now, actor=name_of(staff))


@transaction.atomic
def note_their_number(notice_id: UUID, number: str, *, staff: Staff, now: datetime) -> None:
    """Note by what number a recipient knows a letter that it has.

    Raises UnknownNotice, and NotNow for a notice that has not left.
    """
    notice = locked(notice_id)
    letter = notice.letter
    if letter is None or letter.state != OutboxState.SENT:
        raise NotNow(notice.state, "known there by a number")
    letter.their_reference = one_line(number, 120)
    letter.save(update_fields=["their_reference"])
    record(
        "recipient's number noted",
        at=now,
        case_ref=letter.case_id,
        actor=name_of(staff),
        letter=str(letter.pk),
        recipient=letter.recipient_id,
    )


@transaction.atomic
def settle_unknown(notice_id: UUID, *, arrived: bool, staff: Staff, now: datetime) -> bool:
    """A letter broke off while sending; a caseworker has found out whether it arrived.

    It holds for every notice in that letter. If it did not arrive, it goes out again under the same
    Message-ID, so that a second copy shows as one; but not where what was said yes to would not be
    written now: then that is drafted. Returns whether it goes out again; raises NotNow.
    """
    to = NoticeState.SENT if arrived else NoticeState.APPROVED
    notice = locked(notice_id)
    if notice.state != NoticeState.UNKNOWN or notice.letter_id is None:
        raise NotNow(notice.state, to)
    letter = OutboundLetter.objects.select_for_update().get(pk=notice.letter_id)
    together = [one for one in standing_with(notice) if one.state == NoticeState.UNKNOWN]
    if arrived:
        letter.state, letter.sealed, letter.sent_at = OutboxState.SENT.value, None, now
    else:
        letter.state, letter.not_before = OutboxState.READY.value, now
        ask_for_dispatch(letter.channel)
    letter.save()
    if arrived:
        start_clocks(together, now)
    move_together(together, to, now=now, actor=name_of(staff))
    return not arrived and go_again(letter, together, now)
