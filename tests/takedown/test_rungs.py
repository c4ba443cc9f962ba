"""Every rung of the ladder with the shipped packs alone, and who stands for a found address."""

from dataclasses import replace
from datetime import timedelta

import pytest

from jikimi.takedown.rdap.registries import load_registries
from jikimi.takedown.rules.notice import NoticeState
from jikimi.takedown.rules.route import (
    CaseFacts,
    ChosenRoute,
    NoRoute,
    PastNotice,
    SightingFacts,
    choose_route,
)
from jikimi.takedown.rules.route_values import HostContact
from jikimi.takedown.rules.rungs import RANKS
from jikimi.venues.pack_values import LADDER_STEPS
from jikimi.venues.packs import RecipientId
from tests.takedown.routing import ADULT, D4U, MINOR, NOW, PACKS, ROOM

FALLBACK = load_registries().fallback
CLOUDFLARE, AWS = RecipientId("cloudflare"), RecipientId("aws")
POLICE_KR = RecipientId("police-kr")
AGREED = replace(ADULT, consents=frozenset({"centre", "platforms", "police"}))
POST = replace(ROOM, fallback=FALLBACK)
SITE = SightingFacts(
    url="https://a.example/1",
    host="a.example",
    kind="link",
    registries_asked=True,
    fallback=FALLBACK,
)


def found(**at: RecipientId) -> SightingFacts:
    """A site whose registries named these, by step."""
    contacts = (HostContact(step=step, recipient_id=id_) for step, id_ in at.items())
    return replace(SITE, contacts=tuple(contacts))


BEHIND_CLOUDFLARE = found(host=CLOUDFLARE)


def told(recipient: RecipientId, law: str | None, state: NoticeState) -> PastNotice:
    return PastNotice(
        recipient_id=recipient,
        law_id=law,  # type: ignore[arg-type]
        state=state,
        reference="JK-1",
        sent_at=NOW - timedelta(days=4),
        due_at=NOW - timedelta(days=2),
    )


def climb(
    sighting: SightingFacts, case: CaseFacts = ADULT, *history: PastNotice
) -> tuple[list[ChosenRoute], NoRoute]:
    """Every notice in turn while each of them is left unanswered, and what is left at the top."""
    chosen, past = [], list(history)
    for _ in range(40):
        route = choose_route(sighting, case, PACKS, tuple(past), NOW)
        if isinstance(route, NoRoute):
            return chosen, route
        chosen.append(route)
        past.append(told(route.recipient_id, route.law_id, NoticeState.OVERDUE))
    raise AssertionError("the ladder has no top")


def rungs_of(routes: list[ChosenRoute]) -> list[tuple[str, str]]:
    return [(route.rung, route.recipient_id) for route in routes]


def test_each_of_the_nine_rungs_is_drafted_for_with_what_ships_and_the_history_attached() -> None:
    known = found(site_operator=RecipientId("github"), host=AWS, registrar=CLOUDFLARE)
    abroad = replace(known, url="https://a.example.com.au/1", host="a.example.com.au")
    drafted: set[str] = set()
    for place in (POST, BEHIND_CLOUDFLARE, abroad):
        routes, _ = climb(place, AGREED)
        drafted |= {route.rung for route in routes}
        assert [len(route.earlier) for route in routes] == list(range(len(routes)))

    assert drafted == set(RANKS)


@pytest.mark.parametrize("sighting", [POST, SITE, BEHIND_CLOUDFLARE])
def test_the_police_are_the_last_rung_for_who_has_agreed_to_them(sighting: SightingFacts) -> None:
    routes, _ = climb(sighting, AGREED)
    last = routes[-1]

    assert rungs_of(routes)[-1] == ("police", "police-kr")
    assert last.earlier[-1].recipient_id == routes[-2].recipient_id
    assert f"Notice JK-1 went to {PACKS.recipients[routes[-2].recipient_id].name}" in last.because


def test_who_has_not_agreed_to_the_police_reads_that_they_are_passed_over() -> None:
    routes, top = climb(SITE)

    assert "police" not in {route.rung for route in routes}
    assert (
        f"{PACKS.recipients[POLICE_KR].name}, because she has not agreed that the "
        "police are told." in top.because
    )


@pytest.mark.parametrize(
    ("country", "police"),
    [(one, f"police-{one.lower()}") for one in ("AU", "CA", "GB", "ID", "IN", "JP", "TW", "US")]
    + [("FR", "pharos")],
)
def test_every_country_of_what_ships_has_police_to_tell(country: str, police: str) -> None:
    routes, _ = climb(SITE, replace(AGREED, country=country))

    assert ("police", police) in rungs_of(routes)


def test_a_minors_police_hear_last_and_the_hotline_first() -> None:
    routes, _ = climb(POST, replace(AGREED, minor=True))

    assert PACKS.recipients[routes[0].recipient_id].kind == "hotline"
    assert rungs_of(routes)[-1] == ("police", "police-kr")


def test_what_ships_for_a_host_of_nobodys_names_steps_and_entries_alone() -> None:
    assert set(FALLBACK) <= LADDER_STEPS | set(PACKS.recipients)


def test_a_host_of_nobodys_leads_past_its_host_to_search_engines_and_authorities() -> None:
    routes, top = climb(SITE)

    assert rungs_of(routes) == [
        ("search", "google-search"),
        ("search", "bing"),
        ("regulator", "d4u"),
    ]
    assert (
        "a person can turn to: the site's operator, named on the site itself; the network that "
        "delivers the site; the host; the registrar; the registry of its domain."
    ) in routes[0].because
    assert "a sister centre or a hotline in the host's country" in top.because


def test_no_search_engine_is_asked_about_what_is_on_no_public_host() -> None:
    hidden = replace(SITE, url="http://abc.onion/1", host="abc.onion")

    assert {route.rung for route in climb(hidden)[0]} == {"regulator"}


def test_a_delivery_network_is_asked_by_its_own_way_and_its_answer_names_the_host() -> None:
    routes, _ = climb(BEHIND_CLOUDFLARE)

    assert rungs_of(routes)[:2] == [("cdn", "cloudflare"), ("search", "google-search")]
    assert (routes[0].route_type, routes[0].route_id) == ("api", "abuse-ncsei")
    assert "which Cloudflare hides and names in its answer" in routes[1].because


def test_a_host_with_an_entry_is_asked_by_its_own_way() -> None:
    (first, *_), _ = climb(found(host=AWS))

    assert (first.rung, first.recipient_id, first.route_type) == ("host", "aws", "api")
    assert "the network that delivers the site" not in first.because


def test_who_only_registered_the_name_does_not_pass_for_who_delivers_the_site() -> None:
    routes, _ = climb(found(host=AWS, registrar=CLOUDFLARE))

    assert [rung for rung, id_ in rungs_of(routes) if id_ == CLOUDFLARE] == ["registrar"]
    assert routes[0].recipient_id == AWS


def test_who_does_both_is_asked_once() -> None:
    routes, _ = climb(found(host=CLOUDFLARE, registrar=CLOUDFLARE))

    assert [rung for rung, id_ in rungs_of(routes) if id_ == CLOUDFLARE] == ["cdn"]


def test_a_minors_picture_reaches_no_network_that_takes_adults_alone() -> None:
    hotline = told(D4U, None, NoticeState.SENT)

    routes, top = climb(BEHIND_CLOUDFLARE, MINOR, hotline)

    assert CLOUDFLARE not in {route.recipient_id for route in routes}
    assert not [route for route in routes if "cloudflare" in route.address]
    assert "Cloudflare, which has no address for pictures of minors" in routes[0].because
    assert "a sister centre or a hotline in the host's country" in top.because


def test_a_minors_picture_reaches_a_hotline_before_any_other_rung() -> None:
    (first, *_), _ = climb(BEHIND_CLOUDFLARE, MINOR)

    assert PACKS.recipients[first.recipient_id].kind == "hotline"


KOREAN_POST = SightingFacts(
    url="https://gall.dcinside.com/b/1",
    host="gall.dcinside.com",
    kind="link",
    registries_asked=True,
)
AUSTRALIAN_SITE = replace(SITE, url="https://a.example.com.au/1", host="a.example.com.au")
FROM_TAIWAN = replace(ADULT, country="TW")


@pytest.mark.parametrize(
    ("sighting", "partner"), [(KOREAN_POST, "d4u"), (AUSTRALIAN_SITE, "esafety")]
)
def test_a_place_abroad_that_did_nothing_leads_to_a_sister_centre_there_at_last(
    sighting: SightingFacts, partner: str
) -> None:
    routes, _ = climb(sighting, FROM_TAIWAN)
    last = routes[-1]

    assert (last.rung, last.recipient_id, last.law_id) == ("partner", partner, None)
    assert not last.auto_send
    assert not last.complaint
    assert len(last.earlier) == len(routes) - 1
    assert "the next rung is who helps across borders" in last.because


def test_who_lives_where_the_place_is_has_her_own_authority_and_no_partner() -> None:
    assert "partner" not in {route.rung for route in climb(KOREAN_POST)[0]}


def test_a_sister_centre_is_asked_only_where_the_centre_acts_for_her() -> None:
    police_only = replace(FROM_TAIWAN, consents=frozenset({"platforms", "police"}))
    routes, top = climb(KOREAN_POST, police_only)

    assert routes[-1].rung == "police"
    assert f"{PACKS.recipients[D4U].name}, because she has not agreed" in top.because


def test_a_minors_place_abroad_leads_to_a_hotline_there() -> None:
    british = replace(SITE, url="https://a.example.co.uk/1", host="a.example.co.uk")
    routes, _ = climb(british, MINOR)

    assert ("partner", "iwf") in rungs_of(routes)
    assert routes[0].recipient_id == D4U


def test_where_nobody_helps_in_the_places_country_a_person_reads_what_is_left() -> None:
    for nowhere in (SITE, replace(SITE, url="https://a.example.zz/1", host="a.example.zz")):
        routes, top = climb(nowhere)

        assert "partner" not in {route.rung for route in routes}
        assert "a sister centre or a hotline in the host's country" in top.because
