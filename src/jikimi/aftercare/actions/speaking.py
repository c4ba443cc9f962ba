"""That a helper may no longer speak for her: off the list with the answer that says so."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from jikimi.exchange.actions import keep_in_step
from jikimi.people.models import Staff
from jikimi.takedown.actions import take_back_authority


@transaction.atomic
def stop_speaking_for_her(case_id: UUID, *, staff: Staff, now: datetime) -> None:
    """Stop what has not left, and take the case's fingerprints off the list of our own reports.

    Raises NoAuthorityHere as `take_back_authority` does.
    """
    take_back_authority(case_id, staff=staff, now=now)
    keep_in_step(case_id, now=now)  # the last lock: the list is everybody's
