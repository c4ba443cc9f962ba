"""Work for the worker, asked for by name: the job commits with the row that asked for it."""

from enum import StrEnum
from uuid import UUID

from procrastinate.contrib.django import app


class Job(StrEnum):
    """The names of this domain's jobs."""

    DISPATCH = "takedown.dispatch"
    LOOK = "takedown.look"


def ask_for(job: Job, **ids: UUID) -> None:
    """Queue a job. Its arguments are ids and nothing else."""
    app.configure_task(job.value).defer(**{name: str(one) for name, one in ids.items()})
