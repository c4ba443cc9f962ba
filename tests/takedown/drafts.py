"""What the fixture `draft` is, and what a caseworker ticks before she hands a notice over."""

from collections.abc import Callable
from datetime import datetime

from jikimi.takedown.letters import route_now
from jikimi.takedown.models import Notice

Draft = Callable[..., Notice]
"""A report comes in, and its notice is drafted."""


def to_compare(notice: Notice, now: datetime) -> frozenset[str]:
    """The entries that nobody has verified, all of them compared."""
    return frozenset(route_now(notice, now).unread)
