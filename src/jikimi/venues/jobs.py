"""What a change of the packs asks of a floor above, by name: the job commits with the change."""

from enum import StrEnum
from uuid import UUID

from procrastinate.contrib.django import app


class Job(StrEnum):
    """The names under which takedown takes the work."""

    HANDLE_PACK_CHANGE = "takedown.handle_pack_change"


def ask_for(job: Job, change_id: UUID) -> None:
    """Queue one job for one change. Its argument is an id and nothing else."""
    app.configure_task(job.value).defer(change_id=str(change_id))
