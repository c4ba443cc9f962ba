"""Somebody else has a copy of a page of hers, or she has an older one: what each of them sends."""

import pytest
from django.utils import timezone

from jikimi.cases.models import Case
from jikimi.intake.receipts import open_with
from tests.portal.test_lost_answer import UP_TO_SENDING, Sent
from tests.portal.visitor import ADULT, FAKED, SEND, Visitor

pytestmark = pytest.mark.django_db
_SENT = {"go": "next"}


def _as_it_opens() -> Visitor:
    return Visitor().begin()


def _answered_and_gone_back_to() -> Visitor:
    return Visitor().begin().walk(FAKED).answer({}, go="back")


@pytest.mark.parametrize("left_for_her", [_as_it_opens, _answered_and_gone_back_to])
def test_a_report_sent_from_a_copy_of_her_first_page_swallows_none_of_hers(left_for_her):
    first_page = {**left_for_her().page.hidden}
    his, hers = (Visitor().post("/report/", {**first_page, **FAKED, **_SENT}) for _ in range(2))
    codes = [one.walk(*UP_TO_SENDING[1:], SEND).code for one in (his, hers)]
    assert "Your report has arrived" in hers.text
    assert "second time" not in hers.text
    assert len({open_with(code, now=timezone.now()).case for code in codes}) == 2


def test_a_first_page_that_was_left_with_its_code_shown_swallows_none_either() -> None:
    left = Sent().visitor.answer({}, go="code")
    left.post("/report/", {**left.page.hidden, "change": "situation"})
    first_page = {**left.page.hidden, **FAKED, **_SENT}
    his, hers = (Visitor().post("/report/", first_page) for _ in range(2))
    assert his.answer(SEND).code != hers.answer(SEND).code
    assert "already shown before sending" in hers.text
    assert Case.objects.count() == 2


def test_a_first_page_of_a_form_that_was_sent_meanwhile_begins_anew_and_says_so() -> None:
    first_page = {**_answered_and_gone_back_to().page.hidden, **FAKED, **_SENT}
    Visitor().post("/report/", first_page).walk(*UP_TO_SENDING[1:], SEND)
    hers = Visitor().post("/report/", first_page)
    assert hers.status == 409
    assert "That form is closed" in hers.text
    assert hers.walk(*UP_TO_SENDING, SEND).code
    assert Case.objects.count() == 2


def test_a_first_page_left_to_her_tells_no_code_of_what_was_sent_from_a_later_one() -> None:
    left = Visitor().begin().walk(FAKED)
    later_page = {**left.page.hidden}
    first_page = {**left.answer({}, go="back").page.hidden, **FAKED, **_SENT}
    his = Visitor().post("/report/", {**later_page, **UP_TO_SENDING[1], **_SENT})
    code = his.walk(*UP_TO_SENDING[2:], SEND).code
    hers = Visitor().post("/report/", first_page)
    assert hers.status == 409
    assert "That form is closed" in hers.text
    assert not hers.shows(code)
    assert hers.walk(*UP_TO_SENDING, SEND).code != code
    assert Case.objects.count() == 2


def test_whoever_presses_exit_on_a_copy_of_her_first_page_takes_nothing_from_her_unsaid() -> None:
    first_page = Visitor().begin()
    hers = Visitor().post("/report/", {**first_page.page.hidden, **FAKED, **_SENT})
    Visitor().client.get(first_page.way_out)
    assert hers.answer(ADULT).status == 409
    assert "That form is closed" in hers.text
    assert hers.walk(*UP_TO_SENDING, SEND).code


def test_a_page_from_before_the_first_question_was_answered_anew_sends_nothing_more() -> None:
    at_last = Sent()
    page = at_last.visitor
    page.post("/report/", {**page.page.hidden, "change": "situation"})
    assert page.answer(FAKED).step == "review"
    page.answer(SEND)
    again = at_last.on_another_device()
    assert again.status == 409
    assert "already here" in again.text
    assert Case.objects.count() == 1


def test_a_page_from_before_the_code_was_asked_for_sends_nothing_more() -> None:
    at_last = Sent()
    code = at_last.visitor.answer({}, go="code").answer(SEND).code
    again = at_last.on_another_device()
    assert "already here" in again.text
    assert not again.shows(code)
    assert Case.objects.count() == 1


def test_a_report_that_went_off_before_its_code_was_asked_for_is_received_once() -> None:
    at_last = Sent()
    ahead = at_last.on_another_device(go="code")
    assert at_last.send().visitor.code != ahead.code
    ahead.answer(SEND)
    assert ahead.code == at_last.visitor.code
    assert "nothing is doubled" in ahead.text
    assert Case.objects.count() == 1
