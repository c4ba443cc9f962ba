"""The page of what leaves: who waits, what holds it back, and the switch to pause."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from jikimi.people.models import Staff
from jikimi.takedown.actions import approve_notice
from jikimi.takedown.actions.gating import OwnMail, note_outcome
from jikimi.takedown.channels import MaybeSent, RefusedForGood
from jikimi.takedown.models import Notice, SendingGate
from jikimi.trail.models import EntryContent
from tests.desk.conftest import Report

LINK = "https://t.me/some_channel/12"


def page_of(desk: Client) -> str:
    answer = desk.get("/desk/sending/")
    assert answer.status_code == 200
    return answer.content.decode()


def said(desk: Client, address: str, **form: str) -> str:
    answer = desk.post(f"/desk/sending/{address}/", form, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def waiting(report: Report, staff: Staff, at_noon: datetime) -> Notice:
    notice = Notice.objects.get(sighting__case=report(LINK))
    approve_notice(notice.pk, staff=staff, now=at_noon)
    return notice


def test_an_empty_house_says_so(desk: Client) -> None:
    assert "No letter waits, and nobody is held back." in page_of(desk)


def test_the_page_says_to_whom_how_much_waits_and_since_when(
    desk: Client, waiting: Notice, at_noon: datetime
) -> None:
    page = page_of(desk)
    assert "Telegram" in page
    assert ">1</td>" in page
    assert LINK not in page


def test_a_recipient_is_paused_with_a_reason_and_resumed(
    desk: Client, waiting: Notice, staff: Staff
) -> None:
    page = said(desk, "pause", recipient="telegram", because="their mailbox <b>overflows</b>")
    assert "nothing goes to Telegram until it is resumed" in page
    assert "their mailbox &lt;b&gt;overflows&lt;/b&gt;" in page
    gate = SendingGate.objects.get(recipient_id="telegram")
    assert gate.paused_by == staff
    assert "goes within a minute" in said(desk, "resume", recipient="telegram")
    events = EntryContent.objects.filter(payload__recipient="telegram").order_by("entry_id")
    assert [one.payload["event"] for one in events][-2:] == ["sending paused", "sending resumed"]


def test_everything_is_paused_at_once(desk: Client, waiting: Notice) -> None:
    assert "nothing goes to anybody" in said(desk, "pause", because="a wrong address in a pack")
    assert "Nothing leaves the house since" in page_of(desk)
    said(desk, "resume")
    assert "Nothing leaves the house since" not in page_of(desk)


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"recipient": "telegram", "because": "  "}, "Say in a few words why"),
        ({"recipient": "nobody-known", "because": "x"}, "There is no such recipient"),
        ({"recipient": "zz\x00", "because": "x"}, "There is no such recipient"),
        ({"recipient": "@mail", "because": "x"}, "There is no such recipient"),
    ],
)
def test_a_pause_that_cannot_be_says_why_and_changes_nothing(
    form: dict[str, str], words: str, desk: Client, db: None
) -> None:
    assert words in said(desk, "pause", **form)
    assert not SendingGate.objects.filter(paused_at__isnull=False).exists()


def test_a_recipient_that_rests_is_shown_with_its_last_fault(
    desk: Client, waiting: Notice, at_noon: datetime
) -> None:
    for _ in range(5):
        note_outcome("telegram", RefusedForGood("The mail server refused it (550)."), at_noon)
    page = page_of(desk)
    assert "rests after 5 faults in a row" in page
    assert "refused it (550)" in page
    until = at_noon + timedelta(minutes=15)
    assert SendingGate.objects.get(recipient_id="telegram").rest_until == until


def test_our_own_mail_server_that_rests_is_shown_and_can_be_tried_again_at_once(
    desk: Client, waiting: Notice
) -> None:
    mail = OwnMail(timezone.now())
    for _ in range(6):
        mail.note(MaybeSent("It broke off while sending.", ours=True), timezone.now())
    page = page_of(desk)
    assert "our own mail server" in page
    assert "rests after 6 faults in a row" in page
    assert "Try again now" in page
    assert OwnMail(timezone.now()).is_to_rest
    assert "waits for our own mail server goes" in said(desk, "resume", recipient="@mail")
    assert not OwnMail(timezone.now()).is_to_rest


def test_who_is_paused_says_so_on_its_own_page_too(desk: Client, waiting: Notice) -> None:
    said(desk, "pause", recipient="telegram", because="Their desk asked us to wait.")
    page = desk.get("/desk/recipients/telegram/").content.decode()
    assert "Their desk asked us to wait." in page
    assert "Resume it under Sending" in page
    said(desk, "resume", recipient="telegram")
    assert "Resume it under Sending" not in desk.get("/desk/recipients/telegram/").content.decode()


@pytest.mark.parametrize("recipient", ["", "telegram"])
def test_a_yes_while_sending_is_paused_says_that_it_waits(
    desk: Client, report: Report, staff: Staff, at_noon: datetime, recipient: str
) -> None:
    notice = Notice.objects.get(sighting__case=report(LINK))
    said(desk, "pause", recipient=recipient, because="Wait.")
    answer = desk.post(f"/desk/notice/{notice.pk}/approve/", follow=True)
    assert "It goes once sending to Telegram is resumed." in answer.content.decode()
