"""Whether and how the centre may contact her: taken back, or written anew, at any time."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from jikimi.aftercare.actions.recovering import refuse_recovery
from jikimi.aftercare.errors import CaseHasEnded, NothingWritten
from jikimi.cases.actions import hold_case
from jikimi.cases.models import CaseStatus
from jikimi.evidence.actions import destroy_sealed, seal_for_case
from jikimi.evidence.models import Purpose
from jikimi.intake.actions import ACTOR
from jikimi.trail.actions import record_consents
from jikimi.trail.lookups import consents_of
from jikimi.trail.models import ConsentScope


@transaction.atomic
def take_contact_back(case_id: UUID, *, now: datetime) -> None:
    """No contact any more. What she had written about it is destroyed; a repeat changes nothing.

    A way back that was asked for by that contact is refused with it.
    """
    hold_case(case_id)
    _destroy_the_old(case_id, now)
    if ConsentScope.CONTACT in consents_of(case_id):
        record_consents(case_id, [ConsentScope.CONTACT], granted=False, at=now, actor=ACTOR)


@transaction.atomic
def change_contact(case_id: UUID, words: str, *, now: datetime) -> None:
    """Another way to reach her, in the place of what she had written, which is destroyed.

    So is a way back that was asked for by the old one. Raises CaseHasEnded or NothingWritten.
    """
    case = hold_case(case_id)
    if case.status == CaseStatus.WITHDRAWN:
        raise CaseHasEnded
    if not words.strip():
        raise NothingWritten
    _destroy_the_old(case_id, now)
    seal_for_case(case_id, Purpose.CONTACT, words.strip(), now=now)
    record_consents(case_id, [ConsentScope.CONTACT], granted=True, at=now, actor=ACTOR)


def _destroy_the_old(case_id: UUID, now: datetime) -> None:
    destroy_sealed(case_id, Purpose.CONTACT, actor=ACTOR, now=now)
    refuse_recovery(case_id, now=now)
