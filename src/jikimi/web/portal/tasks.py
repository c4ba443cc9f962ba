"""What the worker does for the portal."""

from django.db import close_old_connections
from django.utils import timezone
from procrastinate.contrib.django import app

from jikimi.web.portal.sent_forms import forget_old_forms

EVERY_MINUTE = "* * * * *"


@app.periodic(cron=EVERY_MINUTE)
@app.task(name="portal.forget_forms", queueing_lock="portal.forget_forms")
def forget_forms(timestamp: int) -> None:  # noqa: ARG001  # given by the scheduler
    """Every minute: forms that were sent or left so long ago that they can come no more."""
    close_old_connections()
    try:
        forget_old_forms(timezone.now())
    finally:
        close_old_connections()
