"""What the worker does for the trail."""

from django.db import close_old_connections
from procrastinate.contrib.django import app

from jikimi.trail.ordering import order_entries

EVERY_MINUTE = "* * * * *"


@app.periodic(cron=EVERY_MINUTE)
@app.task(name="trail.order_new_entries", queueing_lock="trail.order_new_entries")
def order_new_entries(timestamp: int) -> None:  # noqa: ARG001  # given by the scheduler
    """Every minute: entries written since get their places in the tree."""
    # A worker's thread lives for long; its database connection may have died meanwhile.
    close_old_connections()
    try:
        order_entries()
    finally:
        close_old_connections()
