"""What the worker does for the lists. Arguments are ids; each task may run twice without harm."""

import logging
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from uuid import UUID

from django.db import close_old_connections
from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from jikimi.cases.jobs import Job
from jikimi.cases.models import Case
from jikimi.exchange.actions import (
    cases_near_minors,
    clear_ended_lists,
    forget_finds,
    forget_what_was_asked,
    hold_back_near,
    leave_minors_alone,
    let_floods_rest,
    look_up_elsewhere,
    match_backwards,
    note_new_changes,
    note_on_cases,
)
from jikimi.exchange.actions import keep_in_step as bring_in_step
from jikimi.exchange.errors import NotReadyYet
from jikimi.exchange.following import HeldLists
from jikimi.exchange.following.here import lists_for_a_job
from jikimi.exchange.lookups import (
    cases_out_of_step,
    cases_that_hold_back,
    changes_to_compare,
    platforms_search_imported,
    something_to_look_up,
)

log = logging.getLogger(__name__)
EVERY_MINUTE = "* * * * *"
EVERY_NIGHT = "40 3 * * *"


@contextmanager
def _own_connection() -> Iterator[None]:
    """A worker's thread lives for long; its database connection may have died meanwhile."""
    close_old_connections()
    try:
        yield
    finally:
        close_old_connections()


@app.task(
    name=Job.KEEP_LISTS_IN_STEP.value,
    retry=RetryStrategy(max_attempts=12, exponential_wait=2),
)
def keep_in_step(case_id: str) -> None:
    """Something of a case has changed that decides what of it is listed."""
    with _own_connection(), suppress(Case.DoesNotExist):
        bring_in_step(UUID(case_id), now=timezone.now())
        leave_minors_alone(UUID(case_id), now=timezone.now())
        case = Case.objects.get(pk=case_id)
        if case.is_minor:
            _hold_back_near([case.pk], _hold_back)


@app.periodic(cron=EVERY_NIGHT)
@app.task(name="exchange.go_through_lists", queueing_lock="exchange.go_through_lists")
def go_through_lists(timestamp: int) -> None:  # noqa: ARG001  # given by the scheduler
    """Every night: cases that a lost job left out of step, and what is past its time."""
    with _own_connection():
        clear_ended_lists()
        while forget_finds(now=timezone.now()):
            pass
        for case_id in {*cases_out_of_step(), *cases_near_minors()}:
            _bring_in_step_or_go_on(case_id)
        with suppress(NotReadyYet):  # the next night does it
            _hold_back_near(cases_that_hold_back(), _hold_back_or_go_on)


def _hold_back_near(cases: Collection[UUID], hold_back: Callable[[UUID, HeldLists], None]) -> None:
    """Hold back what is near these of minors from lists of platforms, if there are any.

    Raises NotReadyYet while the lists are still being read by who serves.
    """
    if cases and platforms_search_imported():
        with lists_for_a_job() as follower:
            held = follower.lists  # once: it may take longer than they count as fresh
            for case_id in cases:
                hold_back(case_id, held)


def _hold_back(case_id: UUID, held: HeldLists) -> None:
    with suppress(Case.DoesNotExist):
        hold_back_near(case_id, held, now=timezone.now())


def _hold_back_or_go_on(case_id: UUID, held: HeldLists) -> None:
    """One case whose data is at fault keeps nothing near another's on its list."""
    try:
        _hold_back(case_id, held)
    except Exception:  # the next night tries it again
        log.exception("what is near case %s could not be held back", case_id)


def _bring_in_step_or_go_on(case_id: UUID) -> None:
    """One case whose data is at fault keeps no other out of step."""
    try:
        with suppress(Case.DoesNotExist):
            bring_in_step(case_id, now=timezone.now())
    except Exception:  # the next night tries it again
        log.exception("case %s could not be brought in step with the list", case_id)


@app.periodic(cron=EVERY_MINUTE)
@app.task(name="exchange.note_finds", queueing_lock="exchange.note_finds")
def note_finds(timestamp: int) -> None:  # noqa: ARG001  # given by the scheduler
    """Every minute: what partners found goes on its cases; what floods rests."""
    with _own_connection():
        now = timezone.now()
        let_floods_rest(now=now)
        note_on_cases(now=now)


@app.periodic(cron=EVERY_MINUTE)
@app.task(
    name="exchange.match_backwards",
    queueing_lock="exchange.match_backwards",
    lock="exchange.match_backwards",
)
def compare_backwards(timestamp: int) -> None:  # noqa: ARG001  # given by the scheduler
    """Every minute: what was listed of late, against what partners had asked about."""
    with _own_connection():
        now = timezone.now()
        try:
            # Where the lists are still being read by who serves, the next minute does it.
            with suppress(NotReadyYet):
                _compare_what_waits(now)
        finally:  # a fault in comparing must not let the table grow
            forget_what_was_asked(now=now)


def _compare_what_waits(now: datetime) -> None:
    note_new_changes(now=now)
    if not changes_to_compare(now).exists():
        return
    with lists_for_a_job() as follower:
        held = follower.lists
        while changes_to_compare(now).exists():
            match_backwards(held, now=now)


@app.periodic(cron=EVERY_MINUTE)
@app.task(
    name="exchange.look_up_elsewhere",
    queueing_lock="exchange.look_up_elsewhere",
    lock="exchange.look_up_elsewhere",
)
def look_up(timestamp: int) -> None:  # noqa: ARG001  # given by the scheduler
    """Every minute: what was listed of late, looked up in the other lists of the house."""
    # The lists are still being read by who serves: the next minute does it.
    with _own_connection(), suppress(NotReadyYet):
        if not something_to_look_up():
            return
        with lists_for_a_job() as follower:
            position, held = follower.followed.position, follower.lists
            while look_up_elsewhere(held, position, now=timezone.now()):
                pass
