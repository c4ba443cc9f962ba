"""What a letter says of the notices before it, to whom, and in which words."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from jikimi.takedown.rules.clock import follow_up
from jikimi.takedown.rules.complaint import write_complaint
from jikimi.takedown.rules.history import told_of
from jikimi.takedown.rules.letter import CentreIdentity, Letter, NoticeFacts, write_letter
from jikimi.takedown.rules.notice import NoticeState
from jikimi.takedown.rules.route import ChosenRoute, PastNotice
from jikimi.venues.pack_files import SHIPPED
from jikimi.venues.packs import LawId, RecipientId, load_packs

PACKS = load_packs()
NOW = datetime(2026, 11, 21, 22, 0, tzinfo=UTC)
SCHEMA = json.loads((SHIPPED / "schema" / "jikimi-notice-1.schema.json").read_text("utf-8"))
VECTORS = Path(__file__).parents[2] / "docs" / "formats" / "vectors"
LANGUAGES = ("en", "ko", "ja", "zh-TW", "id", "fr")
S = NoticeState
TELEGRAM, X, CLOUDFLARE = RecipientId("telegram"), RecipientId("x"), RecipientId("cloudflare")
AWS, FTC, ESAFETY, D4U = map(RecipientId, ("aws", "ftc", "esafety", "d4u"))
DSA, TERMS, COPYRIGHT = LawId("eu-dsa-16"), LawId("recipient-terms"), LawId("us-dmca-512")
FACTS = NoticeFacts(
    notice_id="JK-0123456789",
    links=("https://t.me/room/5",),
    situation="fake",
    minor=False,
    good_faith=True,
    reported_at=NOW,
)
CENTRE = CentreIdentity(
    name="Example Centre",
    address="1 Road, Seoul",
    email="help@centre.example",
    phone="02-000-0000",
    representative="Kim Example",
)


def past(
    recipient: RecipientId,
    state: NoticeState = S.OVERDUE,
    *,
    law: LawId | None = DSA,
    reference: str = "",
    days: int = 9,
) -> PastNotice:
    return PastNotice(
        recipient_id=recipient,
        law_id=law,
        state=state,
        reference=reference or f"JK-{recipient}",
        sent_at=NOW - timedelta(days=days),
        due_at=NOW - timedelta(days=days - 3),
        ended_at=NOW - timedelta(days=days - 1) if state in {S.REFUSED, S.REMOVED} else None,
    )


HISTORY = (
    past(TELEGRAM, S.REFUSED, reference="JK-A", days=12),
    past(CLOUDFLARE, law=TERMS, reference="JK-B", days=8),
    past(ESAFETY, S.ACKNOWLEDGED, law=LawId("au-osa-77"), reference="JK-C", days=6),
    past(FTC, law=None, reference="JK-D", days=4),
)


def route_to(
    recipient_id: RecipientId,
    law: LawId | None,
    language: str = "en",
    *,
    complaint: bool = False,
    earlier: tuple[PastNotice, ...] = HISTORY,
) -> ChosenRoute:
    recipient = PACKS.recipients[recipient_id]
    way = recipient.routes[0]
    return ChosenRoute(
        recipient_id=recipient.id,
        law_id=law,
        route_id=way.id,
        route_type=way.type,
        address=way.address,
        auto_send=way.auto_send,
        languages=tuple(dict.fromkeys((language, "en"))),
        due=None,
        follow_up=follow_up(PACKS.laws[law] if law else None, recipient),
        because="Because a test asks.",
        may_send=True,
        why_not=None,
        complaint=complaint,
        earlier=earlier,
    )


def write(route: ChosenRoute, facts: NoticeFacts = FACTS) -> Letter:
    if route.complaint:
        return write_complaint(route=route, packs=PACKS, facts=facts, centre=CENTRE, now=NOW)
    written = write_letter(route=route, packs=PACKS, facts=facts, centre=CENTRE, now=NOW)
    Draft202012Validator(SCHEMA).validate(json.loads(written.notice_json))
    return written


def references(written: Letter) -> list[str]:
    return [one["notice_id"] for one in json.loads(written.notice_json).get("earlier", [])]


def test_a_hosts_letter_lists_to_whom_when_and_how_it_ended() -> None:
    written = write(route_to(AWS, DSA))

    assert (
        "What was asked before about this content:\n"
        "  - 2026-11-09: notice JK-A to Telegram under Regulation (EU) 2022/2065, Article 16; "
        "refused on 2026-11-10.\n"
        "  - 2026-11-13: notice JK-B to Cloudflare under "
        f"{PACKS.laws[TERMS].cite}; no removal by 2026-11-16, when the time ran out."
    ) in written.text
    assert references(written) == ["JK-A", "JK-B"]
    assert written.html.count("<li>") > write(route_to(AWS, DSA, earlier=())).html.count("<li>")


@pytest.mark.parametrize(
    ("to", "law", "told"),
    [
        (TELEGRAM, LawId("us-take-it-down"), ["JK-A"]),
        (X, LawId("us-take-it-down"), []),
        (RecipientId("google-search"), TERMS, []),
        (CLOUDFLARE, TERMS, ["JK-A", "JK-B"]),
        (AWS, DSA, ["JK-A", "JK-B"]),
        (ESAFETY, LawId("au-osa-77"), ["JK-A", "JK-B", "JK-C", "JK-D"]),
    ],
)
def test_each_is_told_what_it_may_know_and_no_more(
    to: RecipientId, law: LawId, told: list[str]
) -> None:
    written = write(route_to(to, law))

    assert references(written) == told
    assert [one for one in ("JK-A", "JK-B", "JK-C", "JK-D") if one in written.text] == told
    assert ("What was asked before" in written.text) is bool(told)


def test_the_number_that_a_recipient_gave_is_quoted_beside_ours_on_one_line() -> None:
    theirs = replace(past(TELEGRAM, S.REFUSED, reference="JK-A"), their_reference="CASE\n- 4711")
    written = write(route_to(AWS, DSA, earlier=(theirs,)))
    assert "notice JK-A (CASE - 4711) to Telegram" in written.text


def test_a_first_notice_says_nothing_of_others() -> None:
    written = write(route_to(AWS, DSA, earlier=()))

    assert "What was asked before" not in written.text
    assert json.loads(written.notice_json)["earlier"] == []


def test_what_never_left_or_was_cancelled_is_not_told() -> None:
    never = tuple(past(X, state) for state in (S.DRAFT, S.CANCELLED, S.UNDELIVERABLE, S.UNKNOWN))
    found = replace(past(X, S.REMOVED), sent_at=None)

    assert references(write(route_to(FTC, LawId("au-osa-77"), earlier=(*never, found)))) == []


def test_what_nobody_of_us_saw_removed_is_told_as_open() -> None:
    said = replace(past(TELEGRAM, S.REMOVED), on_word_of="she")
    written = write(route_to(TELEGRAM, DSA, earlier=(said,)))
    (earlier,) = json.loads(written.notice_json)["earlier"]
    assert (earlier["outcome"], earlier["outcome_at"]) == ("open", None)
    assert "removed on" not in written.text
    assert "; no outcome yet." in written.text


def test_a_picture_that_came_back_is_told_with_the_day_it_was_found_removed() -> None:
    written = write(route_to(TELEGRAM, DSA, earlier=(past(TELEGRAM, S.REMOVED),)))

    assert "JK-telegram to Telegram" in written.text
    assert "found removed on 2026-11-13." in written.text


def test_no_letter_cites_a_copyright_that_she_may_have_taken_back() -> None:
    written = write(route_to(AWS, DSA, earlier=(past(X, law=COPYRIGHT, reference="JK-E"),)))

    assert references(written) == ["JK-E"]
    assert PACKS.laws[COPYRIGHT].cite not in written.text + written.notice_json


def test_the_name_is_the_one_that_stood_in_the_notice_and_cannot_add_a_line() -> None:
    named = replace(past(X, reference="JK-E"), recipient_name="Old\nName {law} <b>")
    written = write(route_to(AWS, DSA, earlier=(named,)))

    assert "notice JK-E to Old Name {law} <b> under" in written.text
    assert "&lt;b&gt;" in written.html


def test_a_report_of_a_minors_picture_has_no_history() -> None:
    written = write(route_to(D4U, None), replace(FACTS, minor=True))

    assert "JK-A" not in written.text + written.notice_json
    assert "earlier" not in json.loads(written.notice_json)


@pytest.mark.parametrize("language", LANGUAGES)
def test_history_is_told_in_every_language(language: str) -> None:
    first = write(route_to(AWS, DSA, language)).text.split("-" * 40)[0]
    say = PACKS.wordings[language].sentences

    assert say["earlier"] in first
    assert "2026-11-10" in first
    assert "2026-11-16" in first
    assert "{" not in first


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_complaint_reads_in_the_regulators_language_and_then_english(language: str) -> None:
    written = write(route_to(FTC, None, language, complaint=True))
    say = PACKS.wordings[language].sentences

    assert written.missing == ()
    assert written.subject == say["subject_complaint"].format(notice_id="JK-0123456789")
    assert say["complaint_ask"].strip() in written.text.split("-" * 40)[0]
    assert "Complaint" in write(route_to(FTC, None, complaint=True)).subject
    assert written.text.count("JK-A") == (1 if language == "en" else 2)
    assert "{" not in written.text + written.html
    assert f'lang="{language}"' in written.html
    assert written.notice_json == ""


def test_a_complaint_without_a_history_lacks_it() -> None:
    assert write(route_to(FTC, None, complaint=True, earlier=())).missing == ("history",)


def test_the_vector_of_a_later_rung_is_what_is_written() -> None:
    vector = json.loads((VECTORS / "jikimi-notice-1-later-rung.json").read_text("utf-8"))

    assert json.loads(write(route_to(AWS, DSA)).notice_json) == vector


KNOWN = sorted(PACKS.recipients)
some_past = st.builds(
    lambda one, state, law, days: past(one, state, law=law, reference=f"JK-{days}", days=days),
    st.sampled_from([*KNOWN, RecipientId("gone")]),
    st.sampled_from(S),
    st.sampled_from([None, DSA, TERMS, COPYRIGHT]),
    st.integers(4, 90),
)


@given(st.sampled_from(KNOWN), st.lists(some_past, max_size=8))
def test_whatever_was_sent_nobody_hears_what_is_not_theirs(
    to_id: RecipientId, history: list[PastNotice]
) -> None:
    to = PACKS.recipients[to_id]
    told = told_of(history, to, PACKS)
    of_number: dict[str, list[PastNotice]] = {}
    for one in history:
        of_number.setdefault(one.reference, []).append(one)

    assert list(told) == sorted(told, key=lambda one: one.sent_at)
    for one in told:
        meant = [each for each in of_number[one.reference] if each.sent_at == one.sent_at]
        kinds = {
            PACKS.recipients[each.recipient_id].kind
            for each in meant
            if each.recipient_id in PACKS.recipients
        }
        if to.kind in {"platform", "search"}:
            assert any(each.recipient_id == to.id for each in meant)
        elif to.kind not in {"regulator", "police", "hotline"}:
            assert kinds - {"regulator", "police", "hotline"}
        assert (one.outcome == "open") is (one.outcome_at is None)
