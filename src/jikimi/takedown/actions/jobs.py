"""Work for the worker, asked for by name: the job commits with the row that asked for it."""

from enum import StrEnum
from uuid import UUID

from procrastinate.contrib.django import app


class Job(StrEnum):
    """The names of this domain's jobs."""

    DISPATCH = "takedown.dispatch"
    LOOK = "takedown.look"
    ASK_REGISTRIES = "takedown.ask_registries"
    ASK_BACK = "takedown.ask_back"


_LOOKS_AT_ONCE = 2
_AFTER_EVERYTHING_ELSE = -10


def ask_for(job: Job, **ids: UUID) -> None:
    """Queue a job. Its arguments are ids and nothing else."""
    app.configure_task(job.value).defer(**{name: str(one) for name, one in ids.items()})


def ask_for_dispatch(channel: str) -> None:
    """Queue the sending of what is ready on a channel, one sender a channel at a time."""
    app.configure_task(Job.DISPATCH.value, lock=f"{Job.DISPATCH.value} {channel}").defer(
        channel=channel
    )


def ask_for_a_look(sighting_id: UUID) -> None:
    """Queue a look, behind everything else and at most two at once.

    Whoever reports chooses the sites, and a site chooses how slowly it answers: neither may hold
    up the mail, the clocks or a withdrawal.
    """
    lane = f"{Job.LOOK.value} {sighting_id.int % _LOOKS_AT_ONCE}"
    app.configure_task(Job.LOOK.value, lock=lane, priority=_AFTER_EVERYTHING_ELSE).defer(
        sighting_id=str(sighting_id)
    )
