"""Pausing, going on, and taking back: each takes effect with the answer that says so."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from jikimi.aftercare.errors import CaseHasEnded
from jikimi.cases.actions import hold_case, pause_case, resume_case
from jikimi.cases.jobs import Job, ask_for
from jikimi.cases.models import Case, CaseStatus
from jikimi.exchange.actions import keep_in_step, stop_holding_back
from jikimi.intake.actions import ACTOR, withdraw_report
from jikimi.takedown.actions import stop_notices_of
from jikimi.takedown.actions.asking_registries import go_on_after_a_pause
from jikimi.takedown.actions.watching import end_watches_of
from jikimi.takedown.actions.wishes import (
    allow_recipient_again,
    give_choice_again,
    take_back_choice,
    withdraw_from_all,
    withdraw_from_recipient,
)
from jikimi.trail.lookups import consents_of
from jikimi.trail.models import ConsentScope


@transaction.atomic
def pause(case_id: UUID, *, now: datetime) -> None:
    """Nothing new goes out until she goes on. What is being sent at this moment still leaves."""
    pause_case(hold_case(case_id), actor=ACTOR, now=now)


@transaction.atomic
def go_on(case_id: UUID, *, now: datetime) -> None:
    """End the pause: what waited goes out with the next minute."""
    case = hold_case(case_id)
    resume_case(case, actor=ACTOR, now=now)
    go_on_after_a_pause(case)
    ask_for(Job.KEEP_LISTS_IN_STEP, case)


def stop_recipient(case_id: UUID, recipient_id: str, *, now: datetime) -> None:
    """No more to one recipient. Raises UnknownRecipient."""
    withdraw_from_recipient(case_id, recipient_id, actor=ACTOR, now=now)


@transaction.atomic
def allow_recipient(case_id: UUID, recipient_id: str, *, now: datetime) -> None:
    """A recipient that was to get nothing more may be asked again, once a caseworker says yes.

    Raises UnknownRecipient, and CaseHasEnded once she has stopped everything.
    """
    _open(case_id)
    allow_recipient_again(case_id, recipient_id, actor=ACTOR, now=now)


@transaction.atomic
def take_choice_back(case_id: UUID, scope: ConsentScope, *, now: datetime) -> None:
    """One choice back. Without the centre nobody could work on it: that stops everything."""
    if scope is ConsentScope.CENTRE:
        stop_everything(case_id, now=now)
    else:
        take_back_choice(case_id, scope, actor=ACTOR, now=now)
        keep_in_step(case_id, now=now)


@transaction.atomic
def give_choice(case_id: UUID, scope: ConsentScope, *, now: datetime) -> None:
    """One choice given later; notices that wait for it are drafted. Raises CaseHasEnded."""
    case = _open(case_id)
    if scope in consents_of(case_id):
        return
    give_choice_again(case_id, scope, actor=ACTOR, now=now)
    ask_for(Job.HANDLE_NEW_SIGHTINGS, case)
    ask_for(Job.KEEP_LISTS_IN_STEP, case)


@transaction.atomic
def stop_everything(case_id: UUID, *, now: datetime) -> None:
    """Take every choice back; what waits is stopped now, and whoever has something is noted.

    The frames of an adult's videos are erased; a minor's keep stills of them from being looked at.
    """
    case = hold_case(case_id)
    withdraw_report(case, now=now)
    stop_notices_of(case_id, now=now)
    end_watches_of(case_id, now=now)
    withdraw_from_all(case_id, now=now)
    keep_in_step(case_id, now=now)  # the last lock: the list is everybody's
    stop_holding_back(case_id, now=now)
    if not case.is_minor:
        case.videos.all().delete()


def _open(case_id: UUID) -> Case:
    case = hold_case(case_id)
    if case.status == CaseStatus.WITHDRAWN:
        raise CaseHasEnded
    return case
