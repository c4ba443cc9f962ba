"""The outbox: one row for each letter, sealed for the dispatcher alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.conf import settings

from jikimi.evidence.actions import seal_all_for_case, seal_for_case, seal_for_dispatch
from jikimi.evidence.models import Purpose
from jikimi.takedown.channels import Envelope, channels
from jikimi.takedown.errors import TakedownError
from jikimi.takedown.letters import letter_of
from jikimi.takedown.models import Notice, OutboundLetter
from jikimi.takedown.replies.errors import NoNoticeYet
from jikimi.takedown.replies.models import ReceivedReply
from jikimi.takedown.replies.threading import plus_address
from jikimi.takedown.rules.letter import Letter
from jikimi.takedown.rules.notice import OutboxState

_MAIL = "email"


@dataclass(frozen=True, kw_only=True)
class Written:
    """A letter that is written, the notices of one case that stand in it, and how it leaves."""

    notices: Sequence[Notice]
    letter: Letter
    channel: str
    compared: tuple[str, ...] = ()
    """Entries that nobody has verified, and whoever hands it over has compared."""


def put_into_outbox(written: Sequence[Written], now: datetime) -> tuple[OutboundLetter, ...]:
    """Write letters of one case down for their channels, ready to leave."""
    rows = [_row_for(one, now) for one in written]
    for row, one in zip(rows, written, strict=True):
        row.sealed = _sealed(row, one.notices[0].reference, one.letter, now)
    return _keep_and_join(rows, written, now)


def note_handed_over(
    written: Sequence[Written], their_reference: str, now: datetime
) -> tuple[OutboundLetter, ...]:
    """Write down letters of one case that a person has handed over."""
    rows = [_row_for(one, now) for one in written]
    for row in rows:
        row.state, row.sent_at = OutboxState.SENT.value, now
        row.their_reference = their_reference
    return _keep_and_join(rows, written, now)


def put_answer_into_outbox(
    reply: ReceivedReply, letter: Letter, answers: tuple[str, ...], now: datetime
) -> OutboundLetter:
    """Write an answer to a mail down, ready to leave: to where its notice's letter went.

    Raises NoNoticeYet.
    """
    if reply.notice is None or reply.notice.letter is None:
        raise NoNoticeYet
    outbound_id, told = uuid4(), reply.notice.letter
    row = OutboundLetter(
        id=outbound_id,
        case_id=told.case_id,
        recipient_id=told.recipient_id,
        channel=_MAIL,
        message_id=_message_id(outbound_id),
        address=told.address,
        not_before=now,
        answers=reply,
    )
    row.sealed = _sealed(row, reply.notice.reference, letter, now, answers)
    row.save()
    seal_for_case(row.case_id, Purpose.LETTER, letter.text, now=now)
    return row


def write_again(outbound: OutboundLetter, notices: Sequence[Notice], now: datetime) -> bool:
    """Write a waiting letter anew with the notices left in it; False if it may not go any more."""
    try:
        letter = letter_of(notices, now)
        if letter.missing:
            return False
        outbound.sealed = _sealed(outbound, notices[0].reference, letter, now)
    except TakedownError:
        return False
    outbound.save(update_fields=["sealed"])
    seal_for_case(outbound.case_id, Purpose.LETTER, letter.text, now=now)
    return True


def stop(outbound: OutboundLetter) -> None:
    """It does not leave, and is erased. Of one that broke off it stays unknown whether it has."""
    outbound.sealed = None
    if outbound.state != OutboxState.UNKNOWN:
        outbound.state = OutboxState.STOPPED.value
    outbound.save(update_fields=["state", "sealed"])


def _row_for(written: Written, now: datetime) -> OutboundLetter:
    outbound_id, first = uuid4(), written.notices[0]
    return OutboundLetter(
        id=outbound_id,
        case_id=first.sighting.case_id,
        recipient_id=first.recipient_id,
        channel=written.channel,
        message_id=_message_id(outbound_id),
        address=first.address,
        not_before=now,
    )


def _message_id(outbound_id: UUID) -> str:
    return f"<{outbound_id.hex}@{settings.CENTRE_EMAIL.rpartition('@')[2] or 'localhost'}>"


def _sealed(
    outbound: OutboundLetter,
    reference: str,
    letter: Letter,
    now: datetime,
    answers: tuple[str, ...] = (),
) -> bytes:
    envelope = Envelope(
        outbound_id=outbound.pk,
        message_id=outbound.message_id,
        sender=settings.DEFAULT_FROM_EMAIL,
        reply_to=plus_address(settings.CENTRE_EMAIL, reference) if settings.INBOX_URL else "",
        address=outbound.address,
        written_at=now,
        answers=answers,
    )
    return seal_for_dispatch(outbound.pk, channels()[outbound.channel].compose(letter, envelope))


def _keep_and_join(
    rows: Sequence[OutboundLetter], written: Sequence[Written], now: datetime
) -> tuple[OutboundLetter, ...]:
    if not rows:
        return ()
    OutboundLetter.objects.bulk_create(rows)
    texts = [one.letter.text for one in written]
    seal_all_for_case(rows[0].case_id, Purpose.LETTER, texts, now=now)
    for row, one in zip(rows, written, strict=True):
        for notice in one.notices:
            notice.letter = row
    return tuple(rows)
