"""The report from the first page to the receipt."""

import pytest

from jikimi.cases.models import Case
from jikimi.evidence.actions import open_item
from jikimi.evidence.lookups import items_of
from jikimi.evidence.models import Purpose
from jikimi.intake.receipts import case_behind
from jikimi.trail.lookups import consents_of
from jikimi.trail.models import ConsentScope
from tests.portal.visitor import (
    ADULT,
    CENTRE_AND_PLATFORMS,
    FAKED,
    HEX,
    NO_FILE,
    PLACES,
    WITH_FINGERPRINT,
    WORDS,
    Visitor,
)

pytestmark = pytest.mark.django_db

WHOLE = (FAKED, ADULT, WITH_FINGERPRINT, PLACES, CENTRE_AND_PLATFORMS, WORDS)


@pytest.mark.parametrize(
    ("language", "arrived"),
    [("ko", "신고가 접수됐어요"), ("en", "Your report has arrived")],
)
def test_a_report_goes_from_the_first_page_to_a_receipt(language, arrived, now):
    visitor = Visitor(language=language).begin().walk(*WHOLE)

    assert arrived in visitor.text
    case = case_behind(visitor.code, now=now)
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
    visitor.answer({**WORDS, "contact": "yes"})  # without saying how: the page comes back

    assert visitor.status == 422
    assert "She &lt;b&gt;said&lt;/b&gt; so." in visitor.response.content.decode()
    visitor.answer(WORDS)
    case = case_behind(visitor.code, now=now)
    item = items_of(case.pk, Purpose.STATEMENT).get()
    assert open_item(item, actor="caseworker", now=now) == "She <b>said</b> so."


def test_contact_wishes_reach_the_caseworker(now):
    wishes = {"contact": "yes", "contact_how": "010-0000-0000", "contact_when": "1 to 3 pm"}
    visitor = Visitor().begin().walk(*WHOLE[:-1], wishes)

    item = items_of(case_behind(visitor.code, now=now).pk, Purpose.CONTACT).get()
    told = open_item(item, actor="caseworker", now=now)
    assert "010-0000-0000" in told
    assert "1 to 3 pm" in told


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
    last_page = {**visitor.page.hidden, **WORDS, "go": "next"}
    visitor.post("/report/", last_page)
    assert "arrived" in visitor.text

    visitor.post("/report/", last_page)

    assert visitor.status == 409
    assert "already here" in visitor.text
    assert Case.objects.count() == 1


def test_back_goes_one_step_back_with_every_answer_kept():
    visitor = Visitor().begin().walk(FAKED, ADULT, NO_FILE, PLACES)
    visitor.answer({"share": ["centre", "police"]}, go="back")
    assert visitor.step == "places"
    assert "t.me/room" in visitor.page.areas["places"]

    visitor.answer(PLACES)
    assert visitor.step == "sharing"
    ticked = {i["value"] for i in visitor.page.inputs if "checked" in i}
    assert ticked == {"centre", "police"}


def test_words_are_kept_when_she_goes_back_from_the_last_page_and_are_never_signed():
    visitor = Visitor().begin().walk(*WHOLE[:-1])
    visitor.answer({"statement": "나의 말", "contact": "no"}, go="back")
    assert visitor.step == "sharing"
    assert visitor.page.hidden["statement"] == "나의 말"
    signed_size = len(visitor.page.hidden["carried"])

    visitor.answer(CENTRE_AND_PLATFORMS)

    assert visitor.page.areas["statement"] == "나의 말"
    assert len(visitor.page.hidden["carried"]) <= signed_size + 8


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
    visitor = Visitor().begin().answer({"situation": "helping"})
    assert "How old is the person in the picture?" in visitor.text


def test_nobody_is_ticked_beforehand_and_the_block_list_is_asked_only_with_a_fingerprint():
    without = Visitor().begin().walk(FAKED, ADULT, NO_FILE, PLACES)
    with_one = Visitor().begin().walk(FAKED, ADULT, WITH_FINGERPRINT, PLACES)

    def asked(visitor: Visitor) -> list[str | None]:
        return [i["value"] for i in visitor.page.inputs if i.get("name") == "share"]

    assert asked(without) == ["centre", "platforms", "police"]
    assert asked(with_one) == ["centre", "platforms", "block_list", "police"]
    assert not [i for i in with_one.page.inputs if "checked" in i]


def test_fingerprints_are_left_out_when_she_says_that_she_has_no_file(now):
    answers = (FAKED, ADULT, {"file": "no", "fingerprints": f"{HEX} 93"}, *WHOLE[3:])
    visitor = Visitor().begin().walk(*answers)

    assert not case_behind(visitor.code, now=now).fingerprints.exists()


def test_an_empty_report_is_answered_kindly_and_nothing_is_kept():
    visitor = Visitor().begin().walk(FAKED, ADULT, NO_FILE, {"places": ""}, {"share": "centre"}, {})

    assert visitor.status == 422
    assert "nothing yet to go by" in visitor.text
    assert visitor.step == "words"
    assert not Case.objects.exists()
    visitor.answer({"statement": "A friend told me about a room."})
    assert "arrived" in visitor.text
