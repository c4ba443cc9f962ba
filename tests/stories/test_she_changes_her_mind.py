"""She changes her mind: pauses, adds, takes back from one, talks, and stops.

Through her own pages, with a stand-in platform that takes real mail.
"""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from jikimi.aftercare.actions import answer_survivor
from jikimi.cases.models import Case, CaseStatus
from jikimi.cases.rules import AgeGroup, read_place
from jikimi.intake.actions import Received, receive_report
from jikimi.people.models import Staff
from jikimi.takedown.actions import approve_notice, channels_with_letters, draft_missing
from jikimi.takedown.actions.wishes import note_asked_to_forget, note_forgotten
from jikimi.takedown.errors import MayNotSend
from jikimi.takedown.models import Notice, OutboundLetter
from jikimi.takedown.rules.notice import NoticeState, OutboxState
from jikimi.takedown.withdrawals.models import RecipientWithdrawal
from jikimi.trail.lookups import entries_of
from tests.portal.visitor import Visitor
from tests.reports import a_report
from tests.stories.desk_work import send_all_that_waits
from tests.takedown.conftest import photo, platform, staff

__all__ = ["photo", "platform", "staff"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("platform")]


@pytest.fixture
def received(platform, now: datetime) -> Received:
    report = a_report(places=(read_place(platform.doors.page),))
    received = receive_report(report, now=timezone.now())
    draft_missing(received.case.pk, now=timezone.now())
    return received


@pytest.fixture
def her(received: Received) -> Visitor:
    return opened(received.code.spelled())


def opened(code: str) -> Visitor:
    visitor = Visitor().open("/status/?lang=en")
    return visitor.post("/status/", {**visitor.page.hidden, "code": code})


def press(her: Visitor, address: str, **fields: str) -> Visitor:
    token = her.page.hidden["csrfmiddlewaretoken"]
    return her.post(address, {"lang": "en", "csrfmiddlewaretoken": token, **fields})


def approve(case: Case, staff: Staff) -> OutboundLetter:
    notice = Notice.objects.get(sighting__case=case, state=NoticeState.DRAFT)
    return approve_notice(notice.pk, staff=staff, now=timezone.now())


def events(case: Case) -> list[str]:
    return [content.payload["event"] for content in entries_of(case.pk)]


def test_while_she_pauses_nothing_leaves_and_afterwards_it_does(
    her: Visitor, received: Received, staff: Staff
) -> None:
    letter = approve(received.case, staff)
    press(her, "/status/choice/", what="pause")
    assert "You have paused" in her.text
    assert "on hold" in her.text

    assert channels_with_letters(timezone.now()) == []
    assert send_all_that_waits() == 0
    letter.refresh_from_db()
    assert letter.state == OutboxState.READY

    press(her, "/status/choice/", what="go_on")
    assert "You have paused" not in her.text
    assert send_all_that_waits() == 1
    letter.refresh_from_db()
    assert letter.state == OutboxState.SENT
    assert [name for name in events(received.case) if name.startswith("case ")] == [
        "case paused",
        "case resumed",
    ]


def test_while_she_pauses_a_yes_is_refused(her: Visitor, received: Received, staff: Staff) -> None:
    press(her, "/status/choice/", what="pause")
    press(her, "/status/choice/", what="pause")
    with pytest.raises(MayNotSend, match="paused"):
        approve(received.case, staff)


def test_nothing_more_to_one_recipient_stops_its_letter_before_it_leaves(
    her: Visitor, received: Received, staff: Staff
) -> None:
    letter = approve(received.case, staff)
    notice = Notice.objects.get()
    press(her, "/status/choice/", what="recipient", which=notice.recipient_id)
    assert "cannot be called back" in her.text
    notice.refresh_from_db()
    assert notice.state == NoticeState.APPROVED

    press(her, "/status/choice/", what="recipient", which=notice.recipient_id, sure="yes")
    notice.refresh_from_db()
    letter.refresh_from_db()
    assert notice.state == NoticeState.CANCELLED
    assert (letter.state, letter.sealed) == (OutboxState.STOPPED, None)
    assert "They had got nothing" in her.text
    assert draft_missing(received.case.pk, now=timezone.now()) == 0
    assert send_all_that_waits() == 0
    assert "recipient withdrawn" in events(received.case)


def test_a_letter_on_its_way_while_she_takes_back_is_not_tried_again(
    her: Visitor, received: Received, staff: Staff
) -> None:
    letter = approve(received.case, staff)
    notice = Notice.objects.get()
    press(her, "/status/choice/", what="recipient", which=notice.recipient_id, sure="yes")
    # As if a sender had held it at that moment and then found the server away.
    Notice.objects.update(state=NoticeState.APPROVED)
    OutboundLetter.objects.update(state=OutboxState.READY, sealed=b"sealed")

    assert send_all_that_waits() == 0
    letter.refresh_from_db()
    assert letter.state == OutboxState.STOPPED


def test_who_had_got_something_is_asked_to_forget_it_and_her_page_says_so(
    her: Visitor, received: Received, staff: Staff
) -> None:
    approve(received.case, staff)
    send_all_that_waits()
    notice = Notice.objects.get()
    press(her, "/status/choice/", what="recipient", which=notice.recipient_id, sure="yes")
    assert "A caseworker asks them to forget it" in her.text

    row = RecipientWithdrawal.objects.get()
    assert notice.reference in row.references
    note_asked_to_forget(row.pk, staff=staff, now=timezone.now())
    assert "They were asked to forget" in her.open("/status/?lang=en").text
    note_forgotten(row.pk, staff=staff, now=timezone.now())
    assert "They have confirmed that they forgot it" in her.open("/status/?lang=en").text


def test_taking_back_the_platforms_stops_what_waits_and_giving_it_again_goes_on(
    her: Visitor, received: Received, staff: Staff
) -> None:
    press(her, "/status/choice/", what="take_back", which="platforms")
    press(her, "/status/choice/", what="take_back", which="platforms", sure="yes")
    assert Notice.objects.get().state == NoticeState.CANCELLED
    assert "No notice goes to platforms" in her.text

    press(her, "/status/choice/", what="give", which="platforms")
    assert "get removal notices" in her.text


def test_what_she_adds_is_drafted_like_the_first(her: Visitor, received: Received) -> None:
    her.open("/status/add/?lang=en")
    press(her, "/status/add/", places="https://example.com/again", fingerprints="")
    assert "example.com" in her.text
    assert received.case.sightings.count() == 2
    assert "report added to" in events(received.case)


def test_a_new_picture_asks_for_the_age_again(her: Visitor, received: Received) -> None:
    her.open("/status/add/?lang=en")
    made = f"{'1e' * 32} 90"
    press(her, "/status/add/", places="", fingerprints=made)
    assert "how old the person is" in her.text
    assert received.case.fingerprints.count() == 1

    press(her, "/status/add/", places="", fingerprints=made, adult="no")
    received.case.refresh_from_db()
    assert received.case.age_group == AgeGroup.MIXED
    assert received.case.sightings.get().next_look_at is None
    assert NoticeState.CANCELLED in set(Notice.objects.values_list("state", flat=True))


def test_they_write_to_each_other_and_only_her_code_opens_it_on_her_side(
    her: Visitor, received: Received, staff: Staff
) -> None:
    her.open("/status/messages/?lang=en")
    press(her, "/status/messages/", words="Can you see https://example.com/x?")
    assert "https://example.com/x" in her.text
    assert 'href="https://example.com' not in her.response.content.decode()
    answer_survivor(received.case.pk, "Yes. We are on it.", staff=staff, now=timezone.now())
    assert "Yes. We are on it." in her.open("/status/messages/?lang=en").text

    # The session alone, without the cookie that her code put there, opens nothing.
    del her.client.cookies["k"]
    without = her.open("/status/messages/?lang=en").text
    assert "We are on it" not in without
    assert "locked under another code" in without
    assert "We are on it" not in str([c.payload for c in entries_of(received.case.pk)])


@pytest.mark.parametrize("words", ["", "data:image/png;base64,AAAA", "A" * 5000])
def test_what_is_no_message_is_not_taken_in(her: Visitor, received: Received, words: str) -> None:
    her.open("/status/messages/?lang=en")
    press(her, "/status/messages/", words=words)
    assert her.status == 422
    assert not received.case.messages.exists()


def test_a_flood_of_messages_ends_with_the_day(her: Visitor, received: Received) -> None:
    her.open("/status/messages/?lang=en")
    for number in range(20):
        press(her, "/status/messages/", words=f"Message {number}")
    press(her, "/status/messages/", words="one too many")
    assert "tomorrow" in her.text
    assert received.case.messages.count() == 20
    received.case.messages.update(at=timezone.now() - timedelta(days=2))
    press(her, "/status/messages/", words="the next day")
    assert received.case.messages.count() == 21


def test_stopping_everything_takes_effect_with_the_answer(
    her: Visitor, received: Received, staff: Staff
) -> None:
    letter = approve(received.case, staff)
    her.open("/status/stop/?lang=en")
    press(her, "/status/stop/")
    press(her, "/status/stop/")
    letter.refresh_from_db()
    received.case.refresh_from_db()
    assert letter.state == OutboxState.STOPPED
    assert received.case.status == CaseStatus.WITHDRAWN
    assert events(received.case).count("case withdrawn") == 1
