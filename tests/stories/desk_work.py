"""What the worker does with letters that wait, in a test's own time."""

from django.utils import timezone

from jikimi.takedown.actions import channels_with_letters, dispatch_ready
from jikimi.takedown.channels import channels


def send_all_that_waits() -> int:
    """Send whatever may go; return how many letters were tried."""
    waiting = channels_with_letters(timezone.now())
    return sum(dispatch_ready(channels()[name], timezone.now) for name in waiting)
