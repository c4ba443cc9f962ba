"""What she told a caseworker after her report: where she lives, how the picture came about.

Which laws apply and what letters say depends on both, so what has not left is chosen anew.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from jikimi.cases.actions import hold_case, set_country, set_origin
from jikimi.cases.models import Case, CaseStatus
from jikimi.cases.rules import Origin
from jikimi.people.models import Staff
from jikimi.takedown.actions.judging import choose_anew
from jikimi.takedown.actions.moving import name_of
from jikimi.takedown.errors import CaseNotOpen


@transaction.atomic
def note_country(case_id: UUID, country: str, *, staff: Staff, now: datetime) -> None:
    """Note where she lives, as ISO 3166 in capitals; "" if she has not said after all.

    Raises CaseNotOpen. A repeat changes nothing.
    """
    case = _held(case_id)
    if case.country != country:
        set_country(case, country, actor=name_of(staff), now=now)
        choose_anew(case, actor=name_of(staff), now=now)


@transaction.atomic
def note_origin(case_id: UUID, origin: Origin | None, *, staff: Staff, now: datetime) -> None:
    """Note how the picture came about; None if she has not said after all.

    Raises CaseNotOpen. A repeat changes nothing.
    """
    case = _held(case_id)
    if case.origin != (origin or ""):
        set_origin(case, origin, actor=name_of(staff), now=now)
        choose_anew(case, actor=name_of(staff), now=now)


def _held(case_id: UUID) -> Case:
    case = hold_case(case_id)
    if case.status != CaseStatus.OPEN:
        raise CaseNotOpen
    return case
