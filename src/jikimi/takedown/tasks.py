"""What the worker does. Arguments are ids; each task may run twice without harm."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import ParamSpec
from uuid import UUID

from django.conf import settings
from django.db import close_old_connections
from django.utils import timezone
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Job as StoredJob
from procrastinate.jobs import Status
from procrastinate.manager import JobManager

from jikimi.cases.jobs import Job as CaseJob
from jikimi.cases.models import Case, CaseStatus
from jikimi.takedown.actions import (
    ask_for_due_looks,
    ask_registries_about,
    ask_registries_again,
    ask_to_climb,
    ask_what_became,
    channels_with_letters,
    dispatch_ready,
    escalate_due,
    look_at,
    look_at_due,
    mark_interrupted,
    questions_due,
    remind_of_clocks,
    stop_notices_of,
    sweep_clocks,
    take_up_new_places,
)
from jikimi.takedown.actions.elsewhere import look_elsewhere
from jikimi.takedown.actions.found_contacts import handle_contact
from jikimi.takedown.actions.jobs import Job, ask_for, ask_for_dispatch
from jikimi.takedown.actions.judging import handle_pack_change
from jikimi.takedown.actions.receiving import read_inbox
from jikimi.takedown.actions.visiting import Manners, ask_for_due_visits, visit_next
from jikimi.takedown.actions.watching import end_watches_of
from jikimi.takedown.channels import channels
from jikimi.takedown.contacts import registries_in_use
from jikimi.takedown.fetchers import link_fetcher, place_fetcher
from jikimi.takedown.queueing.counting import count_what_changed
from jikimi.takedown.rdap.asking import ACCEPT, RegistryLookup
from jikimi.takedown.replies.address import inbox_address
from jikimi.takedown.replies.errors import InboxTrouble
from jikimi.takedown.replies.inbox import imap_inbox
from jikimi.takedown.rules.watching import REQUEST_DELAY, watch_user_agent
from jikimi.venues.jobs import Job as PackJob

log = logging.getLogger(__name__)
Given = ParamSpec("Given")

EVERY_MINUTE = "* * * * *"
# Twelve tries, the last after more than an hour: a fault that passes loses nothing.
PATIENTLY = RetryStrategy(max_attempts=12, exponential_wait=2)
# Nobody sends on a channel while its sender waits to be tried again, and one that had much to send
# has seen many faults: it waits as long after the last as after the first. One that fails each time
# is left for the operator to see; the sweep asks for another.
SOON = RetryStrategy(max_attempts=12, wait=10)
_CLIMBING_TURN = timedelta(seconds=30)


def _with_fresh_connection(task: Callable[Given, None]) -> Callable[Given, None]:
    """A worker's thread lives for long; its database connection may have died meanwhile."""

    @wraps(task)
    def run(*args: Given.args, **kwargs: Given.kwargs) -> None:
        close_old_connections()
        try:
            task(*args, **kwargs)
        finally:
            close_old_connections()

    return run


@app.task(name=CaseJob.HANDLE_NEW_SIGHTINGS.value, retry=PATIENTLY)
@_with_fresh_connection
def handle_new_sightings(case_id: str) -> None:
    """Draft what is missing, and look for the first time where that is allowed."""
    drafted = take_up_new_places(UUID(case_id), now=timezone.now())
    log.info("drafted %s notices", drafted)


@app.task(name=CaseJob.HANDLE_CASE_END.value, retry=PATIENTLY)
@_with_fresh_connection
def handle_case_end(case_id: str) -> None:
    """Stop what has not left yet when a survivor withdraws."""
    if Case.objects.filter(pk=case_id, status=CaseStatus.WITHDRAWN).exists():
        stop_notices_of(UUID(case_id), now=timezone.now())
        end_watches_of(UUID(case_id), now=timezone.now())


@app.task(name=PackJob.HANDLE_PACK_CHANGE.value, retry=PATIENTLY)
@_with_fresh_connection
def take_up_pack_change(change_id: str) -> None:
    """Judge anew what rests on an entry that two people changed."""
    handle_pack_change(UUID(change_id), now=timezone.now())


@app.task(name=Job.TAKE_UP_CONTACT.value, retry=PATIENTLY)
@_with_fresh_connection
def take_up_contact(contact_id: str) -> None:
    """Judge anew the drafts to an address that somebody said yes to."""
    handle_contact(UUID(contact_id), now=timezone.now())


@app.task(name=Job.DISPATCH.value, retry=SOON)
@_with_fresh_connection
def dispatch(channel: str) -> None:
    """Send what is ready on a channel, one sender each: a slow one holds no other up."""
    dispatch_ready(channels()[channel], timezone.now)


@app.task(name=Job.CLIMB.value)
@_with_fresh_connection
def climb(lane: int) -> None:
    """Draft what comes after notices that led nowhere, for a turn; two climb, one from each end."""
    began = timezone.now()
    ends = began + _CLIMBING_TURN
    escalate_due(began, is_over=lambda: timezone.now() >= ends, from_the_end=lane > 0)


@app.task(name=Job.LOOK.value)
@_with_fresh_connection
def look(sighting_id: str) -> None:
    """Look at one link."""
    look_at(UUID(sighting_id), place_fetcher(), now=timezone.now())


@app.task(name=Job.LOOK_AT_DUE.value)
@_with_fresh_connection
def look_at_due_links() -> None:
    """Look at links whose time has come, for a turn; the next turn queues behind what waits."""
    look_at_due(link_fetcher(), timezone.now)
    ask_for_due_looks(timezone.now())


@app.task(name=Job.VISIT.value)
@_with_fresh_connection
def visit_watched() -> None:
    """Visit the watched page that waits longest; it says itself whether another one is due."""
    ports = settings.STAND_IN_PORTS
    agent = watch_user_agent(settings.WATCH_CONTACT)
    manners = Manners(user_agent=agent, delay=REQUEST_DELAY, loopback_ports=ports)
    run = visit_next(manners, timezone.now)
    if run is not None:
        log.info("a watched page was visited: %s pages, %s pictures", run.pages, run.pictures)


@app.task(name=Job.LOOK_ELSEWHERE.value)
@_with_fresh_connection
def look_at_other_copy(copy_id: str) -> None:
    """Look at an archive's or a twin host's address of a picture."""
    look_elsewhere(UUID(copy_id), link_fetcher(), now=timezone.now())


@app.task(name=Job.ASK_REGISTRIES.value, retry=PATIENTLY)
@_with_fresh_connection
def ask_registries(sighting_id: str) -> None:
    """Find out who hosts a place that no entry answers for, and draft what follows."""
    lookup = RegistryLookup(link_fetcher(accept=ACCEPT), registries_in_use())
    ask_registries_about(UUID(sighting_id), lookup, now=timezone.now())


@app.task(name=Job.ASK_BACK.value, lock=Job.ASK_BACK.value)
@_with_fresh_connection
def ask_back() -> None:
    """Ask the interfaces that took a letter what became of it."""
    ask_what_became(timezone.now)


@app.periodic(cron=EVERY_MINUTE)
# One at a time: a long one would else be joined by the next until no worker is left for the mail.
@app.task(name="takedown.sweep", queueing_lock="takedown.sweep", lock="takedown.sweep")
@_with_fresh_connection
def sweep(timestamp: int) -> None:  # noqa: ARG001  # given by the scheduler
    """Every minute: letters broken off or due, clocks, the ladder, looks, visits, the queue.

    A step that fails does not keep the others from being done; the job then fails with all of
    their errors, for the operator to see.
    """
    now = timezone.now()
    failed: list[Exception] = []
    for step in _EVERY_MINUTE:
        try:
            step(now)
        except Exception as error:  # noqa: BLE001  # one bad row must not stop every clock
            failed.append(error)
    if failed:
        raise ExceptionGroup("steps of the sweep", failed)


def _ask_for_senders(now: datetime) -> None:
    for channel in channels_with_letters(now):
        ask_for_dispatch(channel)


def _ask_back(now: datetime) -> None:
    if questions_due(now):
        ask_for(Job.ASK_BACK)


def _count(now: datetime) -> None:  # noqa: ARG001  # what changed is counted whenever it did
    count_what_changed()


_EVERY_MINUTE: tuple[Callable[[datetime], object], ...] = (
    mark_interrupted,
    _ask_for_senders,
    _ask_back,
    remind_of_clocks,
    sweep_clocks,
    ask_to_climb,
    ask_registries_again,
    ask_for_due_looks,
    ask_for_due_visits,
    _count,
)


@app.periodic(cron=EVERY_MINUTE)
@app.task(name="takedown.take_up_again", queueing_lock="takedown.take_up_again", pass_context=True)
async def take_up_again(context: JobContext, timestamp: int) -> None:  # noqa: ARG001
    """Every minute: jobs whose worker died are taken up by another."""
    for job in await context.app.job_manager.get_stalled_jobs():
        await _take_up(context.app.job_manager, job)


async def _take_up(jobs: JobManager, job: StoredJob) -> None:
    """Queue it anew, unless another of its kind waits already, which then stands for both."""
    try:
        await jobs.retry_job(job)
    except UniqueViolation:
        await jobs.finish_job(job, Status.ABORTED, delete_job=True)


@app.periodic(cron=EVERY_MINUTE)
@app.task(
    name="takedown.read_replies",
    queueing_lock="takedown.read_replies",
    lock="takedown.read_replies",
)
@_with_fresh_connection
def read_replies(timestamp: int) -> None:  # noqa: ARG001  # given by the scheduler
    """Every minute: mail that came in, where an inbox is set."""
    if not settings.INBOX_URL:
        return
    try:
        with imap_inbox(inbox_address(settings.INBOX_URL)) as inbox:
            taken = read_inbox(inbox, timezone.now)
    except InboxTrouble as trouble:
        log.warning("%s", trouble)
    else:
        log.info("took in %s mails", taken)
