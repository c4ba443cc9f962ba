"""What recipients say, and what a caseworker finds out about a mail that broke off."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from jikimi.cases.actions import hold_case
from jikimi.cases.lookups import may_be_fetched
from jikimi.cases.rules import Liveness
from jikimi.people.models import Staff
from jikimi.takedown.actions.clock_of import start_clock
from jikimi.takedown.actions.jobs import ask_for_dispatch
from jikimi.takedown.actions.looking import close_if_all_down
from jikimi.takedown.actions.moving import locked, move, name_of, standing_with, write_anew
from jikimi.takedown.errors import NotNow, OnlyALookProvesIt
from jikimi.takedown.models import Notice, OutboundLetter
from jikimi.takedown.rules.notice import NoticeState, OutboxState, ReportedReply
from jikimi.takedown.rules.safe_text import one_line
from jikimi.trail.actions import record


@transaction.atomic
def record_reply(notice_id: UUID, reply: ReportedReply, *, staff: Staff, now: datetime) -> None:
    """Note a recipient's answer. "Removed" is a claim: only where nobody may look is it believed.

    Raises OnlyALookProvesIt for a place that can be looked at; that look is asked for at once.
    """
    notice = locked(notice_id)
    if reply.state is NoticeState.REMOVED and may_be_fetched(notice.sighting):
        raise OnlyALookProvesIt
    notice.reply = reply.words[:300]
    move(notice, reply.state, now=now, actor=name_of(staff))
    if reply.state is NoticeState.REMOVED:
        _believe(notice, now)


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
def settle_unknown(notice_id: UUID, *, arrived: bool, staff: Staff, now: datetime) -> None:
    """A letter broke off while sending; a caseworker has found out whether it arrived.

    It holds for every notice in that letter. If it did not arrive, it goes out again under the same
    Message-ID, so that a second copy shows as one. Raises NotNow.
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
    for one in together:
        if arrived:
            start_clock(one, now)
        move(one, to, now=now, actor=name_of(staff))
    if not arrived and len(together) < letter.notices.count():
        write_anew(letter, together, now)


def _believe(notice: Notice, now: datetime) -> None:
    sighting = notice.sighting
    sighting.liveness = Liveness.GONE
    sighting.because = f"{notice.recipient_name} says so; nobody may look there."
    sighting.save(update_fields=["liveness", "because"])
    close_if_all_down(hold_case(sighting.case_id), now)
