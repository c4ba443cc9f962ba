"""What a caseworker pastes into a recipient's form."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from jikimi.takedown.rules.form_sheet import FormSheet, form_sheet
from jikimi.takedown.rules.letter import Letter
from jikimi.venues.errors import PackError
from jikimi.venues.pack_values import FormEntry, Recipient, RecipientId
from jikimi.venues.packs import load_packs

PACKS = load_packs()
X = PACKS.recipients[RecipientId("x")]
VECTOR = Path(__file__).parents[2] / "docs/formats/vectors/jikimi-notice-1-removal-request.json"


def a_letter(notice_json: str | None = None) -> Letter:
    return Letter(
        subject="Request to remove",
        text="To whom it may concern\n\nLinks\n",
        notice_json=VECTOR.read_text() if notice_json is None else notice_json,
        missing=(),
    )


def said(sheet: FormSheet) -> dict[str, str]:
    return {field.label: field.text for field in sheet.fields}


def test_each_field_of_the_form_is_filled_in_the_forms_own_order() -> None:
    sheet = form_sheet(X.routes[0], a_letter())
    assert list(said(sheet)) == [entry.label for entry in X.routes[0].form]
    assert said(sheet)["Link to the post"] == "https://t.me/room/5\nhttps://t.me/room/6"
    assert said(sheet)["Signature"] == "Kim Example"
    (choice, *_) = [field for field in sheet.fields if field.is_choice]
    assert choice.text == "an authorised representative of the person depicted"
    assert (sheet.is_ours, sheet.was_read) == (False, False)


def test_a_form_that_nobody_wrote_down_is_offered_all_that_the_notice_holds() -> None:
    sheet = form_sheet(replace(X.routes[0], form=()), a_letter())
    assert sheet.is_ours
    assert said(sheet)["Message"].startswith("To whom it may concern")
    assert said(sheet)["Our reference"] == "JK-0123456789"
    assert "Accounts or rooms" not in said(sheet)


def test_a_form_held_against_its_labels_says_so() -> None:
    route = replace(X.routes[0], form_was_read=True)
    assert form_sheet(route, a_letter()).was_read
    assert not form_sheet(replace(route, form=()), a_letter()).was_read


def test_a_complaint_without_a_form_for_machines_is_pasted_as_a_letter() -> None:
    sheet = form_sheet(replace(X.routes[0], form=()), a_letter(notice_json=""))
    assert set(said(sheet)) == {"Subject", "Message"}


@pytest.mark.parametrize("broken", ["[]", "{}", '{"links": 3, "submitter": []}'])
def test_a_form_for_machines_that_lacks_things_leaves_fields_out(broken: str) -> None:
    assert set(said(form_sheet(replace(X.routes[0], form=()), a_letter(broken)))) == {
        "Subject",
        "Message",
    }


def test_nothing_of_a_hotline_report_names_more_than_the_letter_does() -> None:
    vector = VECTOR.with_name("jikimi-notice-1-hotline-report.json").read_text()
    sheet = form_sheet(replace(X.routes[0], form=()), a_letter(vector))
    for field in sheet.fields:
        for line in field.text.splitlines():
            assert line.split(" ")[-1] in vector + a_letter().text + a_letter().subject


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


def test_the_vector_is_what_the_tests_think() -> None:
    assert json.loads(VECTOR.read_text())["signature"]["name"] == "Kim Example"
