"""What the worker does for those who want to be forgotten."""

from django.db import close_old_connections
from django.utils import timezone
from procrastinate.contrib.django import app

from jikimi.aftercare.actions.erasing import erase_what_waits, forget_ended_visits

EVERY_MINUTE = "* * * * *"


@app.periodic(cron=EVERY_MINUTE)
@app.task(
    name="aftercare.erase_what_waits",
    queueing_lock="aftercare.erase_what_waits",
    lock="aftercare.erase_what_waits",
)
def erase(timestamp: int) -> None:  # noqa: ARG001  # given by the scheduler
    """Every minute: cases that could not be erased at once, because a letter was leaving."""
    close_old_connections()
    try:
        erase_what_waits(timezone.now())
    finally:
        close_old_connections()


@app.periodic(cron=EVERY_MINUTE)
@app.task(name="aftercare.forget_visits", queueing_lock="aftercare.forget_visits")
def forget_visits(timestamp: int) -> None:  # noqa: ARG001  # given by the scheduler
    """Every minute: sessions that have ended, so that nothing tells when somebody was here."""
    close_old_connections()
    try:
        forget_ended_visits(timezone.now())
    finally:
        close_old_connections()
