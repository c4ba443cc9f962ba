"""What a notice says, to whom, and what it never says."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from jikimi.takedown.errors import TakedownError, UnsafeAddress
from jikimi.takedown.rules.letter import (
    CentreIdentity,
    Letter,
    NoticeFacts,
    NoticeFingerprint,
    write_letter,
)
from jikimi.takedown.rules.notice import NoticeState
from jikimi.takedown.rules.route import (
    CaseFacts,
    ChosenRoute,
    PastNotice,
    SightingFacts,
    choose_route,
)
from jikimi.venues.pack_files import SHIPPED
from jikimi.venues.packs import LawId, Packs, RecipientId, load_packs

PACKS = load_packs()
NOW = datetime(2026, 11, 21, 22, 0, tzinfo=UTC)
SCHEMA = json.loads((SHIPPED / "schema" / "jikimi-notice-1.schema.json").read_text("utf-8"))
VECTORS = Path(__file__).parents[2] / "docs" / "formats" / "vectors"
TELEGRAM, D4U, NCMEC = (
    RecipientId("telegram"),
    RecipientId("d4u"),
    RecipientId("ncmec-take-it-down"),
)
HERS = NoticeFingerprint(type="pdq", value="ab" * 32, quality=90, made_on_her_device=True)
OURS = NoticeFingerprint(type="pdq", value="cd" * 32, quality=90, made_on_her_device=False)

CASE = CaseFacts(
    minor=False,
    situation="fake",
    country="KR",
    language="ko",
    consents=frozenset({"centre", "platforms"}),
    withdrawn=False,
)
FACTS = NoticeFacts(
    notice_id="JK-0123456789",
    links=("https://t.me/room/5", "https://t.me/room/6"),
    fingerprints=(HERS, OURS),
    situation="fake",
    minor=False,
    good_faith=True,
    reported_at=NOW - timedelta(hours=3),
)
ON_X = replace(FACTS, links=("https://x.com/a/status/1",))
MINORS_FACTS = replace(FACTS, minor=True)
CENTRE = CentreIdentity(
    name="Example Centre",
    address="1 Road, Seoul",
    email="help@centre.example",
    phone="02-000-0000",
    representative="Kim Example",
)
KOREAN_TELEGRAM = replace(
    PACKS,
    recipients={**PACKS.recipients, TELEGRAM: replace(PACKS.recipients[TELEGRAM], language="ko")},
)

FINGERPRINTS_ALONE = replace(
    PACKS,
    recipients={
        id_: one for id_, one in PACKS.recipients.items() if one.kind != "hotline" or id_ == NCMEC
    },
)


def chosen(
    *, url: str = "https://t.me/room/5", minor: bool = False, country: str = "KR",
    told: RecipientId | None = None, packs: Packs = PACKS,
) -> ChosenRoute:  # fmt: skip
    sighting = SightingFacts(url=url, host=url.split("/")[2], kind="link")
    case = replace(CASE, minor=minor, country=country)
    past = PastNotice(recipient_id=told or D4U, law_id=None, state=NoticeState.SENT)
    found = choose_route(sighting, case, packs, (past,) if told else (), NOW)
    assert isinstance(found, ChosenRoute), found
    return found


def letter(
    route: ChosenRoute,
    facts: NoticeFacts = FACTS,
    centre: CentreIdentity = CENTRE,
    packs: Packs = PACKS,
) -> Letter:
    written = write_letter(route=route, packs=packs, facts=facts, centre=centre, now=NOW)
    Draft202012Validator(SCHEMA).validate(json.loads(written.notice_json))
    return written


def form(written: Letter) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(written.notice_json)
    return read


def test_a_dsa_notice_holds_every_element_of_article_16() -> None:
    written = letter(chosen())

    assert written.missing == ()
    for element in (
        "Why we consider the content illegal",
        "   https://t.me/room/5\n   https://t.me/room/6",
        "Example Centre, 1 Road, Seoul, help@centre.example",
        "bona fide belief",
        "(Regulation (EU) 2022/2065, Article 16)",
    ):
        assert element in written.text
    assert written.subject.startswith("Notice JK-0123456789: ")


def test_a_notice_under_the_us_act_is_signed_and_names_the_48_hours() -> None:
    route = chosen(url="https://x.com/a/status/1")

    written = letter(route, replace(FACTS, links=("https://x.com/a/status/1",)))

    assert written.missing == ()
    assert "Signed electronically on 2026-11-21 by Kim Example for Example Centre" in written.text
    assert "within 48 hours" in written.text
    assert "good faith" in written.text
    assert form(written)["deadline"] == {"seconds": 172800, "counted_from": "valid_request"}


def test_a_language_that_is_english_is_written_once() -> None:
    assert letter(chosen()).text.count("Our reference:") == 1


def test_a_korean_recipient_reads_korean_first_and_then_english() -> None:
    written = letter(chosen(packs=KOREAN_TELEGRAM), packs=KOREAN_TELEGRAM)

    korean, english = written.text.split("-" * 40)
    assert "제16조" in korean
    assert "Our reference" not in korean
    assert "Our reference: JK-0123456789" in english
    assert "삭제 요청" in written.subject


def test_every_korean_sentence_is_in_the_formal_style() -> None:
    written = letter(chosen(packs=KOREAN_TELEGRAM), packs=KOREAN_TELEGRAM)
    korean = written.text.split("-" * 40)[0]

    ends = [line.rstrip() for line in korean.splitlines() if line.rstrip().endswith("다.")]
    assert ends
    assert all(end.endswith(("니다.", "시기 바랍니다.")) for end in ends), ends
    assert "해요." not in korean
    assert "하세요" not in korean


@pytest.mark.parametrize("facts", [FACTS, MINORS_FACTS])
def test_no_placeholder_is_left_in_any_letter(facts: NoticeFacts) -> None:
    routes = (
        [
            chosen(minor=True),
            chosen(minor=True, packs=FINGERPRINTS_ALONE),
            chosen(minor=True, told=D4U),
        ]
        if facts.minor
        else [chosen(), chosen(url="https://x.com/a"), chosen(packs=KOREAN_TELEGRAM)]
    )
    for route in routes:
        of_it = ON_X if route.recipient_id == "x" else facts
        written = letter(route, of_it, packs=KOREAN_TELEGRAM if "ko" in route.languages else PACKS)
        assert "{" not in written.text + written.subject


@pytest.mark.parametrize(
    ("facts", "centre", "missing"),
    [
        (replace(FACTS, links=()), CENTRE, ("exact_location",)),
        (replace(FACTS, good_faith=False), CENTRE, ("bona_fide",)),
        (FACTS, replace(CENTRE, email=" \n"), ("name_and_email",)),
        (replace(FACTS, fingerprints=()), CENTRE, ()),
    ],
)
def test_what_the_law_demands_and_is_not_there_is_named(
    facts: NoticeFacts, centre: CentreIdentity, missing: tuple[str, ...]
) -> None:
    assert letter(chosen(), facts, centre).missing == missing


def test_an_element_that_is_missing_is_not_claimed_in_the_letter() -> None:
    written = letter(chosen(), replace(FACTS, good_faith=False))

    assert "bona fide" not in written.text
    assert form(written)["declarations"]["good_faith"] is False


def test_the_us_act_misses_a_signature_without_a_representative() -> None:
    route = chosen(url="https://x.com/a")

    nobody = replace(CENTRE, representative="")
    assert letter(route, ON_X, centre=nobody).missing == ("signature",)


def test_the_statutory_form_of_korea_stays_missing_until_a_person_attaches_it() -> None:
    route = replace(chosen(), law_id=LawId("kr-tba-22-5"))

    assert letter(route).missing == ("statutory_form",)


def test_a_report_to_the_korean_hotline_holds_link_time_and_category_only() -> None:
    written = letter(chosen(minor=True), MINORS_FACTS)
    sent = form(written)

    assert written.missing == ()
    assert sent["type"] == "hotline_report"
    assert sent["links"] == list(FACTS.links)
    assert sent["reported_at"] == "2026-11-21T19:00:00Z"
    assert sent["situation"] == "fake"
    assert sent["fingerprints"] == []
    assert not {"legal_basis", "keywords", "declarations", "signature"} & set(sent)
    assert "합니다" in written.text
    assert "We have opened no link" in written.text


def test_a_minors_own_fingerprint_goes_to_the_hotline_that_takes_it_and_nothing_of_ours() -> None:
    written = letter(chosen(minor=True, packs=FINGERPRINTS_ALONE), MINORS_FACTS)
    sent = form(written)

    assert [one["value"] for one in sent["fingerprints"]] == [HERS.value]
    assert sent["links"] == []
    assert OURS.value not in written.text
    assert "t.me" not in written.text


def test_the_hotline_for_fingerprints_misses_one_that_she_did_not_make() -> None:
    facts = replace(MINORS_FACTS, fingerprints=(OURS,))

    assert letter(chosen(minor=True, packs=FINGERPRINTS_ALONE), facts).missing == ("fingerprint",)


def test_a_handle_can_be_reported_to_a_hotline_where_there_is_no_link() -> None:
    facts = replace(MINORS_FACTS, links=(), handles=("@room",))

    written = letter(chosen(minor=True), facts)

    assert written.missing == ()
    assert "   @room" in written.text
    assert letter(chosen(minor=True), replace(facts, handles=())).missing == ("link",)


def test_no_fingerprint_of_a_minors_picture_goes_to_a_platform() -> None:
    written = letter(chosen(minor=True, told=D4U), MINORS_FACTS)

    assert form(written)["fingerprints"] == []
    for fingerprint in FACTS.fingerprints:
        assert fingerprint.value not in written.text + written.notice_json
    assert "may be, under 18" in written.text


def test_a_link_that_is_given_twice_is_named_once() -> None:
    assert form(letter(chosen(), replace(FACTS, links=FACTS.links * 2)))["links"] == list(
        FACTS.links
    )


def test_a_notice_without_a_reference_is_not_written() -> None:
    with pytest.raises(ValueError, match="reference"):
        letter(chosen(), replace(FACTS, notice_id="\n"))


def test_an_adult_is_never_reported_to_a_hotline_for_minors() -> None:
    with pytest.raises(ValueError, match="minor"):
        letter(chosen(minor=True), FACTS)


@pytest.mark.parametrize(
    ("situation", "keyword"),
    [
        ("fake", "KEYWORD_NON_CONSENSUAL_MATERIAL_DEEPFAKE"),
        ("recording", "KEYWORD_NON_CONSENSUAL_IMAGE_SHARING"),
        ("unknown", "KEYWORD_NON_CONSENSUAL_IMAGE_SHARING"),
    ],
)
def test_the_form_carries_the_keywords_of_the_dsa(situation: Any, keyword: str) -> None:
    sent = form(letter(chosen(), replace(FACTS, situation=situation)))

    assert sent["keywords"] == [keyword]
    assert sent["category"] == "STATEMENT_CATEGORY_CYBER_VIOLENCE"


def test_times_are_written_in_utc() -> None:
    seoul = datetime(2026, 11, 22, 4, 0, tzinfo=timezone(timedelta(hours=9)))

    sent = form(letter(chosen(), replace(FACTS, reported_at=seoul)))

    assert sent["reported_at"] == "2026-11-21T19:00:00Z"
    with pytest.raises(ValueError, match="time zone"):
        letter(chosen(), replace(FACTS, reported_at=datetime(2026, 11, 21)))  # noqa: DTZ001


# --- Nothing that comes from outside can change the shape of a letter.

EVIL = [
    "a\r\nBcc: everybody@evil.example",
    "a\nSubject: nothing",
    "a\u2028b\u2029c\x0bd\x0ce\x85f",
    "a\u202egpj.exe",
    "a\x00b",
    "{law} {links} {centre_email}",
    "</script><img src=x>",
]


@pytest.mark.parametrize("evil", EVIL)
def test_a_subject_is_one_line_whatever_the_reference_is(evil: str) -> None:
    subject = letter(chosen(), replace(FACTS, notice_id=evil)).subject

    assert subject.splitlines() == [subject]
    assert subject.isprintable()


@pytest.mark.parametrize("evil", EVIL)
def test_no_name_adds_a_line_to_a_letter(evil: str) -> None:
    plain = letter(chosen(), MINORS_FACTS, packs=PACKS)
    centre = CentreIdentity(name=evil, address=evil, email=evil, phone=evil, representative=evil)

    written = letter(chosen(), replace(MINORS_FACTS, notice_id=evil), centre)

    assert len(written.text.splitlines()) == len(plain.text.splitlines())


@pytest.mark.parametrize("evil", EVIL)
def test_no_link_adds_a_line_to_a_letter(evil: str) -> None:
    links = (f"https://t.me/{evil}", "https://t.me/room/6")

    written = letter(chosen(), replace(FACTS, links=links))

    assert len(written.text.splitlines()) == len(letter(chosen()).text.splitlines())
    assert "\n   https://t.me/a%0D%0ABcc:%20everybody" in written.text or "Bcc" not in evil
    assert "\u202e" not in written.text


@given(
    st.text(max_size=60),
    st.text(max_size=60),
    st.text(st.characters(exclude_categories=()), max_size=60),
)
def test_no_text_at_all_breaks_the_shape(name: str, reference: str, tail: str) -> None:
    route, centre = chosen(), replace(CENTRE, name=f"n{name}", representative=name)
    facts = replace(
        FACTS, notice_id=f"r{reference}", links=(f"https://t.me/1{tail}", "https://t.me/2")
    )
    try:
        written = letter(route, facts, centre)
    except UnsafeAddress:
        return

    assert len(written.text.splitlines()) == len(letter(route).text.splitlines())
    assert len(written.subject.splitlines()) == 1


@pytest.mark.parametrize(
    "link",
    [
        "data:image/png;base64,iVBORw0KGgo=",
        "https://t.me/?p=data:image/png;base64,iVBORw0KGgo=",
        "https://t.me/?p=data%3Aimage%2Fpng%3Bbase64%2CiVBOR",
        "javascript:alert(1)",
        "ftp://t.me/1",
        "t.me/room",
        "https://user@t.me/",
        "https:///t.me",
        "https://t.me/" + "a" * 2048,
        "https://t.me/\ud800",
        "",
    ],
)
def test_what_is_no_plain_link_never_stands_in_a_letter(link: str) -> None:
    with pytest.raises(UnsafeAddress) as caught:
        letter(chosen(), replace(FACTS, links=(link,)))

    assert isinstance(caught.value, TakedownError)
    assert not link or link not in str(caught.value)


@pytest.mark.parametrize("handle", ["data:image/png;base64,AA", "\n", "a" * 129, ""])
def test_what_is_no_handle_never_stands_in_a_letter(handle: str) -> None:
    with pytest.raises(UnsafeAddress):
        letter(chosen(minor=True), replace(MINORS_FACTS, handles=(handle,)))


@pytest.mark.parametrize("value", ["AB" * 32, "ab" * 31, "ab" * 31 + "\n0", "xy" * 32])
def test_what_is_no_fingerprint_cannot_be_put_into_a_notice(value: str) -> None:
    with pytest.raises(ValueError, match="PDQ"):
        NoticeFingerprint(type="pdq", value=value, quality=90, made_on_her_device=True)


def test_a_link_in_another_script_is_kept_as_it_is() -> None:
    link = "https://t.me/방/5?q=%EB%B0%A9#x"

    assert form(letter(chosen(), replace(FACTS, links=(link,))))["links"] == [link]


# --- The document and the code agree.


@pytest.mark.parametrize("name", ["removal-request", "hotline-report"])
def test_the_test_vectors_of_the_format_are_what_is_written(name: str) -> None:
    vector = json.loads((VECTORS / f"jikimi-notice-1-{name}.json").read_text("utf-8"))
    minor = name == "hotline-report"

    written = letter(chosen(minor=minor), MINORS_FACTS if minor else FACTS)

    assert form(written) == vector


def test_the_schema_that_is_published_is_the_one_that_ships() -> None:
    published = VECTORS.parent / "jikimi-notice-1.schema.json"
    shipped = SHIPPED / "schema" / "jikimi-notice-1.schema.json"

    assert published.read_bytes() == shipped.read_bytes()


def test_the_schema_refuses_a_minors_fingerprint_for_a_platform_and_any_further_key() -> None:
    sent = form(letter(chosen(), FACTS))
    check = Draft202012Validator(SCHEMA)

    assert check.is_valid(sent)
    assert not check.is_valid(sent | {"subject": "minor"})
    assert not check.is_valid(sent | {"picture": "…"})
    assert not check.is_valid(sent | {"type": "hotline_report"})
