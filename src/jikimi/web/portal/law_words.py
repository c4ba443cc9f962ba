"""What a law pack says, in plain words: how long there is, and whether somebody has checked it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from babel import Locale
from django.utils.translation import get_language, ngettext, to_locale
from django.utils.translation import gettext as say

from jikimi.venues.guides import GuidePlace
from jikimi.venues.pack_parts import Clock, Text
from jikimi.venues.packs import LawPack
from jikimi.web.portal.helplines import likely_countries
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
    is_near: bool
    """Whether she may be there; then it is open."""


def shown_places(places: tuple[GuidePlace, ...], today: date) -> tuple[ShownPlace, ...]:
    """The places, those where she may be first, with the clocks of their law packs."""
    near = likely_countries()
    shown = [_shown(place, today, is_near=place.place in near) for place in places]
    return tuple(sorted(shown, key=lambda one: near.index(one.code) if one.is_near else len(near)))


def _shown(place: GuidePlace, today: date, *, is_near: bool) -> ShownPlace:
    laws = [packs_read().laws[id_] for id_ in place.laws if id_ in packs_read().laws]
    return ShownPlace(
        code=place.place,
        name=country_name(place.place),
        items=place.items,
        times=tuple(dict.fromkeys(_times(laws))),
        is_checked=all(
            law.status == "verified" and not law.review.expired_on(today) for law in laws
        ),
        is_near=is_near,
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
