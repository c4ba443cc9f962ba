"""Whether letters may go to a recipient: its limits, its faults, and a person's pause.

The gate's row is always held after the case and the letter, and for a moment only.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, Q, QuerySet

from jikimi.people.models import Staff
from jikimi.takedown.actions.moving import name_of
from jikimi.takedown.channels import DeliveryTrouble, MaybeSent, NotSentYet, ServerAway
from jikimi.takedown.contacts import packs_asked_once
from jikimi.takedown.errors import PauseWithoutReason, UnknownRecipient
from jikimi.takedown.models import OutboundLetter, SendingGate
from jikimi.takedown.rules.gate import Gate, after_claim, after_fault, after_success, hold_on
from jikimi.takedown.rules.letter_batches import NO_LIMITS
from jikimi.takedown.rules.notice import OutboxState
from jikimi.takedown.rules.safe_text import one_line
from jikimi.trail.actions import record
from jikimi.venues.lookups import packs_in_use
from jikimi.venues.pack_values import RecipientId, RouteLimits

EVERYBODY = ""
"""The gate through which every letter goes: pausing it pauses the house."""
_IS_TO_FORGET = (
    Q(faults__gt=0) | Q(rest_until__isnull=False) | Q(held_until__isnull=False) | ~Q(last_fault="")
)


def held_back(now: datetime) -> QuerySet[SendingGate, str]:
    """The recipients to whom nothing goes now, as far as it is known already."""
    held = SendingGate.objects.filter(Q(paused_at__isnull=False) | Q(held_until__gt=now))
    return held.values_list("recipient_id", flat=True)


def is_paused(recipient_id: str) -> bool:
    """Whether a person has paused sending to a recipient, or to EVERYBODY."""
    return _pause_of(recipient_id).exists()


def paused(recipient_id: str) -> Exists:
    """The same as a part of another question."""
    return Exists(_pause_of(recipient_id))


def _pause_of(recipient_id: str) -> QuerySet[SendingGate]:
    return SendingGate.objects.filter(recipient_id=recipient_id, paused_at__isnull=False)


def may_go_now(letter: OutboundLetter, now: datetime) -> bool:
    """Count a letter as going, or write down until when its recipient is held back.

    In the transaction that claims the letter.
    """
    row = _locked(letter.recipient_id)
    limits = _limits_of(letter)
    in_flight = 0 if limits.at_once is None else _in_flight(letter.recipient_id)
    hold = hold_on(_gate(row), limits, in_flight, now)
    if hold is None:
        _write(row, after_claim(_gate(row), limits, now))
        return True
    row.held_until, row.held_because = hold.until, hold.because
    row.save(update_fields=["held_until", "held_because"])
    return False


def note_outcome(recipient_id: str, trouble: DeliveryTrouble | None, now: datetime) -> None:
    """Remember whether a recipient took a letter. That our own server is away is not its fault."""
    if isinstance(trouble, ServerAway | MaybeSent):
        return
    if isinstance(trouble, NotSentYet) and trouble.wait is not None:
        return  # it answered, and named its own time
    if trouble is None and not SendingGate.objects.filter(_IS_TO_FORGET, pk=recipient_id).exists():
        return  # as most do: nothing is to be forgotten
    row = _locked(recipient_id)
    row.last_fault = trouble.safe_words[:200] if trouble else ""
    _write(row, after_fault(_gate(row), now) if trouble else after_success(_gate(row)))


@transaction.atomic
def pause_sending(recipient_id: str, because: str, *, staff: Staff, now: datetime) -> None:
    """Let nothing go to a recipient, or to EVERYBODY, until somebody resumes it.

    Raises UnknownRecipient, or PauseWithoutReason for an empty reason.
    """
    words = one_line(because, 200)
    if not words:
        raise PauseWithoutReason
    _check_known(recipient_id)
    row = _locked(recipient_id)
    row.paused_at, row.paused_by, row.paused_because = now, staff, words
    row.save(update_fields=["paused_at", "paused_by", "paused_because"])
    record("sending paused", at=now, actor=name_of(staff), recipient=recipient_id or "everybody")


@transaction.atomic
def resume_sending(recipient_id: str, *, staff: Staff, now: datetime) -> None:
    """Let letters go again, and forget earlier faults. Raises UnknownRecipient."""
    _check_known(recipient_id)
    row = _locked(recipient_id)
    row.paused_at = row.paused_by = row.held_until = None
    row.paused_because = row.held_because = row.last_fault = ""
    _write(row, after_success(_gate(row)))
    record("sending resumed", at=now, actor=name_of(staff), recipient=recipient_id or "everybody")


def _check_known(recipient_id: str) -> None:
    known = (
        recipient_id == EVERYBODY
        or RecipientId(recipient_id) in packs_in_use().recipients
        or OutboundLetter.objects.filter(recipient_id=recipient_id).exists()
    )
    if not known:
        raise UnknownRecipient


def _in_flight(recipient_id: str) -> int:
    return OutboundLetter.objects.filter(
        recipient_id=recipient_id, state=OutboxState.SENDING
    ).count()


def _locked(recipient_id: str) -> SendingGate:
    rows = SendingGate.objects.select_for_update().filter(recipient_id=recipient_id)
    if (row := rows.first()) is not None:
        return row
    SendingGate.objects.bulk_create([SendingGate(recipient_id=recipient_id)], ignore_conflicts=True)
    return rows.get()


def _gate(row: SendingGate) -> Gate:
    return Gate(
        paused=row.paused_at is not None,
        faults=row.faults,
        rest_until=row.rest_until,
        hour_full_until=row.hour_full_until,
        day_full_until=row.day_full_until,
    )


def _write(row: SendingGate, gate: Gate) -> None:
    row.faults, row.rest_until = gate.faults, gate.rest_until
    row.hour_full_until, row.day_full_until = gate.hour_full_until, gate.day_full_until
    row.held_until, row.held_because = gate.rest_until, ""
    row.save()


def _limits_of(letter: OutboundLetter) -> RouteLimits:
    """What its entry says of the route to that address; a found contact says nothing."""
    recipient = packs_asked_once().recipients.get(RecipientId(letter.recipient_id))
    routes = recipient.routes if recipient else ()
    return next((one.limits for one in routes if one.address == letter.address), NO_LIMITS)
