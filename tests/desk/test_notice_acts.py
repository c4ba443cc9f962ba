"""What a caseworker does with a notice: each press is one action, and a late one says so."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jikimi.cases.models import Case
from jikimi.cases.rules import AgeGroup
from jikimi.people.models import Staff
from jikimi.takedown.models import Notice, OutboundLetter

from .conftest import Report, connect_app, type_password

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
TELEGRAM = "https://t.me/some_channel/12"
X = "https://x.com/somebody/status/81"


def notice_of(case: Case) -> Notice:
    return Notice.objects.get(sighting__case=case)


def press(desk: Client, name: str, which: UUID, **answers: str) -> str:
    """Press one button and read the page it leads to."""
    answer = desk.post(reverse(name, args=[which]), answers, follow=True)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_approving_sends_the_notice_on_its_way_and_says_so(
    desk: Client, report: Report, staff: Staff
) -> None:
    case = report(TELEGRAM)
    page = press(desk, "desk_approve", notice_of(case).pk)
    assert "Approved. The notice to Telegram goes out now." in page
    notice = notice_of(case)
    assert (notice.state, notice.approved_by) == ("approved", staff)
    assert OutboundLetter.objects.get(notices=notice).address == "abuse@telegram.org"


def test_the_second_of_two_who_approve_at_once_is_told(desk: Client, report: Report) -> None:
    case, second = report(TELEGRAM), Client()
    colleague = Staff.objects.create_staff(
        email="jun@centre.example", password="seven quiet herons at dusk"
    )
    type_password(second, colleague)
    connect_app(second)
    press(desk, "desk_approve", notice_of(case).pk)
    page = press(second, "desk_approve", notice_of(case).pk)
    assert "already approved" in page
    assert OutboundLetter.objects.count() == 1
    assert notice_of(case).approved_by != colleague


def test_an_incomplete_letter_is_not_sent_and_says_what_it_lacks(
    desk: Client, report: Report, settings
) -> None:
    case = report(TELEGRAM)
    settings.CENTRE_NAME = settings.CENTRE_EMAIL = ""
    assert "lacks what the law asks for" in press(desk, "desk_approve", notice_of(case).pk)
    assert notice_of(case).state == "draft"


def test_a_form_is_handed_over_by_hand(desk: Client, report: Report) -> None:
    case = report(X)
    notice = notice_of(case)
    assert notice.route_type == "web_form"
    page = desk.get(f"/desk/case/{case.nickname}/").content.decode()
    assert "I handed it over" in page
    assert notice.address in page
    assert "Approve and send" not in page
    assert "The clock for X runs." in press(desk, "desk_hand_over", notice.pk)
    assert notice_of(case).state == "sent"


def test_cancelling_stops_a_draft(desk: Client, report: Report) -> None:
    case = report(TELEGRAM)
    page = press(desk, "desk_cancel", notice_of(case).pk)
    assert "is cancelled. Nothing was sent." in page
    assert notice_of(case).state == "cancelled"


def test_a_refusal_is_noted_in_the_recipients_words(desk: Client, report: Report, now) -> None:
    notice = _sent(report(TELEGRAM), now)
    page = press(desk, "desk_reply", notice.pk, state="refused", words="Not in our <b>rules</b>")
    assert "Noted what Telegram said." in page
    assert "Not in our &lt;b&gt;rules&lt;/b&gt;" in page


def test_a_claim_of_removal_is_noted_and_has_the_link_looked_at(
    desk: Client, report: Report, now
) -> None:
    notice = _sent(report(TELEGRAM), now)
    said = press(desk, "desk_reply", notice.pk, state="removed", words="All gone, case 12")
    assert "It is a claim: the link is looked at first." in said
    assert "said: “All gone, case 12”" in said
    assert "Until a look or you decide, nobody else is asked by itself." in said
    notice.refresh_from_db()
    assert notice.state == "sent"


def test_a_reply_that_cannot_be_noted_keeps_its_words(desk: Client, report: Report, now) -> None:
    notice = _sent(report(TELEGRAM), now)
    Notice.objects.update(state="acknowledged")
    answer = desk.post(
        reverse("desk_reply", args=[notice.pk]), {"state": "acknowledged", "words": "Got it, 12"}
    )
    assert answer.status_code == 409
    assert "already acknowledged" in answer.content.decode()
    assert 'value="Got it, 12"' in answer.content.decode()
    notice.refresh_from_db()
    assert (notice.state, notice.reply) == ("acknowledged", "")


def test_a_reply_that_comes_after_its_notice_has_ended_stays_on_the_page(
    desk: Client, report: Report, now
) -> None:
    case = report(TELEGRAM)
    notice = _sent(case, now)
    runs = " left</time>"
    assert runs in desk.get(f"/desk/case/{case.nickname}/").content.decode()
    Notice.objects.update(state="removed", ended_at=now)
    said = {"state": "acknowledged", "words": "They called back, 12"}
    answer = desk.post(reverse("desk_reply", args=[notice.pk]), said)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert 'value="They called back, 12"' in page
    assert "already removed" in page
    assert runs not in page


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({"state": "approved", "words": ""}, "Select a valid choice"),
        ({"state": "removed", "words": "x" * 301}, "at most 300"),
        ({"state": "refused", "words": "data:image/png;base64,AAAA"}, "Words only"),
    ],
)
def test_a_reply_that_makes_no_sense_changes_nothing(
    desk: Client, report: Report, now, answers: dict[str, str], words: str
) -> None:
    notice = _sent(report(TELEGRAM), now)
    answer = desk.post(reverse("desk_reply", args=[notice.pk]), answers)
    assert words in answer.content.decode()
    notice.refresh_from_db()
    assert (notice.state, notice.reply) == ("sent", "")


@pytest.mark.parametrize(("arrived", "state"), [("yes", "sent"), ("no", "approved")])
def test_a_sending_that_broke_off_is_settled_by_a_person(
    desk: Client, report: Report, arrived: str, state: str
) -> None:
    case = report(TELEGRAM)
    press(desk, "desk_approve", notice_of(case).pk)
    Notice.objects.update(state="unknown")
    OutboundLetter.objects.update(state="unknown")
    page = desk.get(f"/desk/case/{case.nickname}/").content.decode()
    assert "nobody knows whether it arrived" in page
    press(desk, "desk_settle", notice_of(case).pk, arrived=arrived)
    assert notice_of(case).state == state


def test_what_broke_off_before_she_told_more_waits_for_another_yes_and_says_so(
    desk: Client, report: Report
) -> None:
    case = report(TELEGRAM)
    press(desk, "desk_approve", notice_of(case).pk)
    Notice.objects.update(state="unknown")
    OutboundLetter.objects.update(state="unknown")
    Notice.objects.update(approved_at=timezone.now() - timedelta(hours=1))
    desk.post(reverse("desk_say_origin", args=[case.nickname]), {"origin": "recording"})
    said = press(desk, "desk_settle", notice_of(case).pk, arrived="no")
    assert "It does not go out again: it would not be written as it was any more." in said
    assert notice_of(case).state == "draft"


def test_cancelling_what_broke_off_does_not_say_that_nothing_was_sent(
    desk: Client, report: Report
) -> None:
    notice = notice_of(report(TELEGRAM))
    press(desk, "desk_approve", notice.pk)
    Notice.objects.update(state="unknown")
    OutboundLetter.objects.update(state="unknown")
    said = press(desk, "desk_cancel", notice.pk)
    assert "Whether it had arrived is not known." in said
    assert "Nothing was sent." not in said


def test_settling_without_an_answer_does_nothing(desk: Client, report: Report) -> None:
    notice = notice_of(report(TELEGRAM))
    assert desk.post(reverse("desk_settle", args=[notice.pk])).status_code == 404


def test_a_look_is_asked_for_and_a_minors_place_is_refused(desk: Client, report: Report) -> None:
    adult = report(TELEGRAM)
    minor = report(f"{TELEGRAM}9", age_group=AgeGroup.UNDER_18)
    assert "is looked at now" in press(desk, "desk_look", adult.sightings.get().pk)
    assert "is not fetched" in press(desk, "desk_look", minor.sightings.get().pk)


def test_a_place_without_a_recipient_says_why_and_can_be_drafted_again(
    desk: Client, report: Report
) -> None:
    case = report("https://unknown-mirror.example/7")
    page = desk.get(f"/desk/case/{case.nickname}/").content.decode()
    assert "No notice yet" in page
    assert "Because" in page
    assert "Draft again" in page
    assert "Because" in press(desk, "desk_draft", case.sightings.get().pk)


def test_a_place_with_an_open_notice_gets_no_second_one(desk: Client, report: Report) -> None:
    case = report(TELEGRAM)
    page = press(desk, "desk_draft", case.sightings.get().pk)
    assert "Because" in page
    assert Notice.objects.count() == 1


def _sent(case: Case, now) -> Notice:
    Notice.objects.filter(sighting__case=case).update(
        state="sent", sent_at=now, due_at=now + timedelta(days=1)
    )
    return notice_of(case)


def test_an_authoritys_order_is_noted_where_it_starts_a_clock(
    desk: Client, report: Report, settings, at_noon
) -> None:
    settings.CENTRE_COUNTRY = "AU"
    case = report(TELEGRAM)
    told = Notice.objects.get(sighting__case=case, recipient_id="esafety")
    page = press(desk, "desk_hand_over", told.pk, compared="esafety")
    assert page.count("Note its order") == 1
    assert "write the day and the time" in press(desk, "desk_order_given", told.pk)
    for far, why in (
        ("9999-12-31T23:59", "This time is still to come."),
        ("0001-01-01T00:00", "This time is before the notice went."),
    ):
        assert why in press(desk, "desk_order_given", told.pk, ordered_at=far)
    draft = Notice.objects.get(sighting__case=case, recipient_id="telegram")
    never = press(desk, "desk_order_given", draft.pk, ordered_at="0001-01-01T00:00")
    assert "This time is before the notice went." in never
    ordered = f"{timezone.localtime(at_noon) - timedelta(hours=2):%Y-%m-%dT%H:%M}"
    page = press(desk, "desk_order_given", told.pk, ordered_at=ordered)
    assert "The law’s own time runs for eSafety Commissioner since the order." in page
    assert "24 hours from the authority&#x27;s order of" in page
    told.refresh_from_db()
    assert told.due_at == at_noon.replace(second=0, microsecond=0) + timedelta(hours=22)
