"""New places: each gets its first notice, which goes by itself only where that is switched on."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from jikimi.cases.actions import hold_case
from jikimi.cases.models import CaseStatus, Sighting
from jikimi.takedown.actions.by_rule import approve_by_rule
from jikimi.takedown.actions.drafting import draft_for_sightings
from jikimi.takedown.asking_once import asking_once
from jikimi.takedown.models import Notice


@transaction.atomic
def draft_missing(case_id: UUID, *, now: datetime) -> int:
    """Draft for every sighting of an open case that has no notice yet; return how many."""
    hold_case(case_id)
    waiting = Sighting.objects.filter(
        case_id=case_id, case__status=CaseStatus.OPEN, notices__isnull=True
    )
    with asking_once():
        made = draft_for_sightings(waiting.values_list("pk", flat=True), now=now)
        drafted = [one.pk for one in made.values() if isinstance(one, Notice)]
        approve_by_rule(drafted, now=now)
    return len(drafted)
