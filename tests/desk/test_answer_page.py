"""The page to answer a mail on: what may stand in the way, and that no written word is lost."""

from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from jikimi.cases.models import Case
from jikimi.people.models import Staff
from jikimi.takedown.actions import approve_notice
from jikimi.takedown.actions.answering import answer_reply
from jikimi.takedown.models import Notice, OutboundLetter
from jikimi.takedown.replies.models import ReceivedReply

from .conftest import Report
from .test_replies import a_reply

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
WORDS = "The links in our notice name each place. We hold no copy of the picture."
ADDRESSES = ("desk_read_answer", "desk_send_answer")
PAUSED = "She has paused: nothing new goes out until she goes on."
ON_ITS_WAY = "An answer to this mail is on its way already."


@pytest.fixture
def reply(report: Report, staff: Staff, now: datetime) -> ReceivedReply:
    """A mail that asks for more about a notice that went out by mail."""
    notice = Notice.objects.get(sighting__case=report("https://t.me/some_channel/12"))
    approve_notice(notice.pk, staff=staff, now=now)
    OutboundLetter.objects.update(state="sent", sealed=None, sent_at=now)
    Notice.objects.update(state="sent", sent_at=now)
    return a_reply(Notice.objects.get(), now, kind="request")


def page_of(desk: Client, reply: ReceivedReply) -> str:
    return desk.get(reverse("desk_answer", args=[reply.pk])).content.decode()


def refused(desk: Client, name: str, reply: ReceivedReply) -> str:
    """The page that comes back where an answer may not leave."""
    answer = desk.post(reverse(name, args=[reply.pk]), {"words": WORDS})
    assert answer.status_code == 409
    return answer.content.decode()


def answers() -> int:
    return OutboundLetter.objects.filter(answers__isnull=False).count()


def test_a_pause_is_said_before_a_word_is_written(desk: Client, reply: ReceivedReply) -> None:
    assert "<textarea" in page_of(desk, reply)
    Case.objects.update(paused_at=reply.came_at)
    page = page_of(desk, reply)
    assert PAUSED in page
    assert "<textarea" not in page


def test_an_answer_that_is_on_its_way_is_said_before_another_is_written(
    desk: Client, reply: ReceivedReply, staff: Staff, now: datetime
) -> None:
    answer_reply(reply.pk, "Somebody was faster.", staff=staff, now=now)
    page = page_of(desk, reply)
    assert ON_ITS_WAY in page
    assert "<textarea" not in page


@pytest.mark.parametrize("name", ADDRESSES)
def test_what_was_written_while_she_pauses_stays_until_she_goes_on(
    name: str, desk: Client, reply: ReceivedReply
) -> None:
    Case.objects.update(paused_at=reply.came_at)
    page = refused(desk, name, reply)
    assert WORDS in page
    assert page.count(PAUSED) == 1
    assert answers() == 0
    Case.objects.update(paused_at=None)
    assert desk.post(reverse("desk_send_answer", args=[reply.pk]), {"words": WORDS}).url
    assert answers() == 1


@pytest.mark.parametrize("name", ADDRESSES)
def test_what_was_written_stays_where_somebody_else_has_answered_meanwhile(
    name: str, desk: Client, reply: ReceivedReply, staff: Staff, now: datetime
) -> None:
    answer_reply(reply.pk, "Somebody was faster.", staff=staff, now=now)
    page = refused(desk, name, reply)
    assert WORDS in page
    assert page.count(ON_ITS_WAY) == 1
    assert answers() == 1


@pytest.mark.parametrize("name", ADDRESSES)
def test_what_was_written_stays_where_the_recipients_address_has_changed_meanwhile(
    name: str, desk: Client, reply: ReceivedReply
) -> None:
    OutboundLetter.objects.update(address="collector@elsewhere.example")
    page = refused(desk, name, reply)
    assert WORDS in page
    assert page.count("Nothing goes there now") == 1
    assert answers() == 0


def test_words_that_may_not_leave_stay_beside_what_stands_in_the_way(
    desk: Client, reply: ReceivedReply
) -> None:
    Case.objects.update(paused_at=reply.came_at)
    too_long = "word " * 1_000
    answer = desk.post(reverse("desk_read_answer", args=[reply.pk]), {"words": too_long})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert too_long.strip() in page
    assert PAUSED in page
