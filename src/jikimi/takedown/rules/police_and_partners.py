"""The last rungs: the police where she lives, and who helps where the place is. Pure."""

from __future__ import annotations

from jikimi.takedown.rules.route_values import RouteQuestion
from jikimi.venues.hosts import is_address, normal_host
from jikimi.venues.pack_values import Recipient

_OTHERWISE_CALLED = {"UK": "GB"}
_LETTERS_OF_A_COUNTRY = 2


def police_of(question: RouteQuestion) -> tuple[Recipient, ...]:
    """Give the police of her country, and what they run, by their ids."""
    country = _her_country(question)
    known = question.packs.recipients
    return tuple(
        one
        for one in (known[id_] for id_ in sorted(known))
        if one.is_police and country in one.serves
    )


def partners_of(question: RouteQuestion) -> tuple[Recipient, ...]:
    """Give the hotlines and sister centres of the country of a place that is not in hers.

    Those that take links of such pictures as hers, by their ids; the police's own are none.
    """
    country = place_country(question)
    if country is None or country == _her_country(question):
        return ()
    known = question.packs.recipients
    return tuple(
        one
        for one in (known[id_] for id_ in sorted(known))
        if one.kind == "hotline"
        and one.takes_reports
        and not one.is_police
        and country in one.serves
        and "link" in one.may_receive
        and one.routes_for(question.case.subject)
    )


def place_country(question: RouteQuestion) -> str | None:
    """Give the country of a link's platform, else the one in its host's name; None if in neither.

    Many names of countries are sold to anybody (`.me`, `.io`): it says whom to ask, no more.
    """
    host = normal_host(question.sighting.host)
    if question.sighting.kind != "link" or host is None:
        return None
    owner = question.packs.recipient_for_host(host)
    if owner and owner.country:
        return owner.country
    name = host.partition(":")[0]
    last = name.rpartition(".")[2].upper()
    if is_address(name) or len(last) != _LETTERS_OF_A_COUNTRY:
        return None
    return _OTHERWISE_CALLED.get(last, last)


def _her_country(question: RouteQuestion) -> str:
    return (question.case.country or "").upper()
