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
from jikimi.takedown.rules.gate import (
    WITH_OUR_MAIL,
    Gate,
    after_claim,
    after_fault,
    after_named_time,
    after_success,
    hold_on,
    why_it_rests,
)
from jikimi.takedown.rules.letter_batches import NO_LIMITS
from jikimi.takedown.rules.notice import OutboxState
from jikimi.takedown.rules.safe_text import one_line
from jikimi.trail.actions import record
from jikimi.venues.lookups import packs_in_use
from jikimi.venues.pack_values import RecipientId, RouteLimits

EVERYBODY = ""
"""The gate through which every letter goes: pausing it pauses the house."""
OUR_MAIL = "@mail"
"""The gate of our own mail server; no recipient is called so."""
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
    """Remember whether a recipient took a letter. What went wrong on our side is not its fault."""
    if trouble is not None and trouble.ours:
        return
    if trouble is None and not SendingGate.objects.filter(_IS_TO_FORGET, pk=recipient_id).exists():
        return  # as most do: nothing is to be forgotten
    row = _locked(recipient_id)
    row.last_fault = trouble.safe_words[:200] if trouble else ""
    _write(row, after_success(_gate(row)) if trouble is None else _after(trouble, _gate(row), now))


def _after(trouble: DeliveryTrouble, gate: Gate, now: datetime) -> Gate:
    if isinstance(trouble, NotSentYet) and trouble.wait:
        return after_named_time(gate, trouble.wait, now)
    return after_fault(gate, now, away=isinstance(trouble, ServerAway))


class OwnMail:
    """Our own mail server, through which mail to everybody goes, during one sender's turn.

    Who hangs up on one letter after its content has left does so on the next, too, and each of
    them is one more that a person has to find out about.
    """

    def __init__(self, now: datetime) -> None:
        row = SendingGate.objects.filter(pk=OUR_MAIL).first()
        self._faults = row.faults if row else 0
        self.is_to_rest = row is not None and row.rest_until is not None and row.rest_until > now

    def note(self, trouble: DeliveryTrouble | None, now: datetime) -> None:
        """Rest after several letters that broke off; one that was taken makes up for them.

        While the server is away nothing is counted: what waits is whole.
        """
        if isinstance(trouble, ServerAway):
            self.is_to_rest = True
        elif isinstance(trouble, MaybeSent) or (trouble is None and self._faults):
            self._count(trouble, now)

    @transaction.atomic
    def _count(self, trouble: MaybeSent | None, now: datetime) -> None:
        row = _locked(OUR_MAIL)
        row.last_fault = trouble.safe_words[:200] if trouble else ""
        before = _gate(row)
        gate = (
            after_fault(before, now, patience=WITH_OUR_MAIL) if trouble else after_success(before)
        )
        _write(row, gate)
        self._faults, self.is_to_rest = gate.faults, gate.rest_until is not None


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
    """Let letters go again, and forget earlier faults; of OUR_MAIL too. Raises UnknownRecipient."""
    if recipient_id != OUR_MAIL:
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
    row.held_until = gate.rest_until
    row.held_because = why_it_rests(gate) if gate.rest_until else ""
    row.save()


def _limits_of(letter: OutboundLetter) -> RouteLimits:
    """What its entry says of the route to that address; a found contact says nothing."""
    recipient = packs_asked_once().recipients.get(RecipientId(letter.recipient_id))
    routes = recipient.routes if recipient else ()
    return next((one.limits for one in routes if one.address == letter.address), NO_LIMITS)
