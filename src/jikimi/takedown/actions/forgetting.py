"""Requests to forget: asked, confirmed, or given up by two caseworkers, with the reason."""

from datetime import datetime

from django.db import transaction

from jikimi.people.models import Staff
from jikimi.takedown.actions.moving import name_of
from jikimi.takedown.errors import CannotGiveUp, UnknownWithdrawal
from jikimi.takedown.rules.forgetting import CannotForget, why_not_yet
from jikimi.takedown.withdrawals.models import RecipientWithdrawal
from jikimi.trail.actions import record
from jikimi.trail.rules import Plain


@transaction.atomic
def note_asked_to_forget(withdrawal_id: int, *, staff: Staff, now: datetime) -> None:
    """Note that a recipient was asked to forget what it got. Raises UnknownWithdrawal."""
    row = _held(withdrawal_id)
    if row.asked_at is None:
        row.asked_at, row.noted_by = now, staff
        row.save(update_fields=["asked_at", "noted_by"])
        _note("recipient asked to forget", row, staff, now)


@transaction.atomic
def note_forgotten(withdrawal_id: int, *, staff: Staff, now: datetime) -> None:
    """Note that a recipient says it has forgotten what it got. Raises UnknownWithdrawal."""
    row = _held(withdrawal_id)
    if row.asked_at is None:
        raise UnknownWithdrawal
    if row.confirmed_at is None:
        row.confirmed_at, row.noted_by = now, staff
        row.cannot, row.given_up_by, row.given_up_at = "", None, None
        row.save()
        _note("recipient has forgotten", row, staff, now)


@transaction.atomic
def propose_giving_up(
    withdrawal_id: int, why: CannotForget, *, staff: Staff, now: datetime
) -> None:
    """Propose that a request ends without a confirmation. Raises CannotGiveUp."""
    row = _held(withdrawal_id)
    if row.ended_at or row.cannot:
        raise CannotGiveUp("It has ended, or somebody has proposed this already.")
    if because := why_not_yet(why, asked_at=row.asked_at, now=now):
        raise CannotGiveUp(because)
    row.cannot, row.given_up_by = why.value, staff
    row.save(update_fields=["cannot", "given_up_by"])
    _note("giving up a request to forget proposed", row, staff, now, why=why.value)


@transaction.atomic
def agree_to_give_up(withdrawal_id: int, *, staff: Staff, now: datetime) -> None:
    """The second person agrees: it ends, and her page says why. Raises CannotGiveUp."""
    row = _held(withdrawal_id)
    if row.ended_at or not row.cannot:
        raise CannotGiveUp("Nobody has proposed to give this up, or it has ended.")
    if row.given_up_by == staff:
        raise CannotGiveUp("Somebody else has to agree.")
    row.given_up_at, row.noted_by = now, staff
    row.save(update_fields=["given_up_at", "noted_by"])
    _note("request to forget given up", row, staff, now, why=row.cannot)


@transaction.atomic
def keep_asking(withdrawal_id: int, *, staff: Staff, now: datetime) -> None:
    """Refuse or take back a proposal: the request stays open. A repeat changes nothing."""
    row = _held(withdrawal_id)
    if row.cannot and not row.ended_at:
        row.cannot, row.given_up_by = "", None
        row.save(update_fields=["cannot", "given_up_by"])
        _note("request to forget kept", row, staff, now)


def _held(withdrawal_id: int) -> RecipientWithdrawal:
    row = RecipientWithdrawal.objects.select_for_update(of=("self",)).filter(pk=withdrawal_id)
    found = row.exclude(references="").filter(allowed_at=None).first()
    if found is None:
        raise UnknownWithdrawal
    return found


def _note(
    event: str, row: RecipientWithdrawal, staff: Staff, now: datetime, **facts: Plain
) -> None:
    record(
        event,
        at=now,
        case_ref=row.case_ref,
        actor=name_of(staff),
        recipient=row.recipient_id,
        **facts,
    )
