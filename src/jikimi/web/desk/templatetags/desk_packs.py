"""How many changes of the packs wait for a second person, on every page of the desk."""

from django import template

from jikimi.venues.lookups import proposals

register = template.Library()


@register.simple_tag
def how_many_changes_wait() -> int:
    """How many proposals nobody has decided about."""
    return proposals().count()
