"""What cannot be used: each gets a clear answer, and nothing typed is lost."""

import base64
from unittest import mock

import pytest
from django.core import signing

from jikimi.cases.models import Case
from jikimi.web.text import looks_like_a_picture
from tests.broken_database import refused
from tests.portal.visitor import (
    ADULT,
    CENTRE_AND_PLATFORMS,
    FAKED,
    HEX,
    NO_CONTACT,
    NO_FILE,
    PLACES,
    SEND,
    WORDS,
    Visitor,
)

pytestmark = pytest.mark.django_db

UP_TO_CONTACT = (FAKED, ADULT, NO_FILE, PLACES, CENTRE_AND_PLATFORMS)
UP_TO_WORDS = (*UP_TO_CONTACT, NO_CONTACT)
UP_TO_SENDING = (*UP_TO_WORDS, WORDS)
PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4).decode()


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("not a link at all", "Line 2 is neither a link"),
        ("javascript:alert(1)", "Line 2 is neither a link"),
        ("ftp://example.com/x", "Line 2 is neither a link"),
        ("https://user:word@example.com/", "Line 2 is neither a link"),
        ("http://localhost/x", "Line 2 leads to a device"),
        ("http://127.0.0.1:8000/x", "Line 2 leads to a device"),
        ("http://169.254.169.254/latest", "Line 2 leads to a device"),
        ("http://[::1]/", "Line 2 leads to a device"),
        ("http://192.168.0.1/a", "Line 2 leads to a device"),
        ("http://2130706433/", "Line 2 leads to a device"),
        ("http://nas.local/a", "Line 2 leads to a device"),
    ],
)
def test_a_line_that_is_no_link_is_named_and_everything_typed_stays(line, answer):
    visitor = Visitor().begin().walk(FAKED, ADULT, NO_FILE)
    visitor.answer({"places": f"https://example.com/a\n{line}\n@room"})

    assert visitor.status == 422
    assert answer in visitor.text
    assert visitor.page.areas["places"] == f"https://example.com/a\n{line}\n@room"


def test_each_wrong_line_is_named_in_her_language():
    visitor = Visitor(language="ko").begin().walk(FAKED, ADULT, NO_FILE)
    visitor.answer({"places": "a b\nt.me/x\nc d"})

    assert "1번째 줄은 링크도" in visitor.text
    assert "3번째 줄은 링크도" in visitor.text


def test_fifty_places_are_taken_and_fifty_one_are_not():
    lines = [f"t.me/room{n}" for n in range(51)]
    visitor = Visitor().begin().walk(FAKED, ADULT, NO_FILE)
    visitor.answer({"places": "\n".join(lines)})
    assert visitor.status == 422
    assert "more than 50 lines" in visitor.text
    assert visitor.page.areas["places"].count("t.me/room") == 51

    visitor.answer({"places": "\n".join(lines[:50])})
    assert visitor.step == "sharing"


@pytest.mark.parametrize(
    "text",
    [
        f"data:image/png;base64,{PNG}",
        f"look: {PNG}",
        "/9j/4AAQSkZJRgABAQAAAQABAAD" + "A" * 200,
        "x" * 60 + "\n" + "\n".join("Q" * 76 for _ in range(20)),
    ],
)
@pytest.mark.parametrize(("name", "most"), [("statement", 10_000), ("contact_how", 300)])
def test_a_picture_written_as_text_is_refused_in_every_field(name, most, text):
    if name == "statement":
        visitor = Visitor().begin().walk(*UP_TO_WORDS)
    else:
        visitor = Visitor().begin().walk(*UP_TO_CONTACT, {"contact": "yes"})
    visitor.answer({"contact_by": "call", name: text})

    assert visitor.status == 422
    said = "We take in no pictures" if len(text) <= most else f"longer than {most:,} characters"
    assert said in visitor.text
    assert not Case.objects.exists()


def test_a_picture_written_as_text_is_no_place():
    visitor = Visitor().begin().walk(FAKED, ADULT, NO_FILE)
    visitor.answer({"places": f"data:image/png;base64,{PNG}"})
    assert visitor.status == 422
    assert "We take in no pictures" in visitor.text


def test_an_ordinary_long_link_is_not_taken_for_a_picture():
    link = "https://cdn.example.com/v/t51/" + "a1B2-c3_" * 40 + "?oh=00_" + "Ab9" * 60 + "&oe=66"
    visitor = Visitor().begin().walk(FAKED, ADULT, NO_FILE).answer({"places": link})
    assert visitor.step == "sharing"


def test_a_statement_that_is_too_long_comes_back_whole():
    visitor = Visitor(language="ko").begin().walk(*UP_TO_WORDS)
    visitor.answer({**WORDS, "statement": "가" * 10_001})

    assert visitor.status == 422
    assert "10,000자보다 길어요" in visitor.text
    assert visitor.page.areas["statement"] == "가" * 10_001


@pytest.mark.parametrize(
    ("language", "said"), [("ko", "보내지지 않았어요"), ("en", "This was not sent")]
)
def test_a_statement_of_a_megabyte_gets_a_page_in_her_language(language, said):
    visitor = Visitor(language=language).begin().walk(*UP_TO_WORDS)
    visitor.answer({"statement": "x " * 500_000})

    assert visitor.status == 413
    assert said in visitor.text
    assert not Case.objects.exists()


@pytest.mark.parametrize(
    ("language", "said"), [("ko", "이 양식보다 답이 많아서"), ("en", "more answers than this form")]
)
def test_a_form_of_a_thousand_answers_gets_a_page_in_her_language(language, said):
    visitor = Visitor(language=language).begin()
    visitor.answer({"situation": ["faked"] * 1000})

    assert visitor.status == 400
    assert said in visitor.text


def test_control_characters_are_dropped_from_what_is_kept(now):
    from jikimi.evidence.actions import open_item  # noqa: PLC0415
    from jikimi.evidence.lookups import items_of  # noqa: PLC0415
    from jikimi.evidence.models import Purpose  # noqa: PLC0415

    visitor = Visitor().begin().walk(*UP_TO_WORDS)
    visitor.walk({"statement": "a\x00b\x1b[31m\u202ec\r\nd"}, SEND)

    item = items_of(Case.objects.get().pk, Purpose.STATEMENT).get()
    assert open_item(item, actor="caseworker", now=now) == "ab[31mc\nd"


@pytest.mark.parametrize("address", ["/report/", "/status/", "/status/leave/", "/status/stop/"])
def test_a_form_that_could_hold_a_file_is_refused(client, address):
    answer = client.post(address, {"lang": "en", "x": b"y"})  # Django's client posts multipart

    assert answer.status_code == 415
    assert "no pictures and no files" in answer.content.decode()


@pytest.mark.parametrize("kind", ["image/png", "application/json", "application/octet-stream"])
def test_a_body_that_is_no_form_is_refused(client, kind):
    assert client.post("/report/", b"\x89PNG", content_type=kind).status_code == 415


@pytest.mark.parametrize("carried", ["", "x", "eyJhIjoxfQ:1a:b"])
def test_changed_answers_start_again_kindly(carried):
    _starts_again_with(carried)


@pytest.mark.parametrize("before", [["mark"], ["mark", "seed"]])
def test_answers_as_an_older_version_carried_them_start_again_kindly(before):
    held = [*before, {"situation": ["faked"]}]
    _starts_again_with(signing.dumps(held, salt="jikimi.portal.report", compress=True))


def _starts_again_with(carried: str) -> None:
    visitor = Visitor().begin().walk(FAKED, ADULT)
    visitor.answer({**NO_FILE, "carried": carried})

    assert visitor.status == 400
    assert visitor.step == "situation"
    assert "Nothing was sent" in visitor.text


def test_one_changed_character_is_noticed():
    visitor = Visitor().begin().walk(FAKED, ADULT)
    good = visitor.page.hidden["carried"]
    visitor.answer({**NO_FILE, "carried": good[:5] + ("a" if good[5] != "a" else "b") + good[6:]})
    assert visitor.step == "situation"


def test_answers_older_than_twelve_hours_start_again():
    visitor = Visitor().begin().walk(FAKED, ADULT)
    later = signing.time.time() + 12 * 3600 + 1
    with mock.patch("django.core.signing.time.time", return_value=later):
        visitor.answer(NO_FILE)
    assert visitor.status == 400
    assert visitor.step == "situation"


def test_a_question_that_was_skipped_is_asked_before_anything_is_sent():
    visitor = Visitor().begin()
    visitor.post("/report/", {**visitor.page.hidden, "step": "review", "go": "next"})

    assert visitor.step == "situation"
    assert "Choose one" in visitor.text
    assert not Case.objects.exists()


def test_an_unknown_question_starts_again():
    visitor = Visitor().begin().walk(FAKED)
    visitor.answer({"step": "../../etc/passwd"})
    assert (visitor.status, visitor.step) == (400, "situation")


A_FRAME = "Dw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw9QAAXc"


@pytest.mark.parametrize(
    "lines",
    [
        "zz" * 32 + " 90",
        HEX + " 101",
        HEX + " -1",
        HEX,
        HEX[:-2] + " 90",
        "\n".join(f"{n:064x} 90" for n in range(21)),
        "video " + "A" * 48,
        "video " + A_FRAME[:-1],
        "video " + A_FRAME * 2,
        "video " + A_FRAME * 1201,
        f"video {A_FRAME}\nvideo {A_FRAME} 90",
        "video " + "/9j/4AAQSkZJRgABAQAAAQABAAD/" * 3000,
    ],
)
def test_a_fingerprint_that_is_none_is_refused(lines):
    visitor = Visitor().begin().walk(FAKED, ADULT)
    visitor.answer({"file": "yes", "fingerprints": lines})
    assert visitor.status == 422
    assert "did not arrive as they were made" in visitor.text


def test_without_the_centre_nothing_is_sent():
    visitor = Visitor().begin().walk(FAKED, ADULT, NO_FILE, PLACES)
    visitor.answer({"share": ["platforms"]})
    assert visitor.status == 422
    assert "nobody can read your report" in visitor.text


@pytest.mark.parametrize("choice", ["everybody", ["centre", "everybody"]])
def test_a_choice_that_was_not_offered_is_refused(choice):
    visitor = Visitor().begin().walk(FAKED, ADULT, NO_FILE, PLACES)
    visitor.answer({"share": choice})
    assert visitor.status == 422
    assert "Choose one. Nothing is lost." in visitor.text


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
    ],
)
@pytest.mark.parametrize("address", ["/report/", "/status/"])
def test_a_form_of_another_site_is_refused(client, address, headers):
    answer = client.post(
        address, "lang=en", content_type="application/x-www-form-urlencoded", headers=headers
    )
    assert answer.status_code == 403
    assert "another site" in answer.content.decode()


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "same-origin", "Origin": "null"},
        {"Origin": "http://testserver"},
        {"Origin": "null"},
        {},
    ],
)
def test_our_own_forms_are_taken_as_browsers_send_them(client, headers):
    answer = client.post(
        "/report/", "lang=en", content_type="application/x-www-form-urlencoded", headers=headers
    )
    assert answer.status_code == 200


def test_while_the_database_is_down_no_answer_is_shown_and_none_is_lost():
    visitor = Visitor().begin().walk(FAKED, ADULT, NO_FILE)
    with refused():
        visitor.answer({"places": "https://example.com/a\nt.me/room"})
    assert visitor.status == 503
    assert "t.me/room" not in visitor.text
    assert visitor.page.areas == {}
    assert "Your answers are not lost" in visitor.text
    assert "whether your report has arrived" not in visitor.text
    visitor.answer({})
    assert visitor.step == "sharing"
    visitor.answer({}, go="back")
    assert visitor.page.areas["places"] == "https://example.com/a\nt.me/room"


@pytest.mark.parametrize(
    "pressed",
    [
        ("go", "back"),
        ("go", "skip"),
        ("go", "code"),
        ("change", "words"),
        ("to", "age"),
        ("switch_to", "ko"),
        ("go", ""),
    ],
)
def test_while_the_database_is_down_what_was_pressed_is_pressed_again(pressed):
    visitor = Visitor().begin().walk(*UP_TO_SENDING)
    with refused():
        visitor.post("/report/", {**visitor.page.hidden, pressed[0]: pressed[1]})
    (button,) = (one for tag, one in visitor.page.tags if tag == "button")
    assert (button["name"], button["value"]) == pressed
    assert visitor.page.hidden["step"] == "review"


def test_every_choice_goes_along_while_the_database_is_down():
    visitor = Visitor().begin().walk(FAKED, ADULT, NO_FILE, PLACES)
    with refused():
        visitor.answer({"share": ["centre", "police"]})
    chosen = [one["value"] for one in visitor.page.inputs if one.get("name") == "share"]
    assert chosen == ["centre", "police"]


def test_a_form_that_she_left_shows_no_answer_while_the_database_is_down_or_after_it():
    visitor = Visitor().begin().walk(*UP_TO_SENDING)
    form = {**visitor.page.hidden, "go": "back"}
    visitor.client.get(visitor.way_out)
    back = Visitor()
    with refused():
        back.post("/report/", form)
    assert back.status == 503
    assert "t.me/room" not in back.text
    back.answer({}, go="back")
    assert back.status == 409
    assert "That form is closed" in back.text


def test_a_form_that_was_sent_shows_none_of_its_answers_again():
    visitor = Visitor().begin().walk(*UP_TO_SENDING)
    form = dict(visitor.page.hidden)
    visitor.answer(SEND)
    visitor.post("/report/", {**form, "step": "places", **PLACES, "go": "next"})

    assert "has arrived" in visitor.text
    assert "t.me/room" not in visitor.response.content.decode()


def test_a_database_that_is_down_loses_nothing_she_typed():
    visitor = Visitor().begin().walk(*UP_TO_SENDING)
    with refused():
        visitor.answer(SEND)

    assert visitor.status == 503
    assert "do not know whether your report has arrived" in visitor.text
    assert "Until then you can change" not in visitor.text
    assert "She <b>said</b> so." not in visitor.text
    visitor.answer(SEND)
    assert "Your report has arrived" in visitor.text


@pytest.mark.parametrize("before", ["", "x ", "https://example.com/?q=", "\n", "."])
def test_base64_of_a_thousand_characters_is_a_picture_and_one_less_is_none(before: str) -> None:
    """Whatever stands before it; also after very many that are just too short."""
    short = "ab/-" * 249 + "abc"
    many = f"{before}{short} " * 100
    assert not looks_like_a_picture(many)
    assert looks_like_a_picture(f"{many}{before}{short}d")
    assert looks_like_a_picture(f"{many}{before}{short}defg")
