"""That a helper's report may be acted on: a caseworker has found out, and says why.

Until then nothing of the case goes out, whatever the helper ticked.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from jikimi.cases.actions import hold_case, note_authority
from jikimi.cases.jobs import Job, ask_for
from jikimi.cases.models import Case, CaseStatus
from jikimi.cases.rules import Ground
from jikimi.people.models import Staff
from jikimi.takedown.actions.moving import name_of
from jikimi.takedown.actions.stopping import stop_notices_of
from jikimi.takedown.errors import NoAuthorityHere


@transaction.atomic
def confirm_authority(case_id: UUID, ground: Ground, *, staff: Staff, now: datetime) -> None:
    """Note that a helper's report may be acted on, and why; its places get their notices drafted.

    A carer's word and a duty to protect count for a minor's case only. Raises NoAuthorityHere
    there, for a case that she reported herself, and for one that is not open.
    """
    case = _held(case_id)
    if ground is not Ground.SHE_AGREES and not case.is_minor:
        raise NoAuthorityHere("She is an adult: only her own word counts. Ask her.")
    if case.authority_ground != ground:
        note_authority(case, ground, actor=name_of(staff), now=now)
        ask_for(Job.KEEP_LISTS_IN_STEP, case)


@transaction.atomic
def take_back_authority(case_id: UUID, *, staff: Staff, now: datetime) -> None:
    """Note that she does not agree, or that nobody knows; stop every notice that has not left.

    Whatever the helper said, the case now waits until it is confirmed. What has left cannot be
    called back. Raises NoAuthorityHere as `confirm_authority` does. A repeat changes nothing.
    """
    case = _held(case_id)
    if case.may_be_acted_on:
        note_authority(case, None, actor=name_of(staff), now=now)
        ask_for(Job.KEEP_LISTS_IN_STEP, case)
        stop_notices_of(case.pk, now=now)


def _held(case_id: UUID) -> Case:
    case = hold_case(case_id)
    if not case.helper:
        raise NoAuthorityHere("She reported this herself: there is nobody else's right to confirm.")
    if case.status != CaseStatus.OPEN:
        raise NoAuthorityHere("This case is not open: nothing is asked for in it any more.")
    return case
