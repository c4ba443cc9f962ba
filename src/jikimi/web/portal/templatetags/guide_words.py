"""The words of guides in her language, for the templates."""

from django import template

from jikimi.venues.guides import Guide
from jikimi.venues.pack_parts import Text
from jikimi.web.portal.packs_read import language_in_packs

register = template.Library()


@register.filter
def here(text: Text) -> str:
    """The text in her language; in English where nobody has written it in hers."""
    return text.get(language_in_packs()) or text["en"]


@register.filter
def found_by(guide: Guide) -> str:
    """By what else she may look for it in her language, between bars."""
    return "|".join(guide.words.get(language_in_packs(), ()))
