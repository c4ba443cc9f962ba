"""New places: each gets its first look and its first notice.

A notice goes by itself only where that is switched on.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from jikimi.cases.actions import hold_case
from jikimi.cases.models import Case, CaseStatus
from jikimi.takedown.actions.by_rule import approve_by_rule
from jikimi.takedown.actions.drafting import draft_in_case
from jikimi.takedown.actions.looking import plan_first_looks
from jikimi.takedown.asking_once import asking_once
from jikimi.takedown.models import Notice


@transaction.atomic
def take_up_new_places(case_id: UUID, *, now: datetime) -> int:
    """Draft what is missing in a case, and have new links looked at where that is allowed.

    Returns how many notices were drafted; none where the case has been erased.
    """
    try:
        case = hold_case(case_id)
    except Case.DoesNotExist:
        return 0
    drafted = _draft_missing(case, now)
    plan_first_looks(case, now=now)
    return drafted


def _draft_missing(case: Case, now: datetime) -> int:
    """A notice for each place of an open case that has none yet; how many."""
    if case.status != CaseStatus.OPEN:
        return 0
    waiting = case.sightings.filter(notices__isnull=True).values_list("pk", flat=True)
    with asking_once():
        made = draft_in_case(case, list(waiting), now=now)
        drafted = [one.pk for one in made.values() if isinstance(one, Notice)]
        approve_by_rule(case, drafted, now=now)
    return len(drafted)
