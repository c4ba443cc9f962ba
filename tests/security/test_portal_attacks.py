"""A script, a stranger with a link, and somebody who knows a locator, at the open door."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import datetime, timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.utils import timezone

from jikimi.aftercare.actions.erasing import forget_ended_visits
from jikimi.cases.models import Case, CaseStatus
from jikimi.cases.rules import AgeGroup, read_place
from jikimi.intake.actions import receive_report
from jikimi.intake.receipts import CHECKING
from jikimi.intake.rules import ReceiptCode, is_easily_written
from jikimi.intake.turns import Turns
from jikimi.people.actions import is_setup_open, make_setup_link, set_up_account
from jikimi.takedown.actions import ask_for_look, look_at, record_reply
from jikimi.takedown.actions.jobs import ask_for_a_look
from jikimi.takedown.errors import MayNotLook
from jikimi.takedown.models import Notice
from jikimi.takedown.rules.notice import NoticeState, ReportedReply
from jikimi.web.portal.own_codes import MAKING
from jikimi.web.portal.sending import SENDING
from tests.portal.visitor import (
    ADULT,
    CENTRE_AND_PLATFORMS,
    FAKED,
    NO_CONTACT,
    NO_FILE,
    PLACES,
    SEND,
    WORDS,
    Visitor,
)
from tests.reports import A_REPORT, a_report

pytestmark = pytest.mark.django_db
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def browser() -> Client:
    return Client(enforce_csrf_checks=True)


def opened(browser: Client, code: str) -> Client:
    answer = browser.post("/status/", f"code={code}", content_type=FORM)
    assert answer.status_code == 302, answer.content.decode()
    return browser


@pytest.mark.parametrize("address", ["/status/stop/", "/status/leave/"])
@pytest.mark.parametrize("token", ["x=1", "csrfmiddlewaretoken=" + "a" * 64])
def test_a_report_cannot_be_stopped_or_left_by_a_form_without_its_token(
    browser: Client, address: str, token: str
) -> None:
    received = receive_report(A_REPORT, now=timezone.now())
    opened(browser, received.code.spelled())
    assert browser.post(address, token, content_type=FORM).status_code == 403
    assert Case.objects.get().status == CaseStatus.OPEN
    assert browser.get("/status/").status_code == 200


def test_a_session_given_to_her_beforehand_is_not_the_one_she_uses(browser: Client) -> None:
    hers = receive_report(A_REPORT, now=timezone.now())
    planted = opened(browser, receive_report(A_REPORT, now=timezone.now()).code.spelled())
    before = planted.cookies["s"].value
    opened(planted, hers.code.spelled())
    assert planted.cookies["s"].value != before
    stranger = Client()
    stranger.cookies["s"] = before
    assert b'name="code"' in stranger.get("/status/").content


def test_the_cookie_is_for_this_site_and_no_script(browser: Client) -> None:
    opened(browser, receive_report(A_REPORT, now=timezone.now()).code.spelled())
    cookie = browser.cookies["s"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Strict"
    assert cookie["max-age"] == 1800


def test_whoever_knows_a_locator_cannot_keep_its_owner_out(browser: Client) -> None:
    received = receive_report(A_REPORT, now=timezone.now())
    guesses = (ReceiptCode(locator=received.code.locator, secret=f"{n:016}") for n in range(100))
    wrong = next(code for code in guesses if is_easily_written(code)).spelled()
    answers = {
        Client().post("/status/", f"code={wrong}", content_type=FORM).status_code for _ in range(9)
    }
    assert answers == {422, 429}
    opened(browser, received.code.spelled())


@pytest.mark.parametrize("address", ["/", "/report/", "/status/", "/nowhere/", "/desk/"])
def test_a_foreign_host_header_is_refused_and_not_repeated(address: str) -> None:
    answer = Client(headers={"Host": "evil.example"}).get(address)
    assert answer.status_code == 400
    assert b"evil.example" not in answer.content


@pytest.mark.parametrize("address", ["/", "/report/", "/status/", "/nowhere/", "/desk/case/x-y/"])
def test_no_answer_may_be_kept_and_each_is_locked_in(address: str) -> None:
    answer = Client().get(address)
    assert answer["Cache-Control"] == "no-store"
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert answer["Referrer-Policy"] == "no-referrer"


def test_a_thousand_fields_are_refused() -> None:
    many = "&".join(f"a{n}=1" for n in range(1000))
    assert Client().post("/report/", many, content_type=FORM).status_code == 400


def test_the_first_account_ends_every_link_printed_before_it(now: datetime) -> None:
    old, used = make_setup_link(now=now), make_setup_link(now=now)
    set_up_account(used, email="a@centre.example", password="long enough", now=now)
    assert not is_setup_open(used, now=now)
    assert not is_setup_open(old, now=now)
    for_a_colleague = make_setup_link(now=now)
    set_up_account(make_setup_link(now=now), email="b@c.example", password="long enough", now=now)
    assert is_setup_open(for_a_colleague, now=now)


def test_looks_come_after_everything_else_and_two_at_a_time(now: datetime) -> None:
    places = tuple(read_place(f"https://slow{n}.example/") for n in range(40))
    case = receive_report(a_report(places=places), now=now).case
    for sighting in case.sightings.all():
        ask_for_a_look(sighting.pk)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(DISTINCT lock), count(*), max(priority) FROM procrastinate_jobs "
            "WHERE task_name = 'takedown.look'"
        )
        lanes, jobs, priority = cursor.fetchone()
        cursor.execute(
            "SELECT min(priority) FROM procrastinate_jobs WHERE task_name <> 'takedown.look'"
        )
        others = cursor.fetchone()[0]
    assert (lanes, jobs) == (2, 40)
    assert priority < others


def test_what_a_minors_case_names_is_not_fetched_for_an_adults_case_either(
    now: datetime, staff: object
) -> None:
    class NeverFetches:
        def fetch(self, url: str, *, seconds: float = 0) -> object:
            raise AssertionError(url)

    adults = receive_report(A_REPORT, now=now).case.sightings.get()
    receive_report(a_report(age_group=AgeGroup.NOT_SURE), now=now)
    assert look_at(adults.pk, NeverFetches(), now=now) is None
    with pytest.raises(MayNotLook):
        ask_for_look(adults.pk, staff=staff, now=now)

    # Where nobody may look, the recipient's word is what there is.
    notice = Notice.objects.create(
        sighting=adults, recipient_id="telegram", state="sent", sent_at=now, drafted_at=now
    )
    reply = ReportedReply(state=NoticeState.REMOVED, words="")
    record_reply(notice.pk, reply, staff=staff, now=now)


def test_no_cookie_tells_of_a_visit_the_next_day(browser: Client) -> None:
    opened(browser, receive_report(A_REPORT, now=timezone.now()).code.spelled())
    browser.get("/status/stop/")
    assert set(browser.cookies) == {"s", "k", "c"}
    assert all(int(cookie["max-age"]) <= 8 * 3600 for cookie in browser.cookies.values())


def test_an_ended_visit_leaves_no_row_that_tells_when_she_was_here(browser: Client) -> None:
    opened(browser, receive_report(A_REPORT, now=timezone.now()).code.spelled())
    assert forget_ended_visits(timezone.now()) == 0
    assert forget_ended_visits(timezone.now() + timedelta(minutes=31)) == 1
    assert not Session.objects.exists()


def test_a_flood_of_codes_takes_no_thread_and_no_connection_from_everybody_else(
    browser: Client, django_assert_num_queries: Callable[[int], AbstractContextManager[object]]
) -> None:
    code = receive_report(A_REPORT, now=timezone.now()).code.spelled()
    with full(CHECKING), django_assert_num_queries(0):
        answer = browser.post("/status/", f"lang=en&code={code}", content_type=FORM)
    assert answer.status_code == 503
    assert b"Nothing is lost" in answer.content
    opened(browser, code)


def test_a_flood_of_reports_takes_nothing_from_everybody_else_and_hers_is_not_lost(
    django_assert_num_queries: Callable[[int], AbstractContextManager[object]],
) -> None:
    visitor = Visitor().begin()
    for answers in (FAKED, ADULT, NO_FILE, PLACES, CENTRE_AND_PLATFORMS, NO_CONTACT, WORDS):
        visitor.answer(answers)
    # The one question is whether this form was sent before.
    with full(SENDING), django_assert_num_queries(1):
        visitor.answer(SEND)
    assert visitor.status == 503
    assert not Case.objects.exists()
    visitor.answer(SEND)
    assert visitor.status == 200
    assert Case.objects.count() == 1


def test_a_form_that_is_over_shows_no_answer_in_a_flood_and_a_sent_one_its_code() -> None:
    visitor = Visitor().begin().walk(FAKED, ADULT, NO_FILE, PLACES, CENTRE_AND_PLATFORMS)
    visitor.walk(NO_CONTACT, WORDS)
    form = {**visitor.page.hidden, "go": "next"}
    code = visitor.answer(SEND).code
    receipt = {**visitor.page.hidden, "then": "status"}
    with full(SENDING):
        assert visitor.post("/report/", form).code == code
    visitor.post("/report/", receipt)
    with full(SENDING):
        visitor.post("/report/", form)
    assert visitor.status == 409
    assert "t.me/room" not in visitor.response.content.decode()


def test_a_flood_of_new_codes_takes_nothing_from_everybody_else_and_spends_none() -> None:
    code = receive_report(A_REPORT, now=timezone.now()).code.spelled()
    her = Visitor().open("/status/?lang=en").post("/status/", {"lang": "en", "code": code})
    form = {**her.open("/status/code/?lang=en").page.hidden, "what": "spare"}
    with full(MAKING):
        assert her.post("/status/code/", form).status == 503
    spare = her.post("/status/code/", form).code
    with full(MAKING):
        assert her.post("/status/", {"lang": "en", "code": spare}).status == 503
    assert her.post("/status/", {"lang": "en", "code": spare}).code not in {code, spare}


@pytest.mark.parametrize("turns", [CHECKING, SENDING, MAKING])
def test_whoever_asked_the_database_before_waiting_gives_the_connection_back(turns: Turns) -> None:
    """As the same form does that comes again and again, and a spare code that was spent."""

    def holds_it() -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        try:
            with turns.turn():
                return connection.connection is not None
        finally:
            connection.close()

    # A thread of its own has a connection of its own, as in the house; the test's has begun.
    with ThreadPoolExecutor(1) as threads:
        assert not threads.submit(holds_it).result()


@contextmanager
def full(turns: Turns) -> Iterator[None]:
    """While this lasts, as many as may have a turn or wait for one."""
    with ExitStack() as places:
        for _ in range(turns.in_all):
            places.enter_context(turns.place())
        yield
