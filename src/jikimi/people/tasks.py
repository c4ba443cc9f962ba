"""What the worker does for staff."""

from django.db import close_old_connections
from django.utils import timezone
from procrastinate.contrib.django import app

from jikimi.people.actions import forget_old_days

EVERY_NIGHT = "17 3 * * *"


@app.periodic(cron=EVERY_NIGHT)
@app.task(name="people.forget_old_days", queueing_lock="people.forget_old_days")
def forget(timestamp: int) -> None:  # noqa: ARG001  # given by the scheduler
    """Each night: desk time is forgotten once it is older than it is kept."""
    close_old_connections()
    try:
        forget_old_days(now=timezone.now())
    finally:
        close_old_connections()
