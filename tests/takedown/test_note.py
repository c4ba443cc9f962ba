"""A caseworker's own words in a letter: what may stand there, where, and with whom."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from jikimi.cases.actions import hold_case
from jikimi.cases.rules import AgeGroup, read_place
from jikimi.cli.demo.standin_platform import StandinPlatform
from jikimi.intake.actions import receive_report
from jikimi.people.models import Staff
from jikimi.takedown.actions import (
    approve_notices,
    confirm_switch,
    propose_switch,
    take_up_new_places,
)
from jikimi.takedown.actions.by_rule import approve_by_rule
from jikimi.takedown.actions.editing import edit_notice
from jikimi.takedown.alike import drafts_like
from jikimi.takedown.errors import NotNow, UnsafeNote
from jikimi.takedown.letters import preview_letter
from jikimi.takedown.models import Notice
from jikimi.takedown.rules.by_rule import Switch
from jikimi.takedown.rules.letter import Letter, NoticeFacts, write_letter
from jikimi.takedown.rules.note import LONGEST_NOTE, read_note
from jikimi.takedown.rules.route_values import ChosenRoute
from jikimi.trail.lookups import entries_of
from jikimi.venues.pack_files import SHIPPED
from jikimi.venues.packs import load_packs
from tests.reports import a_report
from tests.takedown.test_letter import CENTRE, FACTS, MINORS_FACTS, NOW, PACKS, chosen

SCHEMA = json.loads((SHIPPED / "schema" / "jikimi-notice-1.schema.json").read_text("utf-8"))
VECTOR = (
    Path(__file__).parents[2] / "docs" / "formats" / "vectors" / "jikimi-notice-1-with-note.json"
)
LINK = "https://t.me/room/5"
NOTE = "We spoke on the telephone on Monday; the second file of the room is meant, too."
WITH_NOTE = replace(FACTS, note=NOTE)


def written(route: ChosenRoute, facts: NoticeFacts) -> Letter:
    letter = write_letter(route=route, packs=PACKS, facts=facts, centre=CENTRE, now=NOW)
    if letter.notice_json:
        Draft202012Validator(SCHEMA).validate(json.loads(letter.notice_json))
    return letter


def read(text: str) -> str:
    return read_note(text, links=(LINK,), nickname="blue-otter-41")


@pytest.mark.parametrize(
    "text",
    [
        "Plain words, 3.5 hours later, e.g. at 10:30 a.m.",
        f"See {LINK}, and ({LINK}).",
        "It is the same room on t.me as before.",
        "월요일에 통화한 건입니다. 감사합니다.",
        "先日お電話した件です。よろしくお願いいたします。",
        "本案業經電話聯繫。",
        "Merci d’avance : c’est urgent !",
    ],
)
def test_plain_words_and_the_notices_own_links_stand_as_they_are(text: str) -> None:
    assert read(text) == text


def test_lines_become_one_paragraph() -> None:
    assert read("  one\r\ntwo\n\n\tthree ") == "one two three"


@pytest.mark.parametrize(
    ("text", "because"),
    [
        ("See https://t.me/room/6", "address"),
        (f"See {LINK}/more", "address"),
        ("see evil.example for more", "address"),
        ("see EVIL．example", "address"),
        ("ｈｔｔｐｓ：／／x", "address"),
        ("write to her@mail.example", "address"),
        ("at 10.0.0.1", "address"),
        ("<b>now</b>", "< or >"),
        ("＜script＞", "< or >"),
        ("data:image/png;base64,AAAA", "picture"),
        ("A" * 60, "long row"),
        ("now\u202eereh", "nobody sees"),
        ("no\u200bw", "nobody sees"),
        ("no\x00w", "nobody sees"),
        ("the case Blue-Otter-41", "names the case"),
        ("ab " * 200 + "c", "has 601 characters"),
    ],
)
def test_what_may_not_stand_in_a_letter_is_refused_with_a_sentence(text: str, because: str) -> None:
    with pytest.raises(UnsafeNote, match=because):
        read(text)


@given(st.text(max_size=700))
def test_whatever_passes_is_one_short_line_without_mark_up(text: str) -> None:
    try:
        note = read(text)
    except UnsafeNote:
        return
    assert len(note) <= LONGEST_NOTE
    assert not set(note) & set("<>\r\n\t\x00\u202e")
    assert note == " ".join(note.split())


@pytest.mark.parametrize("language", sorted(load_packs().wordings))
def test_the_note_stands_after_the_demand_in_every_language(language: str) -> None:
    letter = written(replace(chosen(), languages=tuple({language: 0, "en": 0})), WITH_NOTE)
    for part, tongue in zip(letter.text.split("-" * 40), {language: 0, "en": 0}, strict=True):
        say = PACKS.wordings[tongue].sentences
        shown = " ".join(part.split())
        assert say["note"] in shown
        places = [shown.index(" ".join(say[key].split())) for key in ("demand", "note", "reply")]
        assert places == sorted(places)
        assert f"{say['note']}\n{NOTE}" in part
    assert letter.html.count(NOTE) == len({language, "en"})


def test_english_comes_first_where_a_caseworker_wants_it() -> None:
    route = replace(chosen(), languages=("ko", "en"))
    theirs = written(route, FACTS)
    english = written(route, replace(FACTS, english_first=True))
    assert english.subject.startswith("Notice ")
    assert not theirs.subject.startswith("Notice ")
    first, second = theirs.text.split(f"\n\n{'-' * 40}\n\n")
    assert english.text == f"{second.strip()}\n\n{'-' * 40}\n\n{first.strip()}\n"
    assert '<html lang="en">' in english.html


def test_a_minors_letter_has_no_note() -> None:
    told = replace(MINORS_FACTS, note=NOTE)
    for route in (chosen(minor=True), chosen(minor=True, told=chosen(minor=True).recipient_id)):
        letter = written(route, told)
        assert NOTE not in letter.text + letter.html
        assert "note" not in json.loads(letter.notice_json)


def test_the_vector_with_a_note_is_what_is_written_and_a_minors_is_refused() -> None:
    form = json.loads(written(chosen(), WITH_NOTE).notice_json)
    assert form == json.loads(VECTOR.read_text("utf-8"))
    without = written(chosen(), FACTS)
    assert "note" not in json.loads(without.notice_json)
    check = Draft202012Validator(SCHEMA)
    assert not check.is_valid(form | {"note": ""})
    assert not check.is_valid(form | {"fingerprints": [], "subject": "minor"})
    assert not check.is_valid(form | {"note": "<b>"})
    report = json.loads(written(chosen(minor=True), MINORS_FACTS).notice_json)
    assert check.is_valid(report)
    assert not check.is_valid(report | {"note": NOTE})


# --- What is kept, and with whom it stands.

Drafts = Callable[..., list[Notice]]


@pytest.fixture
def drafts(platform: StandinPlatform, now: datetime) -> Drafts:
    """A report with some links on the stand-in, each with its draft."""

    def make(number: int, **changes: object) -> list[Notice]:
        places = tuple(read_place(f"{platform.doors.page}?{n}") for n in range(number))
        case = receive_report(a_report(places=places, **changes), now=now).case
        take_up_new_places(case.pk, now=now)
        return list(Notice.objects.filter(sighting__case=case).order_by("drafted_at", "pk"))

    return make


def edit(
    notice: Notice, staff: Staff, now: datetime, note: str = NOTE, first: bool = False
) -> None:
    edit_notice(notice.pk, note=note, english_first=first, staff=staff, now=now)
    notice.refresh_from_db()


@pytest.mark.django_db
def test_an_edited_draft_says_so_at_once_and_the_trail_does_not_say_what(
    drafts: Drafts, staff: Staff, now: datetime
) -> None:
    (notice,) = drafts(1)
    edit(notice, staff, now)
    assert NOTE in preview_letter(notice, now).text
    edit(notice, staff, now)
    entries = [one.payload for one in entries_of(notice.sighting.case_id)]
    (entry,) = [one for one in entries if one["event"] == "notice edited"]
    assert (entry["notice"], entry["has_note"]) == (str(notice.pk), True)
    assert NOTE not in str(entries)


@pytest.mark.django_db
def test_notices_that_say_different_things_never_stand_in_one_letter(
    drafts: Drafts, staff: Staff, now: datetime
) -> None:
    first, second, third, fourth, fifth = notices = drafts(5)
    edit(first, staff, now)
    edit(second, staff, now)
    edit(third, staff, now, note="", first=True)
    alike = [{one.pk for one in drafts_like(notice.pk)} for notice in notices]
    pairs = [{first.pk, second.pk}, {third.pk}, {fourth.pk, fifth.pk}]
    assert alike == [pairs[0], pairs[0], pairs[1], pairs[2], pairs[2]]
    letters = approve_notices([one.pk for one in notices], staff=staff, now=now)
    assert [{one.pk for one in letter.notices.all()} for letter in letters] == pairs


@pytest.mark.django_db
def test_once_approved_nothing_is_edited(drafts: Drafts, staff: Staff, now: datetime) -> None:
    (notice,) = drafts(1)
    approve_notices([notice.pk], staff=staff, now=now)
    with pytest.raises(NotNow):
        edit(notice, staff, now)
    notice.refresh_from_db()
    assert notice.note == ""


@pytest.mark.django_db
def test_a_note_in_a_minors_case_is_refused(drafts: Drafts, staff: Staff, now: datetime) -> None:
    notices = drafts(1, age_group=AgeGroup.NOT_SURE)
    assert notices
    for notice in notices:
        with pytest.raises(UnsafeNote, match="under 18"):
            edit(notice, staff, now)


@pytest.mark.django_db
def test_an_edited_draft_never_goes_by_itself(drafts: Drafts, staff: Staff, now: datetime) -> None:
    edited, order, plain = drafts(3)
    other = Staff.objects.create_staff(email="other@centre.example", password="six calm larks")
    for switch in (Switch.PLATFORM, Switch.FIRST_NOTICE):
        change = propose_switch(switch, why="tried", staff=staff, now=now)
        confirm_switch(change.pk, staff=other, now=now)
    edit(edited, staff, now)
    edit(order, staff, now, note="", first=True)
    case = hold_case(edited.sighting.case_id)
    assert approve_by_rule(case, [edited.pk, order.pk, plain.pk], now=now) == 1
    for notice, state in ((edited, "draft"), (order, "draft"), (plain, "approved")):
        notice.refresh_from_db()
        assert notice.state == state
