"""What recipients say, and what a caseworker finds out about a mail that broke off."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from jikimi.cases.actions import hold_case
from jikimi.cases.lookups import may_be_fetched
from jikimi.cases.rules import Liveness
from jikimi.people.models import Staff
from jikimi.takedown.actions.clock_of import start_clock
from jikimi.takedown.actions.jobs import Job, ask_for
from jikimi.takedown.actions.looking import close_if_all_down
from jikimi.takedown.actions.moving import locked, move, name_of
from jikimi.takedown.errors import OnlyALookProvesIt
from jikimi.takedown.models import Notice
from jikimi.takedown.rules.notice import NoticeState, OutboxState, ReportedReply


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
def settle_unknown(notice_id: UUID, *, arrived: bool, staff: Staff, now: datetime) -> None:
    """A mail broke off while sending; a caseworker has found out whether it arrived.

    If it did not, it goes out again with the same Message-ID, so that a second copy shows as one.
    """
    notice = locked(notice_id)
    mail = notice.outbound
    if arrived:
        start_clock(notice, now)
        move(notice, NoticeState.SENT, now=now, actor=name_of(staff))
        mail.state, mail.sealed = OutboxState.SENT, None
    else:
        move(notice, NoticeState.APPROVED, now=now, actor=name_of(staff))
        mail.state, mail.not_before = OutboxState.READY, now
        ask_for(Job.DISPATCH)
    mail.save()


def _believe(notice: Notice, now: datetime) -> None:
    sighting = notice.sighting
    sighting.liveness = Liveness.GONE
    sighting.because = f"{notice.recipient_name} says so; nobody may look there."
    sighting.save(update_fields=["liveness", "because"])
    close_if_all_down(hold_case(sighting.case_id), now)
