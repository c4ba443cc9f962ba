"""The report from the first page to the receipt."""

from datetime import timedelta

import pytest

from jikimi.cases.models import Case
from jikimi.evidence.actions import open_item
from jikimi.evidence.lookups import items_of
from jikimi.evidence.models import Purpose
from jikimi.intake.receipts import open_with
from jikimi.trail.lookups import consents_of
from jikimi.trail.models import ConsentScope
from jikimi.web.portal.models import SentForm
from jikimi.web.portal.sent_forms import forget_old_forms
from tests.portal.visitor import (
    ADULT,
    CENTRE_AND_PLATFORMS,
    FAKED,
    HEX,
    NO_CONTACT,
    NO_FILE,
    PLACES,
    SEND,
    WITH_FINGERPRINT,
    WORDS,
    Visitor,
)

pytestmark = pytest.mark.django_db

HELPING_FRIEND = (
    {"situation": "helping"},
    {"helper": "friend"},
    {"authority": "not_asked"},
    {"happening": "posted"},
)
WHOLE = (
    FAKED,
    ADULT,
    WITH_FINGERPRINT,
    PLACES,
    CENTRE_AND_PLATFORMS,
    NO_CONTACT,
    WORDS,
    SEND,
)


@pytest.mark.parametrize(
    ("language", "arrived"),
    [("ko", "신고가 접수됐어요"), ("en", "Your report has arrived")],
)
def test_a_report_goes_from_the_first_page_to_a_receipt(language, arrived, now):
    visitor = Visitor(language=language).begin().walk(*WHOLE)

    assert arrived in visitor.text
    case = open_with(visitor.code, now=now).case
    assert (case.language, case.situation, case.age_group) == (language, "faked", "adult")
    assert case.declared_no_consent
    assert [(f.hex, f.quality) for f in case.fingerprints.all()] == [(HEX, 93)]
    assert set(case.sightings.values_list("address", flat=True)) == {
        "https://example.com/a",
        "https://t.me/room",
        "@account",
    }
    assert consents_of(case.pk) == {ConsentScope.CENTRE, ConsentScope.PLATFORMS}


def test_markup_in_the_statement_is_kept_as_text_and_shown_as_text(now):
    visitor = Visitor().begin().walk(*WHOLE[:-1])

    assert visitor.step == "review"
    assert "She &lt;b&gt;said&lt;/b&gt; so." in visitor.response.content.decode()
    visitor.answer(SEND)
    case = open_with(visitor.code, now=now).case
    item = items_of(case.pk, Purpose.STATEMENT).get()
    assert open_item(item, actor="caseworker", now=now) == "She <b>said</b> so."


def test_the_last_page_says_of_each_choice_what_goes_where():
    share = {"share": ["centre", "block_list"]}
    visitor = Visitor().begin()
    visitor.walk(FAKED, ADULT, WITH_FINGERPRINT, PLACES, share, NO_CONTACT, WORDS)

    assert visitor.step == "review"
    assert "No notice to platforms: you have not chosen that." in visitor.text
    assert "Platforms that take part may check new uploads" in visitor.text
    assert "To the police" not in visitor.text
    assert "It may hold the fingerprint" not in visitor.text
    visitor.answer({}, go="back").answer({}, go="back").answer({}, go="back")
    visitor.walk(CENTRE_AND_PLATFORMS, NO_CONTACT, WORDS)
    assert "It may hold the fingerprint, too." in visitor.text


@pytest.mark.parametrize(("who", "told"), [((FAKED,), True), (HELPING_FRIEND, False)])
def test_whoever_is_under_18_reads_what_goes_home_by_itself(who, told):
    visitor = Visitor().begin().walk(*who, {"age_group": "under_18"})
    assert visitor.step == "file"
    assert ("Nothing goes to your parents or your school by itself." in visitor.text) == told


@pytest.mark.parametrize(("age", "told"), [("adult", True), ("not_sure", False)])
def test_who_might_look_at_a_link_is_said_before_she_agrees(age, told):
    visitor = Visitor().begin().walk(FAKED, {"age_group": age}, NO_FILE, PLACES)
    assert visitor.step == "sharing"
    assert ("a caseworker may look at a picture there" in visitor.text) == told


def test_how_she_may_be_reached_safely_comes_to_the_caseworker(now):
    wishes = {
        "contact_by": "call",
        "contact_how": "010-0000-0000",
        "contact_when": "1 to 3 pm",
        "contact_else": "ask",
    }
    visitor = Visitor().begin().walk(*WHOLE[:5], {"contact": "yes"}, wishes, WORDS, SEND)

    item = items_of(open_with(visitor.code, now=now).case.pk, Purpose.CONTACT).get()
    told = open_item(item, actor="caseworker", now=now)
    assert "By telephone" in told
    assert "010-0000-0000" in told
    assert "1 to 3 pm" in told
    assert "do not say who calls" in told


def test_unasked_for_a_caseworker_says_nothing_to_whoever_else_picks_up(now):
    wishes = {"contact_by": "call", "contact_how": "010-0000-0000"}
    visitor = Visitor().begin().walk(*WHOLE[:5], {"contact": "yes"}, wishes, WORDS, SEND)

    item = items_of(open_with(visitor.code, now=now).case.pk, Purpose.CONTACT).get()
    assert "Say nothing and end the call" in open_item(item, actor="caseworker", now=now)


def test_the_report_sets_no_cookie_and_keeps_its_address():
    visitor = Visitor()
    visitor.open("/")
    visitor.begin()
    for answers in WHOLE:
        assert visitor.response.request["PATH_INFO"] == "/report/"
        assert visitor.response.request["QUERY_STRING"] == ""
        visitor.answer(answers)
    assert "arrived" in visitor.text
    visitor.open("/status/")
    assert not visitor.client.cookies


def test_nothing_is_stored_before_the_report_is_sent():
    Visitor().begin().walk(*WHOLE[:-1])

    assert not Case.objects.exists()


def test_a_second_tap_on_send_makes_no_second_report():
    visitor = Visitor().begin().walk(*WHOLE[:-1])
    last_page = {**visitor.page.hidden, "go": "next"}
    visitor.post("/report/", last_page)
    assert "arrived" in visitor.text

    visitor.post("/report/", last_page)

    assert "nothing is doubled" in visitor.text
    assert Case.objects.count() == 1


def test_a_form_is_remembered_while_it_could_come_again_and_a_flood_keeps_the_newest(now):
    for hours in (1, 2, 11, 13):
        SentForm.objects.create(digest=bytes([hours]), sent_at=now - timedelta(hours=hours))
    forget_old_forms(now)
    assert SentForm.objects.count() == 3
    forget_old_forms(now, most=1)
    assert bytes(SentForm.objects.get().digest) == bytes([1])


def test_back_goes_one_step_back_with_every_answer_kept():
    visitor = Visitor().begin().walk(FAKED, ADULT, NO_FILE, PLACES)
    visitor.answer({"share": ["centre", "police"]}, go="back")
    assert visitor.step == "places"
    assert "t.me/room" in visitor.page.areas["places"]

    visitor.answer(PLACES)
    assert visitor.step == "sharing"
    ticked = {i["value"] for i in visitor.page.inputs if "checked" in i}
    assert ticked == {"centre", "police"}


def test_words_are_kept_when_she_goes_back_from_them():
    visitor = Visitor().begin().walk(*WHOLE[:-2])
    visitor.answer({"statement": "나의 말"}, go="back")
    assert visitor.step == "contact"

    visitor.answer(NO_CONTACT)

    assert visitor.page.areas["statement"] == "나의 말"


def test_the_language_can_be_changed_on_any_question_and_keeps_what_was_typed():
    visitor = Visitor().begin().walk(FAKED, ADULT, NO_FILE)
    fields = {**visitor.page.hidden, **PLACES, "switch_to": "ko"}
    visitor.post("/report/", fields)

    assert "어디에 있나요?" in visitor.text
    assert "@account" in visitor.page.areas["places"]
    assert visitor.page.hidden["lang"] == "ko"


def test_a_threat_is_answered_first_with_what_to_do_now():
    visitor = Visitor(language="ko").begin().answer({"situation": "threatened"})

    assert visitor.step == "first_aid"
    assert "아무것도 지우지 마세요." in visitor.text
    assert "112" in visitor.text
    visitor.answer({})
    assert visitor.step == "age"


@pytest.mark.parametrize("age", ["under_18", "not_sure", "mixed"])
def test_a_minors_path_says_what_is_different_and_names_somebody_to_call(age):
    visitor = Visitor().begin().walk(FAKED, {"age_group": age})

    assert "What is different under 18" in visitor.text
    assert "takeitdown.ncmec.org" in visitor.text
    assert "stopncii.org" not in visitor.text


def test_somebody_who_helps_is_asked_about_the_person_in_the_picture():
    visitor = Visitor().begin().walk(*HELPING_FRIEND)
    assert "How old is the person in the picture?" in visitor.text


def test_nobody_is_ticked_beforehand_and_the_block_list_is_asked_only_with_a_fingerprint():
    without = Visitor().begin().walk(FAKED, ADULT, NO_FILE, PLACES)
    with_one = Visitor().begin().walk(FAKED, ADULT, WITH_FINGERPRINT, PLACES)

    def asked(visitor: Visitor) -> list[str | None]:
        return [i["value"] for i in visitor.page.inputs if i.get("name") == "share"]

    assert asked(without) == ["centre", "platforms", "police"]
    assert asked(with_one) == ["centre", "platforms", "block_list", "police"]
    assert not [i for i in with_one.page.inputs if "checked" in i]


def test_under_18_nothing_is_asked_about_platforms_and_the_fingerprint():
    visitor = Visitor().begin().walk(FAKED, {"age_group": "under_18"}, WITH_FINGERPRINT, PLACES)

    asked = [one["value"] for one in visitor.page.inputs if one.get("name") == "share"]
    assert asked == ["centre", "platforms", "police"]
    assert "fingerprint goes to no platform and on no list" in visitor.text
    assert "if you make one, the fingerprint" not in visitor.text


def test_a_videos_frames_arrive_beside_a_picture(now):
    line = "video Dw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw8PDw9QAAXc"
    answers = (FAKED, ADULT, {"file": "yes", "fingerprints": f"{HEX} 93\r\n{line}"}, *WHOLE[3:])
    visitor = Visitor().begin().walk(*answers)
    case = open_with(visitor.code, now=now).case
    assert case.fingerprints.count() == 1
    (frame,) = case.videos.get().read()
    assert (frame.milliseconds, frame.quality, frame.pdq.hex()) == (1500, 80, HEX)


def test_fingerprints_are_left_out_when_she_says_that_she_has_no_file(now):
    answers = (FAKED, ADULT, {"file": "no", "fingerprints": f"{HEX} 93"}, *WHOLE[3:])
    visitor = Visitor().begin().walk(*answers)

    assert not open_with(visitor.code, now=now).case.fingerprints.exists()


def test_an_empty_report_is_answered_kindly_and_nothing_is_kept():
    visitor = Visitor().begin().walk(FAKED, ADULT, NO_FILE, {"places": ""})
    assert visitor.step == "little_known"
    visitor.walk({}, {"share": "centre"}, {}, {})

    assert visitor.status == 422
    assert "nothing yet to go by" in visitor.text
    assert visitor.step == "words"
    assert not Case.objects.exists()
    visitor.walk({"statement": "A friend told me about a room."}, SEND)
    assert "arrived" in visitor.text
