"""Closing a case by hand, where nothing is under way and not every place can be seen down."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from jikimi.cases.actions import end_case, hold_case, reopen_case
from jikimi.cases.models import Case, CaseStatus
from jikimi.cases.rules import ClosedBecause
from jikimi.people.models import Staff
from jikimi.takedown.actions.moving import name_of
from jikimi.takedown.errors import CannotClose
from jikimi.takedown.still_open import why_not_closed


@transaction.atomic
def close_case(
    case_id: UUID, because: ClosedBecause, words: str, *, staff: Staff, now: datetime
) -> None:
    """End an open case by hand; looks go on, and a copy that comes back opens it again.

    That she wants it stopped is no reason here: she withdraws herself. Raises CannotClose, with
    what is still under way.
    """
    case = hold_case(case_id)
    if case.status != CaseStatus.OPEN:
        raise CannotClose("This case is not open. Load the page again.")
    if not words.strip():
        raise CannotClose("Say in a few words how you know, for colleagues who come after you.")
    if why := why_not_closed(case, because):
        raise CannotClose(why)
    end_case(
        case,
        CaseStatus.CLOSED,
        actor=name_of(staff),
        now=now,
        because=because,
        words=words.strip(),
    )


@transaction.atomic
def open_again(case_id: UUID, *, staff: Staff, now: datetime) -> Case:
    """Open a closed case again because somebody says that it is not over. Raises CannotClose."""
    case = hold_case(case_id)
    if case.status != CaseStatus.CLOSED:
        raise CannotClose("This case is not closed. Load the page again.")
    reopen_case(case, now=now, actor=name_of(staff))
    return case
