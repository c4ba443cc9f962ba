"""Help now: guides to read at once, without an account, a cookie or a script; a card to print.

An address holds a guide's number and no word of what it is about. What somebody looks for is
posted, compared and forgotten.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import segno
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from jikimi.venues.guide_search import find_guides
from jikimi.venues.guides import Guide
from jikimi.web.portal.door import page, show_page
from jikimi.web.portal.helplines import helplines, named_lines
from jikimi.web.portal.law_words import shown_places
from jikimi.web.portal.options import SITUATIONS
from jikimi.web.portal.packs_read import guides_read, language_in_packs, packs_read

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise as Words

LONGEST_SEARCH = 200


@dataclass(frozen=True, kw_only=True)
class Happening:
    """One answer to "what is happening?", and what to read then."""

    label: "Words"
    guides: tuple[Guide, ...]


@page("GET", "HEAD", "POST")
def help_now(request: HttpRequest) -> HttpResponse:
    """What to read, by what is happening or by her own words."""
    guides = guides_read()
    asked = request.POST.get("words", "")[:LONGEST_SEARCH].strip()
    found = find_guides(guides.guides, asked, language_in_packs()) if asked else ()
    happenings = [
        Happening(label=option.label, guides=guides.for_situation(option.value))
        for option in SITUATIONS
    ]
    return show_page(
        request,
        "help/index.html",
        asked=bool(asked),
        found=found,
        first=guides.for_situation("danger"),
        happenings=[one for one in happenings if one.guides],
        guides=guides.guides,
        card=guides.card,
        longest=LONGEST_SEARCH,
        helplines=helplines(minor=None),
    )


@page("GET", "HEAD")
def guide(request: HttpRequest, number: int) -> HttpResponse:
    """One guide, or the card."""
    found = guides_read().numbered(number)
    if found is None:
        raise Http404
    return _card(request, found) if found.kind == "card" else _guide(request, found)


def _guide(request: HttpRequest, shown: Guide) -> HttpResponse:
    today = timezone.localdate()
    return show_page(
        request,
        "help/guide.html",
        guide=shown,
        named=named_lines(shown.lines),
        places=shown_places(shown.places, today),
        related=guides_read().related_to(shown),
        read_on=max(source.retrieved for source in shown.sources),
        is_expired=shown.review.expired_on(today),
        helplines=helplines(minor=None),
    )


def _card(request: HttpRequest, shown: Guide) -> HttpResponse:
    """A sheet that says nothing of who carries it: no name of the centre, no word of the matter."""
    address = f"{settings.PUBLIC_ORIGIN}/"
    lines = [
        line
        for line in packs_read().lines
        if line.id in shown.lines and line.phone and line.country == settings.CENTRE_COUNTRY
    ]
    return show_page(
        request,
        "help/card.html",
        guide=shown,
        address=address.split("://", 1)[1].rstrip("/"),
        square=segno.make(address, error="m", micro=False).png_data_uri(scale=8, border=2),
        lines=lines,
    )
