"""Telling the desk what is kept off our list for a minor's sake, until somebody has seen it.

A made-up report of a minor would otherwise switch an adult's protection off in silence.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from jikimi.cases.actions import hold_case
from jikimi.cases.models import Case
from jikimi.exchange.models import KeptOff
from jikimi.people.models import Staff
from jikimi.trail.actions import record


def tell_what_is_kept_off(case: Case, prints: int, *, now: datetime) -> None:
    """Tell the desk that so many fingerprints of a case that is held are kept off, where it is new.

    Fewer than before are nothing to look at again; none is the end of it.
    """
    known = KeptOff.objects.filter(case=case).first()
    if known is not None and not prints:
        known.delete()
    elif prints > (known.prints if known else 0):
        new = {"prints": prints, "at": now, "seen_at": None, "seen_by": None}
        KeptOff.objects.update_or_create(case=case, defaults=new)


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
