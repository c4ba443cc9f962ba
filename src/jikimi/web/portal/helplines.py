"""Numbers and addresses to call, from the packs."""

from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.utils.translation import get_language

from jikimi.venues.packs import Packs, load_packs


@dataclass(frozen=True, kw_only=True)
class Line:
    """One helpline as a page shows it."""

    name: str
    phone: str
    web: str


def helplines(*, minor: bool) -> list[Line]:
    """The lines of the centre's country, then of the whole world, that can be called or opened."""
    language = get_language() or "en"
    return [
        Line(
            name=line.name.get(language) or line.name["en"],
            phone=line.phone or "",
            web=line.web or "",
        )
        for line in _packs().helplines(settings.CENTRE_COUNTRY, minor)
        if line.phone or line.web
    ]


@cache
def _packs() -> Packs:
    return load_packs(*settings.PACK_FOLDERS, allow_stand_ins=bool(settings.STAND_IN_PORTS))
