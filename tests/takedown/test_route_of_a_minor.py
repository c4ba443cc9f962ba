"""Who hears of a minor: a hotline first, a platform after it."""

from dataclasses import replace
from itertools import product

import pytest

from jikimi.takedown.rules.notice import NoticeState
from jikimi.takedown.rules.route import NoRoute, SightingFacts, choose_route
from jikimi.venues.packs import Packs, RecipientId
from tests.takedown.routing import (
    D4U,
    DSA,
    INHOPE,
    MINOR,
    NCMEC,
    NOW,
    PACKS,
    ROOM,
    TELEGRAM,
    S,
    no_route,
    past,
    route,
    without_hotlines,
)

FINGERPRINTS_ALONE = without_hotlines(
    PACKS,
    *(one.id for one in PACKS.recipients.values() if one.kind == "hotline" and one.id != NCMEC),
)
FINGERPRINTS_AND_A_LIST = replace(
    FINGERPRINTS_ALONE,
    recipients={**FINGERPRINTS_ALONE.recipients, INHOPE: PACKS.recipients[INHOPE]},
)


def test_a_minor_in_korea_is_reported_to_d4u_first() -> None:
    chosen = route(ROOM, MINOR)

    assert (chosen.recipient_id, chosen.law_id, chosen.route_type) == (D4U, None, "phone")
    assert chosen.languages == ("ko", "en")
    assert chosen.because.startswith("Because she is or may be under 18, a hotline")


@pytest.mark.parametrize(
    ("country", "hotline"),
    [
        ("KR", "d4u"),
        ("US", "cybertipline"),
        ("GB", "iwf"),
        ("JP", "internet-hotline-center"),
        ("TW", "siarc"),
        ("AU", "esafety"),
        ("CA", "cybertip-ca"),
        ("fr", "point-de-contact"),
        ("IN", "cybertipline"),
        ("ID", "cybertipline"),
        ("BR", "cybertipline"),
        (None, "cybertipline"),
    ],
)
def test_a_minors_link_goes_first_to_a_hotline_that_takes_links(
    country: str | None, hotline: str
) -> None:
    chosen = route(ROOM, replace(MINOR, country=country))

    assert chosen.recipient_id == hotline
    assert "link" in PACKS.recipients[chosen.recipient_id].may_receive


@pytest.mark.parametrize("country", ["ID", "BR", None])
@pytest.mark.parametrize("packs", [PACKS, FINGERPRINTS_AND_A_LIST])
def test_a_list_of_hotlines_takes_no_report_so_no_platform_hears_of_a_minor_after_it(
    country: str | None, packs: Packs
) -> None:
    case = replace(MINOR, country=country)
    turned_to_the_list = (past(INHOPE, None, S.SENT), past(INHOPE, None, S.DRAFT))

    hotline = route(ROOM, case, *turned_to_the_list, packs=packs)
    told = past(hotline.recipient_id, None, S.SENT)

    assert packs.recipients[hotline.recipient_id].takes_reports
    where = f"in {country}" if country else "where she lives"
    assert (
        "INHOPE, https://www.inhope.org/, takes no report; its list says whether there is a "
        f"hotline {where}. Look it up, and tell that one, too." in hotline.because
    )
    assert route(ROOM, case, *turned_to_the_list, told, packs=packs).recipient_id == TELEGRAM


def test_where_only_a_list_is_known_a_minors_picture_goes_nowhere_and_the_list_is_named() -> None:
    known = (TELEGRAM, INHOPE)
    packs = replace(PACKS, recipients={id_: PACKS.recipients[id_] for id_ in known})

    stopped = choose_route(ROOM, MINOR, packs, (past(INHOPE, None, S.SENT),), NOW)

    assert isinstance(stopped, NoRoute)
    assert "ask her whether the police may be told. INHOPE, https://www.inhope.org/," in (
        stopped.because
    )


def test_a_hotline_of_her_own_country_needs_no_list() -> None:
    assert "INHOPE" not in route(ROOM, MINOR).because


@pytest.mark.parametrize(("country", "police"), [("IN", "cybercrime-gov-in"), ("FR", "pharos")])
def test_a_hotline_that_the_police_run_is_told_only_with_her_yes_to_the_police(
    country: str, police: str
) -> None:
    alone = without_hotlines(PACKS, "point-de-contact")
    case = replace(MINOR, country=country)
    asked = replace(case, consents=frozenset({"police", "platforms"}))
    name = alone.recipients[RecipientId(police)].name

    assert route(ROOM, asked, packs=alone).recipient_id == police
    assert route(ROOM, case, packs=alone).recipient_id == "cybertipline"
    assert (
        f"Left out, because she has not agreed that the police are told: {name}."
        in route(ROOM, case, packs=alone).because
    )


@pytest.mark.parametrize("country", ["KR", "TW", "AU", "US", None])
def test_where_a_hotline_takes_links_only_her_own_fingerprints_have_a_way_too(
    country: str | None,
) -> None:
    because = route(ROOM, replace(MINOR, country=country)).because

    assert "tell her of NCMEC Take It Down, https://takeitdown.ncmec.org/." in because


def test_a_hotline_for_fingerprints_alone_comes_last_and_says_what_it_takes() -> None:
    chosen = route(ROOM, replace(MINOR, country="US"), packs=FINGERPRINTS_ALONE)

    assert chosen.recipient_id == NCMEC
    assert "on her own device" in chosen.because
    assert "tell her of" not in chosen.because


def test_a_country_is_read_in_any_case() -> None:
    assert route(ROOM, replace(MINOR, country="kr")).recipient_id == D4U


@pytest.mark.parametrize(
    "sighting",
    [
        SightingFacts(url="@room", host="", kind="handle"),
        SightingFacts(url="https://t.me/+AbC", host="t.me", kind="link"),
        SightingFacts(url="https://unknown.example/", host="unknown.example", kind="link"),
        replace(ROOM, live=False),
    ],
)
def test_a_hotline_hears_of_a_minor_whatever_was_seen(sighting: SightingFacts) -> None:
    assert route(sighting, MINOR).recipient_id == D4U


def test_a_hotline_is_drafted_for_without_consent_and_says_why_it_waits() -> None:
    case = replace(MINOR, country="US", consents=frozenset({"platforms"}))
    chosen = route(ROOM, case, packs=FINGERPRINTS_ALONE)

    assert chosen.recipient_id == NCMEC
    assert not chosen.may_send
    assert "neither" in (chosen.why_not or "")


@pytest.mark.parametrize("consent", ["centre", "police"])
def test_a_hotline_is_told_once_the_centre_or_the_police_may_know(consent: str) -> None:
    case = replace(MINOR, country="US", consents=frozenset({consent}))

    assert route(ROOM, case, packs=FINGERPRINTS_ALONE).may_send


@pytest.mark.parametrize("state", [S.SENT, S.ACKNOWLEDGED, S.OVERDUE, S.REFUSED])
def test_a_platform_hears_of_a_minor_after_the_hotline(state: NoticeState) -> None:
    chosen = route(ROOM, MINOR, past(D4U, None, state))

    assert chosen.recipient_id == TELEGRAM
    assert chosen.address == "stopca@telegram.org"
    assert "A hotline has been told first, because she is or may be under 18." in chosen.because


@pytest.mark.parametrize("state", [S.DRAFT, S.APPROVED, S.SENDING, S.UNKNOWN, S.UNDELIVERABLE])
def test_nobody_hears_of_a_minor_while_the_hotlines_notice_has_not_left(
    state: NoticeState,
) -> None:
    assert "has not gone out" in no_route(ROOM, MINOR, past(D4U, None, state))


@pytest.mark.parametrize("state", [S.CANCELLED, S.REMOVED])
def test_a_hotline_notice_that_may_never_have_left_does_not_count(state: NoticeState) -> None:
    assert route(ROOM, MINOR, past(D4U, None, state)).recipient_id == D4U


def test_a_notice_to_a_platform_does_not_count_as_a_hotline() -> None:
    assert route(ROOM, MINOR, past(TELEGRAM, DSA, S.SENT)).recipient_id == D4U


def test_a_hotline_that_is_no_longer_known_does_not_count() -> None:
    assert route(ROOM, MINOR, past(RecipientId("closed"), None, S.SENT)).recipient_id == D4U


def test_without_any_hotline_a_minors_picture_goes_nowhere() -> None:
    packs = replace(PACKS, recipients={TELEGRAM: PACKS.recipients[TELEGRAM]})

    chosen = choose_route(ROOM, MINOR, packs, (), NOW)

    assert isinstance(chosen, NoRoute)
    assert "ask her whether the police may be told." in chosen.because
    told = choose_route(ROOM, replace(MINOR, consents=frozenset({"police"})), packs, (), NOW)
    assert isinstance(told, NoRoute)
    assert "or tell the police." in told.because


@pytest.mark.parametrize(("first", "second"), list(product([D4U, NCMEC], repeat=2)))
def test_one_hotline_that_was_told_is_enough(first: RecipientId, second: RecipientId) -> None:
    history = (past(first, None, S.SENT), past(second, None, S.ACKNOWLEDGED))

    assert route(ROOM, MINOR, *history).recipient_id == TELEGRAM
