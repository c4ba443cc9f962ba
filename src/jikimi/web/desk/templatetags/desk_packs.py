"""Words of the packs, and how many changes wait for a second person, on every page."""

from django import template

from jikimi.venues.lookups import proposals
from jikimi.web.desk.wording import ROUTES

register = template.Library()


@register.simple_tag
def how_many_changes_wait() -> int:
    """How many proposals nobody has decided about."""
    return proposals().count()


@register.filter
def way(route_type: str) -> str:
    """How a route reaches its recipient, in words."""
    return ROUTES[route_type]
