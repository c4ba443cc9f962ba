"""Letters in each language under each law: all that a law demands, and nothing that leaks."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from jikimi.takedown.errors import LinksDoNotFit, UnsafeAddress
from jikimi.takedown.rules.clock import follow_up
from jikimi.takedown.rules.letter import (
    CentreIdentity,
    Letter,
    NoticeFacts,
    NoticeFingerprint,
    write_letter,
)
from jikimi.takedown.rules.letter_batches import batches_of, limits_of
from jikimi.takedown.rules.route import ChosenRoute
from jikimi.venues.hosts import host_of
from jikimi.venues.pack_files import SHIPPED
from jikimi.venues.pack_values import LawPack, Recipient, RouteLimits
from jikimi.venues.packs import LawId, RecipientId, load_packs

PACKS = load_packs()
NOW = datetime(2026, 11, 21, 22, 0, tzinfo=UTC)
SCHEMA = json.loads((SHIPPED / "schema" / "jikimi-notice-1.schema.json").read_text("utf-8"))
VECTOR = (
    Path(__file__).parents[2]
    / "docs"
    / "formats"
    / "vectors"
    / "jikimi-notice-1-authority-request.json"
)
LANGUAGES = ("en", "ko", "ja", "zh-TW", "id", "fr")
FACTS = NoticeFacts(
    notice_id="JK-0123456789",
    links=("https://a.example/5",),
    handles=("@room",),
    fingerprints=(
        NoticeFingerprint(type="pdq", value="ab" * 32, quality=90, made_on_her_device=True),
    ),
    situation="recording",
    minor=False,
    good_faith=True,
    reported_at=NOW,
    owns_copyright=True,
)
CENTRE = CentreIdentity(
    name="Example Centre",
    address="1 Road, Seoul",
    email="help@centre.example",
    phone="02-000-0000",
    representative="Kim Example",
)
NOT_OURS = {"statutory_form", "screenshot"}
EVERY_LAW = [(law, language) for law in PACKS.laws.values() for language in law.languages]


def route_to(recipient: Recipient, law: LawPack | None, language: str = "en") -> ChosenRoute:
    way = recipient.routes[0]
    return ChosenRoute(
        recipient_id=recipient.id,
        law_id=law.id if law else None,
        route_id=way.id,
        route_type=way.type,
        address=way.address,
        auto_send=way.auto_send,
        languages=tuple(dict.fromkeys((language, "en"))),
        due=None,
        follow_up=follow_up(law, recipient),
        because="Because a test asks.",
        may_send=False,
        why_not="a test",
    )


def somebody_for(law: LawPack) -> Recipient:
    return next(one for one in PACKS.recipients.values() if one.kind in law.recipient_kinds)


def write(
    route: ChosenRoute, facts: NoticeFacts = FACTS, centre: CentreIdentity = CENTRE
) -> Letter:
    written = write_letter(route=route, packs=PACKS, facts=facts, centre=centre, now=NOW)
    Draft202012Validator(SCHEMA).validate(json.loads(written.notice_json))
    return written


def form(written: Letter) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(written.notice_json)
    return read


def test_letters_are_written_in_six_languages() -> None:
    assert set(PACKS.wordings) == set(LANGUAGES)
    assert {language for _, language in EVERY_LAW} == set(LANGUAGES)


@pytest.mark.parametrize(("law", "language"), EVERY_LAW, ids=lambda one: getattr(one, "id", one))
def test_a_letter_holds_every_element_that_we_can_supply(law: LawPack, language: str) -> None:
    written = write(route_to(somebody_for(law), law, language))

    assert set(written.missing) == {
        element.id for element in law.elements if set(element.needs) & NOT_OURS
    }
    assert "{" not in written.text + written.subject + written.html
    assert law.title[language] in written.text
    assert "https://a.example/5" in written.text


@pytest.mark.parametrize(("law", "language"), EVERY_LAW, ids=lambda one: getattr(one, "id", one))
def test_every_letter_reads_in_its_own_language_first(law: LawPack, language: str) -> None:
    written = write(route_to(somebody_for(law), law, language))

    first = PACKS.wordings[language].sentences
    assert first["care"].strip() in written.text.split("-" * 40)[0]


STYLE = {
    "ko": ("니다", ("해요", "하세요")),
    "ja": ("お願いいたします", ("してね", "である。", "だ。")),
    "zh-TW": ("敬請", ("们", "请", "内容")),
    "id": ("Anda", ("kamu", "kalian", "lu ")),
    "fr": ("Veuillez", (" tu ", " ton ", " ta ")),
}


@pytest.mark.parametrize("language", sorted(STYLE))
def test_every_language_keeps_its_formal_style(language: str) -> None:
    wanted, unwanted = STYLE[language]
    law = PACKS.laws[LawId("recipient-terms")]

    text = write(route_to(somebody_for(law), law, language)).text.split("-" * 40)[0]

    assert wanted in text
    assert not [word for word in unwanted if word in text]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_hotline_reads_a_report_in_any_language(language: str) -> None:
    d4u = PACKS.recipients[RecipientId("d4u")]

    written = write(route_to(d4u, None, language), replace(FACTS, minor=True))

    assert written.missing == ()
    assert PACKS.wordings[language].sentences["report_links"] in written.text


# --- Authorities, copyright


def test_an_authority_is_asked_to_use_its_powers_and_nobody_is_told_to_remove() -> None:
    esafety, law = PACKS.recipients[RecipientId("esafety")], PACKS.laws[LawId("au-osa-77")]

    written = write(route_to(esafety, law))

    assert "use your powers" in written.text
    assert "We ask you to remove" not in written.text
    assert form(written)["requested"] == ["order_removal"]
    assert form(written)["deadline"] == {"seconds": 86400, "counted_from": "regulator_notice"}


def test_copyright_misses_the_work_until_she_has_confirmed_that_it_is_hers() -> None:
    law = PACKS.laws[LawId("us-dmca-512")]
    route = route_to(PACKS.recipients[RecipientId("reddit")], law)

    assert write(route, replace(FACTS, owns_copyright=False)).missing == ("work", "accuracy")
    assert "perjury" not in write(route, replace(FACTS, owns_copyright=False)).text
    assert "under penalty of perjury" in write(route).text


def test_copyright_is_never_a_basis_for_a_minors_picture() -> None:
    law = PACKS.laws[LawId("us-dmca-512")]
    route = route_to(PACKS.recipients[RecipientId("reddit")], law)

    with pytest.raises(ValueError, match="minor"):
        write(route, replace(FACTS, minor=True))


def test_working_days_are_no_number_of_seconds() -> None:
    law = PACKS.laws[LawId("jp-idpa")]
    assert law.clock
    counted = replace(law.clock, calendar="working_days", zone="Asia/Tokyo", holidays="JP")
    packs = replace(PACKS, laws={**PACKS.laws, law.id: replace(law, clock=counted)})
    route = route_to(PACKS.recipients[RecipientId("line")], law, "ja")

    written = write_letter(route=route, packs=packs, facts=FACTS, centre=CENTRE, now=NOW)

    assert form(written)["deadline"] == {"seconds": None, "counted_from": "valid_request"}


# --- Batches


def cloudflare(links: tuple[str, ...]) -> Letter:
    recipient, law = (
        PACKS.recipients[RecipientId("cloudflare")],
        PACKS.laws[LawId("recipient-terms")],
    )
    return write(route_to(recipient, law), replace(FACTS, links=links))


def test_a_report_to_cloudflare_may_name_250_links_of_one_host_and_no_more() -> None:
    links = tuple(f"https://a.example/{n}" for n in range(251))

    assert len(form(cloudflare(links[:250]))["links"]) == 250
    with pytest.raises(LinksDoNotFit, match="250 links"):
        cloudflare(links)
    with pytest.raises(LinksDoNotFit, match="one host"):
        cloudflare(("https://a.example/1", "https://b.example/1"))


def test_a_link_that_is_given_twice_counts_once() -> None:
    links = tuple(f"https://a.example/{n}" for n in range(250))

    assert len(form(cloudflare(links * 2))["links"]) == 250


def test_discord_takes_one_link_a_report() -> None:
    route = route_to(PACKS.recipients[RecipientId("discord")], PACKS.laws[LawId("us-take-it-down")])
    links = ("https://discord.com/channels/1/2/3", "https://discord.com/channels/1/2/4")

    assert write(route, replace(FACTS, links=links[:1])).missing == ()
    with pytest.raises(LinksDoNotFit):
        write(route, replace(FACTS, links=links))


def test_one_platform_never_learns_of_a_link_to_another() -> None:
    route = route_to(PACKS.recipients[RecipientId("reddit")], PACKS.laws[LawId("eu-dsa-16")])

    with pytest.raises(LinksDoNotFit, match="Reddit"):
        write(route, replace(FACTS, links=("https://reddit.com/1", "https://tiktok.com/1")))


def test_a_search_engine_is_told_of_links_elsewhere_and_a_platform_is_not() -> None:
    links = ("https://reddit.com/1", "https://tiktok.com/1")
    law = PACKS.laws[LawId("recipient-terms")]
    google = route_to(PACKS.recipients[RecipientId("google-search")], law)

    written = write(replace(google, rung="search"), replace(FACTS, links=links))
    assert form(written)["links"] == list(links)
    with pytest.raises(LinksDoNotFit, match="Google"):
        write(google, replace(FACTS, links=links))


def test_two_rooms_of_one_homeserver_stand_in_one_notice_though_a_website_names_them() -> None:
    law = PACKS.laws[LawId("recipient-terms")]
    server = replace(PACKS.recipients[RecipientId("reddit")], domains=("matrix.example",))
    packs = replace(PACKS, recipients={**PACKS.recipients, server.id: server})
    links = tuple(f"https://matrix.to/#/!{room}:matrix.example" for room in ("one", "two"))
    facts = replace(FACTS, links=links)

    written = write_letter(
        route=route_to(server, law), packs=packs, facts=facts, centre=CENTRE, now=NOW
    )
    assert form(written)["links"] == list(links)


some_links = st.lists(
    st.builds("https://{}.example/{}".format, st.sampled_from("abc"), st.integers(0, 40)),
    max_size=60,
)
some_limits = st.builds(
    RouteLimits,
    links_per_notice=st.none() | st.integers(1, 20),
    one_host_per_notice=st.booleans(),
    note=st.none(),
)


@given(some_links, some_limits)
def test_batches_name_every_link_once_and_keep_to_the_limits(
    links: list[str], limits: RouteLimits
) -> None:
    batches = batches_of(links, limits)

    assert sorted(link for batch in batches for link in batch) == sorted(set(links))
    for batch in batches:
        assert batch
        assert len(batch) <= (limits.links_per_notice or len(batch))
        assert not limits.one_host_per_notice or len({host_of(link) for link in batch}) == 1


def test_a_route_that_its_entry_no_longer_has_limits_nothing() -> None:
    route = route_to(PACKS.recipients[RecipientId("discord")], None)

    assert limits_of(route, PACKS).links_per_notice == 1
    assert limits_of(replace(route, route_id="gone"), PACKS).links_per_notice is None


# --- The page for mail readers


class Page(HTMLParser):
    """Notes every tag, attribute and word."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.words = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.words += data


ALLOWED = set("html head meta title body section p br ul li hr".split())


@given(st.text(max_size=60), st.text(max_size=60), st.sampled_from(["<img src=x>", "'\"&", ""]))
def test_nothing_from_outside_becomes_markup(name: str, tail: str, evil: str) -> None:
    law = PACKS.laws[LawId("eu-dsa-16")]
    centre = replace(CENTRE, name=f"n{evil}{name}", representative=evil + name)
    facts = replace(FACTS, links=(f"https://a.example/1{evil}{tail}",))
    try:
        page = Page(write(route_to(somebody_for(law), law), facts, centre).html)
    except UnsafeAddress:
        return

    assert page.tags <= ALLOWED
    assert page.attributes <= {"lang", "charset"}


@pytest.mark.parametrize(("language", "minor"), list(product(LANGUAGES, [True, False])))
def test_the_page_says_what_the_letter_says_and_fetches_nothing(language: str, minor: bool) -> None:
    law = PACKS.laws[LawId("eu-dsa-16")]

    written = write(route_to(somebody_for(law), law, language), replace(FACTS, minor=minor))
    page = Page(written.html)

    assert f'lang="{language}"' in written.html
    for word in written.text.split():
        if word not in ("-", "-" * 40):
            assert word in page.words
    assert not {"a", "img", "link", "script", "style", "iframe"} & page.tags


def test_the_vector_of_a_request_to_an_authority_is_what_is_written() -> None:
    esafety, law = PACKS.recipients[RecipientId("esafety")], PACKS.laws[LawId("au-osa-77")]

    assert form(write(route_to(esafety, law))) == json.loads(VECTOR.read_text("utf-8"))
