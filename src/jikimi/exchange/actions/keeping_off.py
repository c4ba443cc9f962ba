"""Telling the desk what is kept off our list for a minor's sake, until somebody has seen it.

A made-up report of a minor would otherwise switch an adult's protection off in silence.
"""

from collections.abc import Set
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from jikimi.cases.actions import hold_case
from jikimi.cases.models import Case
from jikimi.exchange.minors_models import KeptOff
from jikimi.people.models import Staff
from jikimi.trail.actions import record

MARK_BYTES: Final = 16


def tell_what_is_kept_off(case: Case, marks: Set[bytes], *, now: datetime) -> None:
    """Tell the desk that these fingerprints of a case that is held are kept off, where it is new.

    A mark of MARK_BYTES tells each from all others. Where one was not among them before, it is
    told again, however many others left; fewer alone are nothing to look at again, and none is the
    end of it.
    """
    known = KeptOff.objects.filter(case=case).first()
    before = _apart(bytes(known.marks)) if known else frozenset[bytes]()
    holds = {"prints": len(marks), "marks": b"".join(sorted(marks))}
    if known and not known.marks and known.prints == len(marks):
        before = frozenset(marks)  # of a version that held no marks: as many are the same ones
    if not marks:
        KeptOff.objects.filter(case=case).delete()
    elif marks - before:
        told = {**holds, "at": now, "seen_at": None, "seen_by": None}
        KeptOff.objects.update_or_create(case=case, defaults=told)
    elif known and bytes(known.marks) != holds["marks"]:
        KeptOff.objects.filter(case=case).update(**holds)


def _apart(marks: bytes) -> frozenset[bytes]:
    return frozenset(marks[at : at + MARK_BYTES] for at in range(0, len(marks), MARK_BYTES))


@transaction.atomic
def see_what_is_kept_off(case_id: UUID, *, staff: Staff, now: datetime) -> bool:
    """Note that a caseworker has seen it; whether that was still to be done.

    On the house's trail and not on the case's: her copy would say that a minor's report is near.
    Raises Case.DoesNotExist.
    """
    hold_case(case_id)
    waiting = KeptOff.objects.filter(case=case_id, seen_at=None)
    if not waiting.update(seen_at=now, seen_by=staff):
        return False
    record("what is kept off was seen", at=now, actor=f"staff {staff.pk}", of=str(case_id))
    return True
