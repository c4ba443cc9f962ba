"""The outbox: one row for each letter, sealed for the dispatcher alone."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

from django.conf import settings

from jikimi.evidence.actions import seal_for_case, seal_for_dispatch
from jikimi.evidence.models import Purpose
from jikimi.takedown.channels import BY_HAND, Envelope, channels
from jikimi.takedown.errors import TakedownError
from jikimi.takedown.letters import letter_of
from jikimi.takedown.models import Notice, OutboundLetter
from jikimi.takedown.replies.threading import plus_address
from jikimi.takedown.rules.letter import Letter
from jikimi.takedown.rules.notice import OutboxState


def put_into_outbox(
    notices: Sequence[Notice], letter: Letter, channel: str, now: datetime
) -> OutboundLetter:
    """Write the letter of some notices of one case down for its channel, ready to leave."""
    outbound = _letter_for(notices, channel, now)
    outbound.sealed = _sealed(outbound, notices, letter, now)
    outbound.save()
    _keep_and_join(notices, letter, outbound, now)
    return outbound


def note_handed_over(
    notices: Sequence[Notice], letter: Letter, their_reference: str, now: datetime
) -> OutboundLetter:
    """Write down a letter that a person has handed over."""
    outbound = _letter_for(notices, BY_HAND, now)
    outbound.state, outbound.sent_at = OutboxState.SENT.value, now
    outbound.their_reference = their_reference
    outbound.save()
    _keep_and_join(notices, letter, outbound, now)
    return outbound


def write_again(outbound: OutboundLetter, notices: Sequence[Notice], now: datetime) -> bool:
    """Write a waiting letter anew with the notices left in it; False if it may not go any more."""
    try:
        letter = letter_of(notices, now)
    except TakedownError:
        return False
    if letter.missing:
        return False
    outbound.sealed = _sealed(outbound, notices, letter, now)
    outbound.save(update_fields=["sealed"])
    seal_for_case(outbound.case_id, Purpose.LETTER, letter.text, now=now)
    return True


def stop(outbound: OutboundLetter) -> None:
    """It does not leave, and is erased."""
    outbound.state, outbound.sealed = OutboxState.STOPPED.value, None
    outbound.save(update_fields=["state", "sealed"])


def _letter_for(notices: Sequence[Notice], channel: str, now: datetime) -> OutboundLetter:
    outbound_id = uuid4()
    return OutboundLetter(
        id=outbound_id,
        case_id=notices[0].sighting.case_id,
        recipient_id=notices[0].recipient_id,
        channel=channel,
        message_id=_message_id(outbound_id),
        address=notices[0].address,
        not_before=now,
    )


def _message_id(outbound_id: UUID) -> str:
    return f"<{outbound_id.hex}@{settings.CENTRE_EMAIL.rpartition('@')[2] or 'localhost'}>"


def _sealed(
    outbound: OutboundLetter, notices: Sequence[Notice], letter: Letter, now: datetime
) -> bytes:
    envelope = Envelope(
        outbound_id=outbound.pk,
        message_id=outbound.message_id,
        sender=settings.DEFAULT_FROM_EMAIL,
        reply_to=plus_address(settings.CENTRE_EMAIL, notices[0].reference)
        if settings.INBOX_URL
        else "",
        address=outbound.address,
        written_at=now,
    )
    return seal_for_dispatch(outbound.pk, channels()[outbound.channel].compose(letter, envelope))


def _keep_and_join(
    notices: Sequence[Notice], letter: Letter, outbound: OutboundLetter, now: datetime
) -> None:
    seal_for_case(outbound.case_id, Purpose.LETTER, letter.text, now=now)
    for notice in notices:
        notice.letter = outbound
