"""Pictures of a case, read where a page shows them."""

from datetime import datetime

from django import template

from jikimi.cases.models import Case
from jikimi.web.desk.timelines import Picture, picture_of_case

register = template.Library()


@register.simple_tag
def timeline_of(case: Case, now: datetime) -> Picture | None:
    """The timeline of a case; None while it has no place."""
    return picture_of_case(case, now)
