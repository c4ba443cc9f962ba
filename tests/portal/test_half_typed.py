"""What was typed behind the code when the page closed: locked, carried through, and hers alone."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from unittest import mock

import pytest
from django.contrib.sessions.models import Session
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from jikimi.aftercare.actions import stop_everything
from jikimi.aftercare.lookups import messages_of
from jikimi.intake.actions import receive_report
from jikimi.intake.receipts import open_with
from jikimi.web.boxes import box_for
from jikimi.web.portal import half_typed
from tests.portal.visitor import HEX, Answers, Visitor
from tests.reports import a_report

pytestmark = pytest.mark.django_db
WORDS = "I remember more now: quokka"
PLACES: Answers = {"places": "https://quokka.example/x", "fingerprints": f"{HEX} 93"}


@pytest.fixture
def received():
    return receive_report(a_report(), now=timezone.now())


def sign_in(visitor: Visitor, code: str) -> Visitor:
    return visitor.post("/status/", {**visitor.page.hidden, "code": code})


def opened(code: str, page: str) -> Visitor:
    visitor = sign_in(Visitor().open("/status/?lang=en"), code)
    return visitor.open(f"/status/{page}/?lang=en")


def late(code: str, page: str, typed: Answers) -> Visitor:
    """Somebody who sends what she typed, half an hour after she opened her report."""
    visitor = opened(code, page)
    Session.objects.all().delete()
    return visitor.post(f"/status/{page}/", {**visitor.page.hidden, **typed})


@pytest.mark.parametrize("pressed", [{}, {"go": "closing"}, {"switch_to": "en"}])
def test_a_message_waits_locked_and_is_there_again_with_the_code(received, pressed):
    code = received.code.spelled()
    visitor = late(code, "messages", {"words": WORDS, **pressed})
    assert "locked in this page for 12 hours" in visitor.text
    assert "To the first page" not in visitor.text
    assert "quokka" not in visitor.response.content.decode()

    sign_in(visitor, code)
    assert visitor.page.areas["words"] == WORDS
    assert "It is not sent yet" in visitor.text
    assert not messages_of(received.case).exists()
    visitor.post("/status/messages/", {**visitor.page.hidden, "words": WORDS})
    assert messages_of(received.case).count() == 1
    assert visitor.page.areas["words"] == ""


def test_links_and_fingerprints_come_back_too(received):
    code = received.code.spelled()
    visitor = late(code, "add", {**PLACES, "adult": "yes", "go": "next"})
    assert "quokka" not in visitor.response.content.decode()
    sign_in(visitor, code)
    assert visitor.page.areas["places"] == PLACES["places"]
    assert visitor.page.hidden["fingerprints"] == PLACES["fingerprints"]
    assert "checked" in next(one for one in visitor.page.inputs if one.get("id") == "adult")
    visitor.post("/status/add/", {**visitor.page.hidden, **PLACES, "adult": "yes"})
    assert received.case.sightings.filter(host="quokka.example").exists()
    assert visitor.open("/status/add/").page.areas["places"] == ""


def test_a_way_to_reach_her_comes_back_too_and_a_contact_taken_back_too_late_is_said_to_be_lost(
    received,
):
    code = received.code.spelled()
    typed = {"contact_by": "call", "contact_how": "quokka 7", "what": "change"}
    visitor = late(code, "contact", typed)
    assert "quokka" not in visitor.response.content.decode()
    sign_in(visitor, code)
    assert "It is not sent yet" in visitor.text
    assert "quokka 7" in {one.get("value") for one in visitor.page.inputs}
    assert "What you did last was not received" in late(code, "contact", {"what": "stop"}).text


_REACH: Answers = {"contact_by": "call", "contact_how": "quokka 7", "what": "change"}


@pytest.mark.parametrize(
    ("page", "typed"), [("messages", {"words": WORDS}), ("contact", _REACH), ("add", PLACES)]
)
def test_what_can_be_sent_no_more_lies_in_the_session_no_more(received, page, typed):
    visitor = sign_in(late(received.code.spelled(), page, typed), received.code.spelled())
    assert "typed" in visitor.client.session
    stop_everything(received.case.pk, now=timezone.now())
    visitor.post(f"/status/{page}/", {**visitor.page.hidden, **typed, "adult": "yes"})
    assert visitor.status == 200
    assert "typed" not in visitor.client.session


def test_a_contact_taken_back_forgets_the_way_that_was_half_typed(received):
    visitor = sign_in(late(received.code.spelled(), "contact", _REACH), received.code.spelled())
    visitor.post("/status/contact/", {**visitor.page.hidden, "what": "stop"})
    assert visitor.status == 200
    assert "typed" not in visitor.client.session


def test_the_code_of_another_report_opens_none_of_it(received):
    other = receive_report(a_report(), now=timezone.now()).code.spelled()
    visitor = late(received.code.spelled(), "messages", {"words": WORDS})
    sign_in(visitor, other)
    assert "Your report" in visitor.text
    assert visitor.open("/status/messages/?lang=en").page.areas["words"] == ""


def test_a_wrong_code_or_another_language_loses_none_of_it(received):
    visitor = late(received.code.spelled(), "messages", {"words": WORDS})
    sign_in(visitor, "WRONG")
    assert visitor.status == 422
    visitor.post("/status/", {**visitor.page.hidden, "code": "x", "switch_to": "ko"})
    assert visitor.response.headers["Content-Language"] == "ko"
    sign_in(visitor, received.code.spelled())
    assert visitor.page.areas["words"] == WORDS


@pytest.mark.parametrize(
    ("page", "typed", "field"),
    [
        ("messages", {"words": WORDS}, WORDS),
        ("add", PLACES, PLACES["places"]),
        ("contact", {"contact_by": "call", "contact_how": "quokka 7", "what": "change"}, "quokka"),
    ],
)
def test_the_spare_code_leads_back_to_it(received, page, typed, field):
    her = opened(received.code.spelled(), "code")
    spare = her.post("/status/code/", {**her.page.hidden, "what": "spare"}).code
    visitor = late(received.code.spelled(), page, typed)
    sign_in(visitor, spare)
    assert "Your new code" in visitor.text
    code = visitor.code
    (then,) = (str(one["value"]) for tag, one in visitor.page.tags if one.get("name") == "then")
    assert then == page
    visitor.post("/status/code/", {**visitor.page.hidden, "then": then})
    assert visitor.status == 200
    assert field in visitor.response.content.decode()
    assert not sign_in(Visitor().open("/status/?lang=en"), spare).shows(code)


def test_a_page_that_is_none_closes_the_form_and_leads_to_the_report(received):
    her = opened(received.code.spelled(), "code")
    form = {**her.page.hidden, "what": "new"}
    code = her.post("/status/code/", form).code
    her.post("/status/code/", {**her.page.hidden, "then": "nowhere"})
    assert "Your report" in her.text
    assert not Visitor().post("/status/code/", form).shows(code)


def test_it_opens_after_the_secret_of_the_house_was_retired(received, settings):
    visitor = late(received.code.spelled(), "messages", {"words": WORDS})
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another secret of this house, as long as one has to be"
    sign_in(visitor, received.code.spelled())
    assert visitor.page.areas["words"] == WORDS


def test_what_was_changed_is_not_hers_and_is_dropped(received):
    visitor = late(received.code.spelled(), "messages", {"words": WORDS})
    form = {**visitor.page.hidden, "locked": visitor.page.hidden["locked"][:-4] + "AAAA"}
    visitor.post("/status/", {**form, "code": received.code.spelled()})
    assert "Your report" in visitor.text
    assert visitor.open("/status/messages/").page.areas["words"] == ""


def test_it_waits_twelve_hours_and_no_longer(received):
    visitor = late(received.code.spelled(), "messages", {"words": WORDS})
    box, form = box_for(half_typed.PURPOSE), dict(visitor.page.hidden)
    too_long_ago = timezone.now() - half_typed.OPENS_FOR - timedelta(seconds=1)
    typed = box.decrypt(form["locked"].encode())
    form["locked"] = box.encrypt_at_time(typed, int(too_long_ago.timestamp())).decode()
    visitor.post("/status/", {**form, "code": received.code.spelled()})
    assert "Your report" in visitor.text
    assert visitor.open("/status/messages/").page.areas["words"] == ""


def test_a_page_that_closes_while_the_report_is_open_sends_nothing(received):
    visitor = opened(received.code.spelled(), "messages")
    form = {**visitor.page.hidden, "words": WORDS}
    assert visitor.post("/status/messages/", {**form, "go": "closing"}).page.areas["words"] == WORDS
    visitor.post("/status/messages/", {**form, "switch_to": "ko"})
    assert visitor.page.areas["words"] == WORDS
    assert not messages_of(received.case).exists()


def test_a_page_of_an_earlier_visit_loses_nothing_either(received):
    code = received.code.spelled()
    earlier = opened(code, "messages").page.hidden
    visitor = opened(code, "messages")
    visitor.post("/status/messages/", {**earlier, "words": WORDS})
    assert sign_in(visitor, code).page.areas["words"] == WORDS
    assert not messages_of(received.case).exists()


def test_without_a_database_it_waits_as_well(received):
    visitor = opened(received.code.spelled(), "messages")
    form = {**visitor.page.hidden, "words": WORDS}
    with mock.patch.object(connection, "cursor", side_effect=OperationalError("down")):
        visitor.post("/status/messages/", form)
    assert visitor.status == 503
    assert sign_in(visitor, received.code.spelled()).page.areas["words"] == WORDS


@contextmanager
def read_only() -> Iterator[None]:
    """A database that answers and takes nothing in, as where its disk is full."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
        yield
        transaction.set_rollback(True)


@pytest.mark.parametrize(
    ("page", "typed"),
    [("messages", {"words": WORDS}), ("add", {**PLACES, "adult": "yes"}), ("contact", _REACH)],
)
def test_where_nothing_can_be_written_it_waits_as_well(received, page, typed):
    visitor = opened(received.code.spelled(), page)
    with read_only():
        visitor.post(f"/status/{page}/", {**visitor.page.hidden, **typed})
    assert visitor.status == 503
    assert "quokka" not in visitor.response.content.decode()
    sign_in(visitor, received.code.spelled())
    assert "quokka" in visitor.response.content.decode()


@pytest.mark.parametrize("is_spare", [False, True])
def test_a_code_typed_where_nothing_can_be_written_loses_none_of_it(received, is_spare):
    her = opened(received.code.spelled(), "code")
    spare = her.post("/status/code/", {**her.page.hidden, "what": "spare"}).code
    visitor = late(received.code.spelled(), "messages", {"words": WORDS})
    with read_only():
        sign_in(visitor, spare if is_spare else received.code.spelled())
    assert visitor.status == 503
    assert sign_in(visitor, received.code.spelled()).page.areas["words"] == WORDS


@contextmanager
def no_room_for_visits() -> Iterator[None]:
    """A database that takes everything in, except what a session holds."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION pg_temp.no_room() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION USING ERRCODE = 'disk_full'; END $$"
        )
        cursor.execute(
            "CREATE TRIGGER no_room BEFORE INSERT OR UPDATE ON django_session "
            "FOR EACH ROW EXECUTE FUNCTION pg_temp.no_room()"
        )
        yield
        cursor.execute("DROP TRIGGER no_room ON django_session")


def test_a_spent_spare_code_brings_the_new_one_where_no_visit_can_be_kept(received):
    her = opened(received.code.spelled(), "code")
    spare = her.post("/status/code/", {**her.page.hidden, "what": "spare"}).code
    visitor = late(received.code.spelled(), "messages", {"words": WORDS})
    with no_room_for_visits():
        sign_in(visitor, spare)
    assert visitor.status == 200
    assert "Your new code" in visitor.text
    assert "We cannot open your report just now" in visitor.text
    assert "quokka" not in visitor.response.content.decode()
    code = visitor.code
    visitor.post("/status/code/", {**visitor.page.hidden, "then": "status"})
    assert "locked in this page for 12 hours" in visitor.text
    assert sign_in(visitor, code).page.areas["words"] == WORDS


@pytest.mark.parametrize("what", ["new", "spare"])
def test_a_code_is_shown_where_its_visit_can_be_kept_no_more(received, what):
    her = opened(received.code.spelled(), "code")
    with no_room_for_visits():
        code = her.post("/status/code/", {**her.page.hidden, "what": what}).code
    assert her.status == 200
    assert ("We cannot open your report" in her.text) == (what == "new")
    assert open_with(code, now=timezone.now()).is_spare == (what == "spare")
    assert "The code from the end" in her.open("/status/?lang=en").text


def test_a_right_code_where_no_visit_can_be_kept_loses_none_of_it(received):
    visitor = late(received.code.spelled(), "messages", {"words": WORDS})
    with no_room_for_visits():
        sign_in(visitor, received.code.spelled())
    assert visitor.status == 503
    assert "Nothing is lost" in visitor.text
    assert sign_in(visitor, received.code.spelled()).page.areas["words"] == WORDS


@pytest.mark.parametrize("typed", [{"words": " "}, {"words": "", "go": "closing"}])
def test_where_nothing_was_typed_nothing_is_said_to_wait(received, typed):
    visitor = late(received.code.spelled(), "messages", typed)
    assert "locked in this page" not in visitor.text
    assert "locked" not in visitor.page.hidden
    assert ("What you did last was not received" in visitor.text) == ("go" not in typed)


def test_it_stands_locked_in_the_session_and_nowhere_in_the_database_in_clear(received):
    visitor = late(received.code.spelled(), "messages", {"words": WORDS})
    sign_in(visitor, received.code.spelled())
    session = visitor.client.session
    assert set(session.keys()) - {"_session_expiry"} == {"report", "receipt", "key", "typed"}
    assert "quokka" not in session["typed"]


@pytest.mark.parametrize(
    ("page", "seconds"), [("messages", "7200"), ("add", "7200"), ("code", "1801")]
)
def test_a_page_that_is_typed_on_hides_itself_and_is_gone_later(received, page, seconds):
    visitor = opened(received.code.spelled(), page)
    assert visitor.response.headers["Refresh"] == seconds
    assert ("closed by itself" in visitor.text) == (page != "code")
