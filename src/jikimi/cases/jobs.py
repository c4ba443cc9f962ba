"""What a case asks of the floor above, by name: the job commits with the row that asked for it."""

from contextlib import suppress
from enum import StrEnum

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from jikimi.cases.models import Case


class Job(StrEnum):
    """The names under which takedown and exchange take the work."""

    HANDLE_NEW_SIGHTINGS = "takedown.handle_new_sightings"
    HANDLE_CASE_END = "takedown.handle_case_end"
    KEEP_LISTS_IN_STEP = "exchange.keep_in_step"


def ask_for(job: Job, case: Case) -> None:
    """Queue one job for one held case, unless one waits already, which then stands for both.

    Its argument is an id and nothing else.
    """
    lock = f"{job.value} {case.pk}"
    with suppress(AlreadyEnqueued), transaction.atomic():
        app.configure_task(job.value, queueing_lock=lock).defer(case_id=str(case.pk))
