"""What a law pack says, in plain words: how long there is, and whether somebody has checked it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from babel import Locale
from django.conf import settings
from django.utils.translation import get_language, ngettext, to_locale
from django.utils.translation import gettext as say

from jikimi.venues.guides import GuidePlace
from jikimi.venues.pack_parts import Clock, Text
from jikimi.venues.packs import LawPack
from jikimi.web.portal.packs_read import packs_read


@dataclass(frozen=True, kw_only=True)
class ShownPlace:
    """What the law says in one country, as a page shows it."""

    code: str
    name: str
    items: tuple[Text, ...]
    times: tuple[str, ...]
    is_checked: bool
    """Whether every law pack behind it is verified and not past its last day."""
    is_here: bool


def shown_places(places: tuple[GuidePlace, ...], today: date) -> tuple[ShownPlace, ...]:
    """The places, the centre's own first, with the clocks of their law packs."""
    shown = [_shown(place, today) for place in places]
    return tuple(sorted(shown, key=lambda one: not one.is_here))


def _shown(place: GuidePlace, today: date) -> ShownPlace:
    laws = [packs_read().laws[id_] for id_ in place.laws if id_ in packs_read().laws]
    return ShownPlace(
        code=place.place,
        name=country_name(place.place),
        items=place.items,
        times=tuple(dict.fromkeys(_times(laws))),
        is_checked=all(
            law.status == "verified" and not law.review.expired_on(today) for law in laws
        ),
        is_here=place.place == settings.CENTRE_COUNTRY,
    )


def country_name(code: str) -> str:
    """A country, or EU, as one calls it in her language."""
    language = to_locale(get_language() or "en")
    return str(Locale.parse(language).territories.get(code, code))


def _times(laws: list[LawPack]) -> Iterator[str]:
    for law in laws:
        if law.clock is None:
            continue
        time = _length(law.clock)
        match law.clock.trigger:
            case "regulator_notice":
                said = say("After an order of the regulator, a service has %(time)s.")
            case "authority_order":
                said = say("After an order of the authority, a service has %(time)s.")
            case _:
                said = say("After a valid request, a platform has %(time)s.")
        yield said % {"time": time}


def _length(clock: Clock) -> str:
    if clock.unit == "hours":
        return ngettext("%(n)d hour", "%(n)d hours", clock.value) % {"n": clock.value}
    return ngettext("%(n)d day", "%(n)d days", clock.value) % {"n": clock.value}
