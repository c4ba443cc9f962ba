"""What she does behind her receipt, as the desk sees it."""

from datetime import timedelta

import pytest
from django.test import Client

from jikimi.aftercare.actions import change_contact, pause, take_contact_back, write_to_centre
from jikimi.aftercare.models import Message, Recovery
from jikimi.cases.models import Case
from jikimi.people.models import Staff
from jikimi.takedown.withdrawals.models import RecipientWithdrawal
from jikimi.trail.lookups import entries_of
from tests.desk.conftest import Report

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
LINK = "https://t.me/some_channel/12"
WORDS = "Please call me Mina. https://example.com/x"


def page_of(desk: Client, case: Case) -> str:
    return " ".join(desk.get(f"/desk/case/{case.nickname}/").content.decode().split())


def press(desk: Client, address: str, **fields: str) -> str:
    return " ".join(desk.post(address, fields, follow=True).content.decode().split())


def test_her_message_waits_unread_and_opens_on_the_trail(desk: Client, report: Report, now) -> None:
    case = report(LINK)
    write_to_centre(case.pk, WORDS, now=now)
    assert case.nickname in desk.get("/desk/messages/").content.decode()
    shown = page_of(desk, case)
    assert "1 unread" in shown
    assert "Mina" not in shown

    opened = press(desk, f"/desk/case/{case.nickname}/messages/")
    assert WORDS in opened
    assert 'href="https://example.com' not in opened
    assert case.nickname not in desk.get("/desk/messages/").content.decode().split("<main")[1]
    trail = [content.payload for content in entries_of(case.pk)]
    assert "sealed text opened" in [entry["event"] for entry in trail]
    assert "Mina" not in str(trail)


def test_an_answer_is_words_only(desk: Client, report: Report) -> None:
    case = report(LINK)
    address = f"/desk/case/{case.nickname}/messages/write/"
    assert "written as text" in press(desk, address, words="data:image/png;base64,AAAA")
    assert not Message.objects.exists()
    assert "opens with her code alone" in press(desk, address, words="We are on it.")
    assert Message.objects.get().written_by is not None


def test_a_paused_case_says_so(desk: Client, report: Report, now) -> None:
    case = report(LINK)
    pause(case.pk, now=now)
    assert "She has paused." in page_of(desk, case)


def test_a_request_to_forget_is_asked_first_and_confirmed_then(
    desk: Client, report: Report, now
) -> None:
    row = RecipientWithdrawal.objects.create(
        case_ref=report(LINK).pk,
        recipient_id="telegram",
        recipient_name="Telegram",
        references="JK-1",
        withdrawn_at=now,
    )
    early = press(desk, f"/desk/forget/{row.pk}/confirmed/")
    assert "Note first" in early
    assert "were asked" in press(desk, f"/desk/forget/{row.pk}/asked/")
    assert "confirmed it" in press(desk, f"/desk/forget/{row.pk}/confirmed/")
    shown = desk.get("/desk/forget/").content.decode()
    assert "Nobody has to be asked" in shown
    assert "Telegram</strong>" in shown.split("Ended in the last 90 days")[1]


def test_a_request_to_forget_ends_without_a_confirmation_only_by_two_people(
    desk: Client, report: Report, now
) -> None:
    case = report(LINK)
    row = RecipientWithdrawal.objects.create(
        case_ref=case.pk,
        recipient_id="telegram",
        recipient_name="Telegram",
        references="JK-1",
        withdrawn_at=now,
    )
    at = f"/desk/forget/{row.pk}/"
    assert "Note first" in press(desk, at + "cannot/", why="law")
    assert "Say why" in press(desk, at + "cannot/", why="bored")
    press(desk, at + "asked/")
    assert case.nickname in desk.get("/desk/forget/").content.decode()
    assert "once a colleague agrees" in press(desk, at + "cannot/", why="law")
    assert "Somebody else has to agree" in press(desk, at + "agree/")
    assert "stays open" in press(desk, at + "go-on/")
    press(desk, at + "cannot/", why="refused")
    other = Staff.objects.create_staff(email="two@centre.example", password="long enough a word")
    RecipientWithdrawal.objects.update(given_up_by=other)
    assert "Her page says why" in press(desk, at + "agree/")
    assert "They said no" in desk.get("/desk/forget/").content.decode()
    events = [content.payload["event"] for content in entries_of(case.pk)]
    assert "request to forget given up" in events


def test_a_confirmation_that_comes_after_all_ends_a_proposal_to_give_up(
    desk: Client, report: Report, now
) -> None:
    case = report(LINK)
    row = RecipientWithdrawal.objects.create(
        case_ref=case.pk,
        recipient_id="telegram",
        recipient_name="Telegram",
        references="JK-1",
        withdrawn_at=now,
    )
    at = f"/desk/forget/{row.pk}/"
    press(desk, at + "cannot/", why="gone")
    assert f'action="{at}asked/"' in desk.get("/desk/forget/").content.decode()
    press(desk, at + "asked/")
    shown = desk.get("/desk/forget/").content.decode()
    assert "one more to agree" in shown
    assert f'action="{at}confirmed/"' in shown
    assert "confirmed it" in press(desk, at + "confirmed/")
    row.refresh_from_db()
    assert row.confirmed_at
    assert (row.cannot, row.given_up_by, row.given_up_at) == ("", None, None)
    assert "Nobody has to be asked" in desk.get("/desk/forget/").content.decode()


def test_a_way_back_needs_the_agreed_contact_and_somebody_else(
    desk: Client, report: Report, now
) -> None:
    case = report(LINK, wants_contact=True)
    ask = f"/desk/case/{case.nickname}/way-back/"
    assert "Not done" in press(desk, ask)
    assert "First open what she wrote" in press(desk, ask, reached="on")
    press(desk, f"/desk/case/{case.nickname}/sealed/", purpose="contact")
    assert "It stands on her page" in press(desk, ask, reached="on")
    assert "Somebody else has to open it" in press(desk, ask + "open/", reached="on")

    other = Staff.objects.create_staff(email="two@centre.example", password="long enough a word")
    Recovery.objects.update(asked_by=other, asked_at=now - timedelta(hours=73))
    shown = press(desk, ask + "open/", reached="on")
    assert "Shown once, here" in shown
    assert Recovery.objects.get().opened_by is not None


def test_that_she_may_be_contacted_no_more_stands_on_the_case(
    desk: Client, report: Report, now
) -> None:
    case = report(LINK, wants_contact=True, contact="010-1111-2222")
    opened = press(desk, f"/desk/case/{case.nickname}/sealed/", purpose="contact")
    assert "010-1111-2222" in opened
    assert "not to be contacted" not in opened
    assert "The way to reach her has changed" not in opened
    change_contact(case.pk, "010-3333-4444", now=now)
    assert "The way to reach her has changed" in page_of(desk, case)
    take_contact_back(case.pk, now=now)
    shown = page_of(desk, case)
    assert "She is not to be contacted any more" in shown
    assert "How and when it is safe to make contact" not in shown
    again = press(desk, f"/desk/case/{case.nickname}/sealed/", purpose="contact")
    assert "010-1111-2222" not in again
    assert "run “jikimi doctor”" not in again
    assert "no contact" in press(desk, f"/desk/case/{case.nickname}/way-back/", reached="on")
