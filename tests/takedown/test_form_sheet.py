"""What a caseworker pastes into a recipient's form."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from jikimi.takedown.rules.clock import follow_up
from jikimi.takedown.rules.complaint import write_complaint
from jikimi.takedown.rules.form_sheet import FormSheet, form_sheet
from jikimi.takedown.rules.letter import (
    CentreIdentity,
    Letter,
    NoticeFacts,
    NoticeFingerprint,
    write_letter,
)
from jikimi.takedown.rules.notice import NoticeState
from jikimi.takedown.rules.route import ChosenRoute, PastNotice
from jikimi.venues.errors import PackError
from jikimi.venues.pack_values import FORM_FACTS, FormEntry, LawId, Recipient, RecipientId
from jikimi.venues.packs import load_packs

PACKS = load_packs()
NOW = datetime(2026, 11, 21, 22, 0, tzinfo=UTC)
X, FTC, D4U = (PACKS.recipients[RecipientId(one)] for one in ("x", "ftc", "d4u"))
US_ACT = LawId("us-take-it-down")
LINKS = ("https://x.com/a/status/5", "https://x.com/a/status/6")
FACTS = NoticeFacts(
    notice_id="JK-0123456789",
    links=LINKS,
    handles=("@a",),
    fingerprints=(
        NoticeFingerprint(type="pdq", value="ab" * 32, quality=90, made_on_her_device=True),
    ),
    situation="fake",
    minor=False,
    good_faith=True,
    reported_at=NOW - timedelta(days=1),
)
CENTRE = CentreIdentity(
    name="Example Centre",
    address="1 Road, Seoul",
    email="help@centre.example",
    phone="02-000-0000",
    representative="Kim Example",
)
ASKED_X = PastNotice(
    recipient_id=X.id,
    law_id=US_ACT,
    state=NoticeState.OVERDUE,
    reference="JK-9876543210",
    sent_at=NOW - timedelta(days=5),
    due_at=NOW - timedelta(days=3),
)
WHO_REPORTS = {
    "Organisation": "Example Centre",
    "Name of the person who reports": "Kim Example",
    "Address": "1 Road, Seoul",
    "E-mail": "help@centre.example",
    "Telephone": "02-000-0000",
}


def route_to(
    recipient: Recipient, law: LawId | None, earlier: tuple[PastNotice, ...] = ()
) -> ChosenRoute:
    way = recipient.routes[0]
    return ChosenRoute(
        recipient_id=recipient.id,
        law_id=law,
        route_id=way.id,
        route_type=way.type,
        address=way.address,
        auto_send=way.auto_send,
        languages=("en",),
        due=None,
        follow_up=follow_up(PACKS.laws[law] if law else None, recipient),
        because="Because a test asks.",
        may_send=True,
        why_not=None,
        complaint=bool(earlier),
        earlier=earlier,
    )


def a_notice() -> Letter:
    route = route_to(X, US_ACT)
    return write_letter(route=route, packs=PACKS, facts=FACTS, centre=CENTRE, now=NOW)


def a_complaint(facts: NoticeFacts = FACTS, centre: CentreIdentity = CENTRE) -> Letter:
    route = route_to(FTC, None, (ASKED_X,))
    return write_complaint(route=route, packs=PACKS, facts=facts, centre=centre, now=NOW)


def a_hotline_report() -> Letter:
    route, minors = route_to(D4U, None), replace(FACTS, minor=True)
    return write_letter(route=route, packs=PACKS, facts=minors, centre=CENTRE, now=NOW)


def with_no_labels(letter: Letter) -> FormSheet:
    return form_sheet(replace(X.routes[0], form=()), letter)


def said(sheet: FormSheet) -> dict[str, str]:
    return {field.label: field.text for field in sheet.fields}


def test_each_field_of_the_form_is_filled_in_the_forms_own_order() -> None:
    sheet = form_sheet(X.routes[0], a_notice())
    assert list(said(sheet)) == [entry.label for entry in X.routes[0].form]
    assert said(sheet)["Link to the post"] == "\n".join(LINKS)
    assert said(sheet)["Signature"] == "Kim Example"
    (choice, *_) = [field for field in sheet.fields if field.is_choice]
    assert choice.text == "an authorised representative of the person depicted"
    assert (sheet.is_ours, sheet.was_read) == (False, False)


def test_a_form_that_nobody_wrote_down_is_offered_all_that_the_notice_holds() -> None:
    letter = a_notice()
    sheet = with_no_labels(letter)
    assert sheet.is_ours
    assert said(sheet) == {
        **WHO_REPORTS,
        "Links": "\n".join(LINKS),
        "Accounts or rooms": "@a",
        "What it is about": "An intimate image (a fabricated or manipulated picture of a real "
        "person) that is public without the consent of the person depicted.",
        "Legal basis": PACKS.laws[US_ACT].cite,
        "Our reference": "JK-0123456789",
        "Subject": letter.subject,
        "Message": letter.text,
        "Signature": "Kim Example",
        "Date of signature": "2026-11-21",
        "Fingerprints": f"pdq {'ab' * 32}",
    }


def test_a_form_held_against_its_labels_says_so() -> None:
    route = replace(X.routes[0], form_was_read=True)
    assert form_sheet(route, a_notice()).was_read
    assert not form_sheet(replace(route, form=()), a_notice()).was_read


def test_a_complaint_is_ready_to_paste_field_by_field_and_cites_no_law() -> None:
    letter = a_complaint()
    assert letter.missing == ()
    assert said(form_sheet(FTC.routes[0], letter)) == {
        **WHO_REPORTS,
        "Links": "\n".join(LINKS),
        "Our reference": "JK-0123456789",
        "Subject": letter.subject,
        "Message": letter.text,
        "Signature": "Kim Example",
        "Date of signature": "2026-11-21",
    }


@pytest.mark.parametrize(
    ("centre", "lacks"),
    [
        (replace(CENTRE, email=""), ("contact",)),
        (replace(CENTRE, name=" "), ("contact",)),
        (replace(CENTRE, representative=""), ("signature",)),
        (replace(CENTRE, address="", phone=""), ()),
    ],
)
def test_a_complaint_that_nobody_signs_or_can_answer_is_not_complete(
    centre: CentreIdentity, lacks: tuple[str, ...]
) -> None:
    assert a_complaint(centre=centre).missing == lacks


def test_a_complaint_without_a_link_lacks_it() -> None:
    assert a_complaint(replace(FACTS, links=())).missing == ("link",)


def test_each_fact_that_a_form_may_ask_for_can_be_filled_from_a_notice() -> None:
    form = tuple(FormEntry(label=fact, fact=fact) for fact in sorted(FORM_FACTS))
    filled = said(form_sheet(replace(X.routes[0], form=form), a_notice()))
    assert filled.keys() == FORM_FACTS
    assert filled["first_link"] == LINKS[0]
    assert filled["reported_on"] == "2026-11-20"


def test_nothing_of_a_hotline_report_names_more_than_the_letter_does() -> None:
    letter = a_hotline_report()
    fields = said(with_no_labels(letter))
    assert not fields.keys() & {"Legal basis", "What it is about", "Signature"}
    for text in fields.values():
        assert all(line in f"{letter.subject}\n{letter.text}" for line in text.splitlines())


def all_entries(recipient: Recipient) -> list[FormEntry]:
    return [entry for route in recipient.routes for entry in route.form]


def test_no_shipped_form_asks_for_a_survivor_or_a_picture() -> None:
    entries = [one for recipient in PACKS.recipients.values() for one in all_entries(recipient)]
    assert entries
    for entry in entries:
        assert "screenshot" not in entry.label.lower()
        assert entry.fact != "representative" or "name" in entry.label.lower()


def test_a_field_filled_with_something_unknown_is_found_by_the_check(tmp_path: Path) -> None:
    folder = tmp_path / "recipients"
    folder.mkdir()
    text = (
        Path(load_packs.__code__.co_filename).parents[1] / "packs/recipients/x.yaml"
    ).read_text()
    (folder / "x.yaml").write_text(text.replace("Signature: signature", "Signature: her_name"))
    with pytest.raises(PackError, match="her_name"):
        load_packs(tmp_path)
