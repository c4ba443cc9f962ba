"""What a case asks of the floor above, by name: the job commits with the row that asked for it."""

from enum import StrEnum

from procrastinate.contrib.django import app

from jikimi.cases.models import Case


class Job(StrEnum):
    """The names under which takedown takes the work."""

    HANDLE_NEW_SIGHTINGS = "takedown.handle_new_sightings"
    HANDLE_CASE_END = "takedown.handle_case_end"


def ask_for(job: Job, case: Case) -> None:
    """Queue one job for one case. Its argument is an id and nothing else."""
    app.configure_task(job.value).defer(case_id=str(case.pk))
