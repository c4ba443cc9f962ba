"""What the worker does for tips, and for codes that were tried."""

from django.db import close_old_connections
from django.utils import timezone
from procrastinate.contrib.django import app

from jikimi.intake.receipts import forget_wrong_tries
from jikimi.intake.tips.counting import count_new_tips, forget_old_tips

EVERY_MINUTE = "* * * * *"
EVERY_NIGHT = "41 3 * * *"


@app.periodic(cron=EVERY_MINUTE)
@app.task(name="intake.count_tips", queueing_lock="intake.count_tips")
def count_tips(timestamp: int) -> None:  # noqa: ARG001  # given by the scheduler
    """Every minute: tips that came in since are put together by place."""
    close_old_connections()
    try:
        count_new_tips(now=timezone.now())
    finally:
        close_old_connections()


@app.periodic(cron=EVERY_MINUTE)
@app.task(name="intake.forget_tries", queueing_lock="intake.forget_tries")
def forget_tries(timestamp: int) -> None:  # noqa: ARG001  # given by the scheduler
    """Every minute: which codes were tried wrongly, once that is an hour ago."""
    close_old_connections()
    try:
        forget_wrong_tries(timezone.now())
    finally:
        close_old_connections()


@app.periodic(cron=EVERY_NIGHT)
@app.task(name="intake.forget_tips", queueing_lock="intake.forget_tips")
def forget_tips(timestamp: int) -> None:  # noqa: ARG001  # given by the scheduler
    """Each night: tips older than they are kept are erased; their counts stay."""
    close_old_connections()
    try:
        forget_old_tips(now=timezone.now())
    finally:
        close_old_connections()
