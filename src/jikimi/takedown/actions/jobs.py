"""Work for the worker, asked for by name: the job commits with the row that asked for it."""

from collections.abc import Iterable
from contextlib import suppress
from enum import StrEnum
from uuid import UUID

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.jobs import Status
from procrastinate.types import JSONDict


class Job(StrEnum):
    """The names of this domain's jobs."""

    DISPATCH = "takedown.dispatch"
    CLIMB = "takedown.climb"
    LOOK = "takedown.look"
    LOOK_AT_DUE = "takedown.look_at_due"
    ASK_REGISTRIES = "takedown.ask_registries"
    TAKE_UP_CONTACT = "takedown.take_up_contact"
    ASK_BACK = "takedown.ask_back"
    VISIT = "takedown.visit_watched"
    LOOK_ELSEWHERE = "takedown.look_elsewhere"


_CLIMBERS = 2
_LOOKS_AT_ONCE = 2
_AFTER_EVERYTHING_ELSE = -10
_AFTER_EVEN_THAT = -20


def ask_for(job: Job, **ids: UUID) -> None:
    """Queue a job. Its arguments are ids and nothing else."""
    app.configure_task(job.value).defer(**{name: str(one) for name, one in ids.items()})


def ask_for_dispatch(channel: str) -> None:
    """Queue the sending of what is ready on a channel, one sender a channel at a time.

    One that waits already sends this, too; what it may miss, because this is committed later, the
    sweep finds within the minute.
    """
    lane = f"{Job.DISPATCH.value} {channel}"
    if not ProcrastinateJob.objects.filter(lock=lane, status=Status.TODO.value).exists():
        app.configure_task(Job.DISPATCH.value, lock=lane).defer(channel=channel)


def ask_for_climbers() -> None:
    """Queue drafting what comes after notices that led nowhere, two at once; one more waits in each
    lane at most.
    """
    for number in range(_CLIMBERS):
        lane = f"{Job.CLIMB.value} {number}"
        with suppress(AlreadyEnqueued), transaction.atomic():
            app.configure_task(Job.CLIMB.value, lock=lane, queueing_lock=lane).defer(lane=number)


def ask_for_registries(sighting_id: UUID) -> None:
    """Queue another question about a place's host; one waits at most."""
    job = Job.ASK_REGISTRIES.value
    with suppress(AlreadyEnqueued), transaction.atomic():
        app.configure_task(job, queueing_lock=f"{job} {sighting_id}").defer(
            sighting_id=str(sighting_id)
        )


def ask_to_go_on(sighting_ids: Iterable[UUID]) -> None:
    """Queue the same for many places on a host of which something new is known, behind the rest.

    All at once: a host may have thousands of places. One that is queued twice drafts once.
    """
    places: list[JSONDict] = [{"sighting_id": str(one)} for one in sighting_ids]
    if places:
        task = app.configure_task(Job.ASK_REGISTRIES.value, priority=_AFTER_EVERYTHING_ELSE)
        task.batch_defer(*places)


def ask_for_a_look(sighting_id: UUID) -> None:
    """Queue a look, behind everything else and at most two at once.

    Whoever reports chooses the sites, and a site chooses how slowly it answers: neither may hold
    up the mail, the clocks or a withdrawal.
    """
    lane = f"{Job.LOOK.value} {sighting_id.int % _LOOKS_AT_ONCE}"
    app.configure_task(Job.LOOK.value, lock=lane, priority=_AFTER_EVERYTHING_ELSE).defer(
        sighting_id=str(sighting_id)
    )


def ask_to_look_elsewhere(copy_id: UUID) -> None:
    """Queue a look at an archive or a twin address, one at a time and behind every look."""
    lane = Job.LOOK_ELSEWHERE.value
    app.configure_task(lane, lock=lane, priority=_AFTER_EVEN_THAT).defer(copy_id=str(copy_id))


def ask_for_lookers() -> None:
    """Queue looking at what is due, in the same two lanes; one waits in each at most.

    One that waits already looks at this, too; what it may miss, because this is committed later,
    the sweep finds within the minute.
    """
    lane = Job.LOOK_AT_DUE.value
    lanes = {f"{lane} {number}": f"{Job.LOOK.value} {number}" for number in range(_LOOKS_AT_ONCE)}
    # Asked first: one that waits already refuses the other, which costs more than the question.
    waiting = ProcrastinateJob.objects.filter(queueing_lock__in=lanes, status=Status.TODO.value)
    # In one order, whoever asks: two that queue them crosswise would wait for each other.
    for name in sorted(lanes.keys() - set(waiting.values_list("queueing_lock", flat=True))):
        with suppress(AlreadyEnqueued), transaction.atomic():
            app.configure_task(
                lane, lock=lanes[name], queueing_lock=name, priority=_AFTER_EVERYTHING_ELSE
            ).defer()


def ask_for_a_visit() -> None:
    """Queue a visit to the watch that waits longest: one at a time, behind every look.

    A visit may take ten minutes. While one is under way, at most one more waits in the queue.
    """
    lane = Job.VISIT.value
    with suppress(AlreadyEnqueued), transaction.atomic():
        app.configure_task(lane, lock=lane, queueing_lock=lane, priority=_AFTER_EVEN_THAT).defer()
