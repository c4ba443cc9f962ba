"""An answer that is lost after Send: the same form brings the same code, for some minutes."""

from datetime import timedelta
from unittest import mock

import pytest
from django.db import OperationalError, connection
from django.db.models import F
from django.utils import timezone

from jikimi.cases.models import Case
from jikimi.intake.models import Receipt
from jikimi.intake.receipts import open_with
from jikimi.intake.tips.models import Tip
from jikimi.web.portal.door import FORM_TYPE
from jikimi.web.portal.models import SentForm
from jikimi.web.portal.sent_forms import AGAIN_FOR, forget_old_forms
from jikimi.web.portal.tip_gate import gate
from tests.portal.tipping import Teller
from tests.portal.visitor import (
    ADULT,
    CENTRE_AND_PLATFORMS,
    FAKED,
    NO_CONTACT,
    NO_FILE,
    PLACES,
    SEND,
    WORDS,
    Answers,
    Visitor,
)

pytestmark = pytest.mark.django_db
UP_TO_SENDING = (FAKED, ADULT, NO_FILE, PLACES, CENTRE_AND_PLATFORMS, NO_CONTACT, WORDS)
_SENT = {"go": "next"}


class Sent:
    """Somebody at the last page, who has sent it, or is about to."""

    def __init__(self) -> None:
        self.visitor = Visitor().begin().walk(*UP_TO_SENDING)
        self.form: Answers = {**self.visitor.page.hidden}

    def send(self) -> "Sent":
        self.visitor.post("/report/", {**self.form, **_SENT})
        return self

    def on_another_device(self, **changes: str) -> Visitor:
        return Visitor().post("/report/", {**self.form, **_SENT, **changes})


@pytest.fixture
def sent() -> Sent:
    return Sent().send()


def test_the_same_form_is_answered_with_the_same_code_and_nothing_is_doubled(sent: Sent) -> None:
    code = sent.visitor.code
    for again in (sent.send().visitor, sent.on_another_device()):
        assert again.status == 200
        assert again.code == code
        assert "nothing is doubled" in again.text
        assert "It is shown once, now." not in again.text
    assert Case.objects.count() == 1
    assert open_with(code, now=timezone.now()).case == Case.objects.get()


@pytest.mark.parametrize(
    "pressed",
    [{"change": "words", "go": ""}, {"go": "back"}, {"go": "code"}, {"to": "places", "go": ""}],
)
def test_every_button_of_a_form_that_was_sent_leads_to_its_code(
    sent: Sent, pressed: dict[str, str]
) -> None:
    assert sent.on_another_device(**pressed).code == sent.visitor.code


def test_an_earlier_page_of_the_same_form_leads_to_its_code_too() -> None:
    visitor = Visitor().begin().walk(*UP_TO_SENDING[:-1])
    words = {**visitor.page.hidden, **WORDS, **_SENT}
    visitor.answer(WORDS).answer(SEND)
    assert Visitor().post("/report/", words).code == visitor.code


def _later(_sent: Sent) -> None:
    SentForm.objects.update(sent_at=F("sent_at") - AGAIN_FOR - timedelta(seconds=1))


def _goes_on(sent: Sent) -> None:
    answer = sent.visitor.post("/report/", {**sent.visitor.page.hidden, "then": "status"})
    assert "Your code" in answer.text


def _leaves(sent: Sent) -> None:
    Visitor().client.get(sent.visitor.way_out)


@pytest.mark.parametrize("ends", [_later, _goes_on, _leaves])
def test_the_code_is_shown_no_more_after_ten_minutes_or_once_she_went_on_or_left(sent, ends):
    code = sent.visitor.code
    ends(sent)
    for page in ("review", "words", "situation"):
        again = sent.on_another_device(step=page)
        assert again.status == 409
        assert ("That form is closed" if page == "situation" else "already here") in again.text
        html = again.response.content.decode()
        assert not again.shows(code)
        assert 'id="code"' not in html
        assert "t.me/room" not in html
    assert Case.objects.count() == 1


def test_whoever_had_the_first_page_open_before_her_never_gets_her_code():
    prepared = Visitor().begin()
    first_page = {**prepared.page.hidden}
    hers, his = (Visitor().post("/report/", {**first_page, **FAKED, **_SENT}) for _ in range(2))
    his_page = {**his.page.hidden}
    hers.walk(*UP_TO_SENDING[1:], SEND)

    assert len(hers.code) > 20
    for form in (first_page, his_page, {**his_page, "step": "review"}):
        answer = Visitor().post("/report/", {**form, **_SENT})
        assert answer.status in {409, 422}
        assert 'id="code"' not in answer.response.content.decode()


_OTHER_SECRET = "another secret of this house, as long as one has to be"


def _retire(settings) -> None:
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = _OTHER_SECRET


def test_a_secret_of_the_house_that_was_retired_still_brings_the_same_code(sent, settings):
    _retire(settings)
    assert sent.on_another_device().code == sent.visitor.code


def test_a_form_of_a_secret_that_is_gone_shows_no_code_rather_than_a_wrong_one(sent, settings):
    settings.SECRET_KEY = _OTHER_SECRET
    again = sent.on_another_device()
    assert again.status == 400
    assert 'id="code"' not in again.response.content.decode()


def test_a_spent_spare_code_brings_the_same_code_after_the_secret_was_retired(sent, settings):
    her, _seeds = _her_codes(sent.visitor.code)
    spare = her.post("/status/code/", {**her.page.hidden, "what": "spare"}).code
    code = Visitor().post("/status/", {"lang": "en", "code": spare}).code
    _retire(settings)
    assert Visitor().post("/status/", {"lang": "en", "code": spare}).code == code


def test_a_form_that_she_left_shows_no_answer_where_a_question_of_it_is_open() -> None:
    visitor = Visitor().begin().walk(FAKED)
    form = {**visitor.page.hidden, **_SENT, "step": "review"}
    assert Visitor().post("/report/", form).status == 422
    Visitor().client.get(visitor.way_out)

    answer = Visitor().post("/report/", form)
    assert answer.status == 409
    assert "That form is closed" in answer.text


def test_a_form_that_was_left_unsent_is_not_said_to_have_arrived():
    visitor = Visitor().begin().walk(*UP_TO_SENDING)
    form = {**visitor.page.hidden, **_SENT}
    Visitor().client.get(visitor.way_out)

    answer = Visitor().post("/report/", form)
    assert "That form is closed" in answer.text
    assert not Case.objects.exists()


def test_the_code_can_be_seen_before_sending_and_stays_the_same():
    at_last = Sent()
    ahead = at_last.visitor.answer({}, go="code")
    code = ahead.code
    assert "Nothing is sent yet" in ahead.text
    assert not SentForm.objects.exists()
    assert not Receipt.objects.exists()

    ahead.post("/report/", {**ahead.page.hidden, "change": "words"})
    ahead.answer({**WORDS, "statement": "Otherwise."})
    assert ahead.step == "review"
    assert 'id="code"' not in ahead.response.content.decode()
    assert ahead.answer(SEND).code == code
    assert open_with(code, now=timezone.now()).case == Case.objects.get()


_SHOWN = "already shown before sending"


@pytest.mark.parametrize("at", [0, 1, len(UP_TO_SENDING)])
def test_a_copy_of_any_page_of_hers_does_not_tell_her_code_ahead(at: int) -> None:
    her = Visitor().begin().walk(*UP_TO_SENDING[:at])
    her.post("/report/", {**her.page.hidden, "switch_to": "en"})
    copied = {**her.page.hidden, "step": "review", "go": "code"}
    his = {Visitor().post("/report/", copied).code for _ in range(2)}
    assert len(his) == 2
    receipt = her.walk(*UP_TO_SENDING[at:], SEND)
    assert receipt.code not in his
    assert _SHOWN not in receipt.text


def test_the_code_she_asks_for_is_not_the_one_that_a_copy_of_her_last_page_brings() -> None:
    at_last = Sent()
    his = at_last.on_another_device(go="code").code
    ahead = at_last.visitor.answer({}, go="code")
    assert ahead.code != his
    assert ahead.answer(SEND).code != his


@pytest.mark.parametrize("pressed", [{"change": "situation"}, {"go": "back"}])
def test_a_code_that_somebody_else_had_shown_on_her_page_is_said_to_be_known(pressed) -> None:
    page = Sent().visitor.answer({}, go="code")
    assert _SHOWN not in page.text
    code = page.code
    page.post("/report/", {**page.page.hidden, **pressed})
    page.answer(FAKED if "change" in pressed else WORDS)
    assert page.step == "review"
    assert _SHOWN in page.text
    assert _SHOWN in page.answer({}, go="code").text
    assert page.answer(SEND).code == code
    assert _SHOWN in page.text
    assert "It is shown once, now." not in page.text


def test_a_locator_that_was_taken_meanwhile_gives_another_code_and_the_same_again():
    at_last = Sent()
    ahead = at_last.visitor.answer({}, go="code").code
    at_last.form = {**at_last.visitor.page.hidden}
    other = Visitor().begin().walk(*UP_TO_SENDING, SEND)
    Receipt.objects.update(locator=ahead[:4])

    code = at_last.send().visitor.code
    assert code[:4] != ahead[:4]
    assert at_last.on_another_device().code == code
    assert open_with(code, now=timezone.now())
    assert other.code != code


def test_without_a_database_no_code_is_promised_and_nothing_is_lost():
    at_last = Sent()
    with mock.patch.object(connection, "cursor", side_effect=OperationalError("down")):
        at_last.visitor.answer({}, go="code")
    assert at_last.visitor.status == 503
    assert "Your answers are not lost" in at_last.visitor.text
    assert "arrived" in at_last.visitor.answer(SEND).text


def test_what_tells_a_code_again_is_forgotten_after_its_minutes(sent):
    forget_old_forms(timezone.now())
    assert SentForm.objects.get().seed
    forget_old_forms(timezone.now() + AGAIN_FOR + timedelta(seconds=1))
    assert SentForm.objects.get().seed is None


def _her_codes(code: str) -> tuple[Visitor, dict[str, str]]:
    """Her page of codes, and the field of each of its forms by what that form asks for."""
    visitor = Visitor().open("/status/?lang=en")
    visitor.post("/status/", {**visitor.page.hidden, "code": code})
    visitor.open("/status/code/?lang=en")
    seeds = [str(one["value"]) for one in visitor.page.inputs if one.get("name") == "carried"]
    return visitor, dict(zip(("new", "spare"), seeds, strict=True))


def test_a_code_that_was_replaced_meanwhile_is_shown_by_its_form_no_more(sent):
    her, seeds = _her_codes(sent.visitor.code)
    her.post("/status/code/", {**her.page.hidden, "what": "new", "carried": seeds["new"]})
    again = sent.on_another_device()
    assert again.status == 409
    assert "already here" in again.text


@pytest.mark.parametrize("what", ["new", "spare"])
def test_a_new_code_whose_answer_was_lost_is_shown_again_until_she_went_on(sent, what):
    her, seeds = _her_codes(sent.visitor.code)
    form = {**her.page.hidden, "what": what, "carried": seeds[what]}
    code = her.post("/status/code/", form).code
    again = Visitor().post("/status/code/", form)
    assert again.code == code
    assert _closes_itself(again)
    assert open_with(code, now=timezone.now()).is_spare == (what == "spare")

    again.post("/status/code/", {**again.page.hidden, "then": "status"})
    assert not Visitor().post("/status/code/", form).shows(code)


def _closes_itself(page: Visitor) -> bool:
    headers = page.response.headers
    return (headers["Refresh"], headers["Referrer-Policy"]) == ("1801", "same-origin")


def _closes_it(her: Visitor) -> None:
    token = her.open("/status/?lang=en").page.hidden["csrfmiddlewaretoken"]
    her.post("/status/leave/", {"lang": "en", "csrfmiddlewaretoken": token})


def _exits(her: Visitor) -> None:
    her.client.post("/exit/", "x=", content_type=FORM_TYPE)


@pytest.mark.parametrize("what", ["new", "spare"])
@pytest.mark.parametrize("ends", [_closes_it, _exits])
def test_a_new_code_comes_back_by_no_earlier_page_once_the_visit_has_ended(sent, what, ends):
    her, seeds = _her_codes(sent.visitor.code)
    form = {**her.page.hidden, "what": what, "carried": seeds[what]}
    code = her.post("/status/code/", form).code
    assert her.shows(code)
    ends(her)
    back = Visitor().post("/status/code/", form)
    assert not back.shows(code)
    assert "s" not in back.client.cookies
    assert open_with(code, now=timezone.now()).case == Case.objects.get()


def test_a_spare_code_that_was_spent_brings_nothing_once_the_visit_has_ended(sent):
    her, _seeds = _her_codes(sent.visitor.code)
    spare = her.post("/status/code/", {**her.page.hidden, "what": "spare"}).code
    her.post("/status/", {"lang": "en", "code": spare})
    _closes_it(her)
    assert Visitor().post("/status/", {"lang": "en", "code": spare}).status == 422


def test_a_spare_code_whose_answer_was_lost_gives_the_same_new_code_until_she_went_on(sent):
    her, _seeds = _her_codes(sent.visitor.code)
    spare = her.post("/status/code/", {**her.page.hidden, "what": "spare"}).code
    first, again = (Visitor().post("/status/", {"lang": "en", "code": spare}) for _ in range(2))
    code = first.code
    assert again.code == code
    assert _closes_itself(first)
    assert _closes_itself(again)
    assert "Your report" in again.open("/status/?lang=en").text

    first.post("/status/code/", {**first.page.hidden, "then": "status"})
    assert Visitor().post("/status/", {"lang": "en", "code": spare}).status == 422
    assert open_with(code, now=timezone.now()).case == Case.objects.get()


def test_a_tip_from_the_same_page_has_the_same_code_and_is_noted_once():
    gate.start_anew()
    teller = Teller().open()
    form = {**teller.visitor.page.hidden, "place": "t.me/room"}
    code = teller.send(form).code
    again = Teller().send(form)
    assert again.code == code
    assert "This tip is in already" in again.text
    elsewhere = Teller().send({**form, "place": "t.me/other_room"})
    assert elsewhere.status == 409
    assert "This one was not taken in" in elsewhere.text
    assert Tip.objects.count() == 1

    Tip.objects.update(arrived_at=F("arrived_at") - timedelta(hours=2))
    assert Teller().send(form).status == 409
