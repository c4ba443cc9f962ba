"""Tips on pages that are about something else."""

from django import template
from django.db.models import QuerySet

from jikimi.cases.models import Case
from jikimi.intake.tips.models import TippedPlace
from jikimi.intake.tips.reading import places_told_of

register = template.Library()


@register.simple_tag
def tips_about(case: Case) -> QuerySet[TippedPlace]:
    """Places of this case that citizens told of, too."""
    return places_told_of(case)
