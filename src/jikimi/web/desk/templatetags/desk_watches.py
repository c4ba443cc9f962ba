"""Watches on other pages of the desk: what waits, and what is watched for a case."""

from django import template

from jikimi.cases.models import Case
from jikimi.takedown.watch.kept import open_watches, wishes_waiting

register = template.Library()


@register.simple_tag
def how_many_wishes_wait() -> int:
    """How many watches wait for a second yes."""
    return wishes_waiting()


@register.simple_tag
def how_many_watches(case: Case) -> int:
    """How many pages are watched for this case alone."""
    return open_watches(case).count()
