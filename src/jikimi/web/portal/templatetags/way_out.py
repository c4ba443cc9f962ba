"""What the template of every page, also of an error, needs to lead away at once."""

from django.template import Library

from jikimi.web.portal.leaving import neutral_place

register = Library()
register.simple_tag(neutral_place)
