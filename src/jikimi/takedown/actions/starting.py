"""New places, and known ones that she names again: each gets a look and its next notice.

A notice goes by itself only where that is switched on.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from jikimi.cases.actions import hold_case
from jikimi.cases.models import Case, CaseStatus
from jikimi.cases.rules import DOWN
from jikimi.takedown.actions.by_rule import approve_by_rule
from jikimi.takedown.actions.drafting import draft_in_case, draft_unless_claimed
from jikimi.takedown.actions.looking import bring_look_forward, plan_first_looks
from jikimi.takedown.asking_once import asking_once
from jikimi.takedown.models import Notice
from jikimi.takedown.rules.law_choice import LED_NOWHERE


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


def begin_again_at(case: Case, addresses: Iterable[str], *, now: datetime) -> int:
    """Places of a held case that has opened again, named anew and not down; how many.

    Each is looked at soon where that is allowed, and its next notice is drafted, unless somebody
    says that it is gone: then that look or a person decides first.
    """
    named = case.sightings.select_for_update().filter(address__in=list(addresses))
    places = list(named.exclude(liveness__in=sorted(DOWN)).order_by("pk"))
    for place in places:
        place.case = case
        bring_look_forward(place, now)
    # Else the ladder would climb once more from there, and note that nothing comes next.
    led_nowhere = Notice.objects.filter(sighting__in=places, state__in=sorted(LED_NOWHERE))
    led_nowhere.update(escalated_at=now)
    draft_unless_claimed([place.pk for place in places], now=now)
    return len(places)


def _draft_missing(case: Case, now: datetime) -> int:
    """A notice for each place of an open case that has none yet; how many."""
    if case.status != CaseStatus.OPEN:
        return 0
    waiting = case.sightings.filter(notices__isnull=True).values_list("pk", flat=True)
    with asking_once():
        drafted = [one.pk for one in draft_in_case(case, list(waiting), now=now).written]
        approve_by_rule(case, drafted, now=now)
    return len(drafted)
