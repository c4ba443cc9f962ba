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

    @property
    def web_name(self) -> str:
        """The address as one reads it out."""
        return self.web.removeprefix("https://").removeprefix("www.").rstrip("/")


def helplines(*, minor: bool | None) -> list[Line]:
    """The lines of the centre's country, then of the whole world, that can be called or opened.

    While the age is not known, those for minors and then those for adults only.
    """
    language = get_language() or "en"
    ages = (True, False) if minor is None else (minor,)
    found = [line for age in ages for line in _packs().helplines(settings.CENTRE_COUNTRY, age)]
    return [
        Line(
            name=line.name.get(language) or line.name["en"],
            phone=line.phone or "",
            web=line.web or "",
        )
        for line in {line.id: line for line in found}.values()
        if line.phone or line.web
    ]


@cache
def _packs() -> Packs:
    return load_packs(*settings.PACK_FOLDERS, allow_stand_ins=bool(settings.STAND_IN_PORTS))
