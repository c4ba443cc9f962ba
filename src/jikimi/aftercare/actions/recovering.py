"""New codes: by herself, with her spare code, or through two caseworkers and three days.

Where `codes` are given, a new one is the first of them whose locator nobody has.
"""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.db import transaction

from jikimi.aftercare.errors import CaseHasEnded, MayNotRecover
from jikimi.aftercare.lookups import recovery_waiting
from jikimi.aftercare.models import Recovery
from jikimi.aftercare.rules.recovering import why_not_yet
from jikimi.cases.actions import hold_case
from jikimi.cases.models import Case, CaseStatus
from jikimi.evidence.lookups import items_of
from jikimi.evidence.models import Purpose
from jikimi.evidence.own_key import OwnKey
from jikimi.intake.actions import ACTOR
from jikimi.intake.receipts import drop_spare_code, give_spare_code, rotate_receipt
from jikimi.intake.rules import ReceiptCode
from jikimi.people.models import Staff
from jikimi.trail.actions import record
from jikimi.trail.lookups import consents_of, recorded_values
from jikimi.trail.models import ConsentScope

Codes = Iterator[ReceiptCode] | None


@transaction.atomic
def replace_code(
    case_id: UUID, key: OwnKey | None, *, now: datetime, codes: Codes = None
) -> ReceiptCode:
    """A new code; the old one and every page it had opened end with it."""
    case = hold_case(case_id)
    code = rotate_receipt(case, key, now=now, codes=codes)
    record("receipt replaced", at=now, case_ref=case_id, actor=ACTOR)
    return code


@transaction.atomic
def make_spare_code(
    case_id: UUID, key: OwnKey, *, now: datetime, codes: Codes = None
) -> ReceiptCode:
    """A second code, to be kept elsewhere: it gives a new code, once. An older one is dead."""
    case = hold_case(case_id)
    code = give_spare_code(case, key, codes)
    record("spare code made", at=now, case_ref=case_id, actor=ACTOR)
    return code


@transaction.atomic
def use_spare_code(
    case_id: UUID, key: OwnKey | None, *, now: datetime, codes: Codes = None
) -> ReceiptCode:
    """A new code for the spare one, which is spent by it."""
    case = hold_case(case_id)
    code = rotate_receipt(case, key, now=now, codes=codes)
    drop_spare_code(case)
    record("spare code used", at=now, case_ref=case_id, actor=ACTOR)
    return code


@transaction.atomic
def ask_for_recovery(case_id: UUID, *, staff: Staff, now: datetime) -> None:
    """Ask, as her caseworker, for a way back; it stands on her page for three days.

    Raises MayNotRecover where she agrees to no contact, nobody has read how it is safe now, or
    one waits already, and CaseHasEnded.
    """
    case = hold_case(case_id)
    if case.status == CaseStatus.WITHDRAWN:
        raise CaseHasEnded
    _refuse_without_contact(case_id)
    written = {str(item.pk) for item in items_of(case_id, Purpose.CONTACT)}
    if written.isdisjoint(recorded_values("sealed text opened", "item", case_ref=case_id)):
        raise MayNotRecover(
            "First open what she wrote about safe contact. Without it nobody can know who asks."
        )
    if recovery_waiting(case):
        raise MayNotRecover("A way back has been asked for already.")
    Recovery.objects.create(case=case, asked_by=staff, asked_at=now)
    record("way back asked for", at=now, case_ref=case_id, actor=_actor(staff))


@transaction.atomic
def refuse_recovery(case_id: UUID, *, now: datetime) -> None:
    """Refuse it, as whoever holds the code. A repeat changes nothing."""
    waiting = recovery_waiting(hold_case(case_id))
    if waiting:
        waiting.refused_at = now
        waiting.save(update_fields=["refused_at"])
        record("way back refused", at=now, case_ref=case_id, actor=ACTOR)


@transaction.atomic
def open_recovery(case_id: UUID, *, staff: Staff, now: datetime) -> ReceiptCode:
    """A new code, to be passed on by the contact she had agreed to and by nothing else.

    It opens her page and not what was sealed to her before. Raises MayNotRecover.
    """
    case: Case = hold_case(case_id)
    waiting = recovery_waiting(case)
    if waiting is None:
        raise MayNotRecover("There is no way back to open: none was asked for, or she refused it.")
    _refuse_without_contact(case_id)
    why_not = why_not_yet(
        asked_by=waiting.asked_by_id, opened_by=staff.pk, asked_at=waiting.asked_at, now=now
    )
    if why_not:
        raise MayNotRecover(why_not)
    waiting.opened_at, waiting.opened_by = now, staff
    waiting.save(update_fields=["opened_at", "opened_by"])
    record("way back opened", at=now, case_ref=case_id, actor=_actor(staff))
    return rotate_receipt(case, None, now=now)


def _refuse_without_contact(case_id: UUID) -> None:
    if ConsentScope.CONTACT not in consents_of(case_id):
        raise MayNotRecover("She agrees to no contact. Without one nobody can know who asks.")


def _actor(staff: Staff) -> str:
    return f"staff {staff.pk}"
