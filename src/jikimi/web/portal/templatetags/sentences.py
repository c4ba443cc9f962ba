"""How sentences stand beside each other, for the templates."""

from django import template
from django.utils.translation import get_language

register = template.Library()
_NO_SPACES = ("ja", "zh")


@register.simple_tag
def gap() -> str:
    """What parts two sentences: nothing where a full stop is as wide as a letter."""
    return "" if (get_language() or "").startswith(_NO_SPACES) else " "
