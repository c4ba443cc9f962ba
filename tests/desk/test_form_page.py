"""A notice handed over by hand: field by field, then the number that the recipient gave."""

import re
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import Settings

from jikimi.cases.rules import AgeGroup
from jikimi.takedown.actions import escalate_due, sweep_clocks
from jikimi.takedown.models import Notice, OutboundLetter
from jikimi.trail.models import ConsentScope, EntryContent

from .conftest import Report
from .test_notice_acts import TELEGRAM, X, notice_of, press

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]


def form_of(desk: Client, notice: Notice) -> str:
    answer = desk.get(reverse("desk_form", args=[notice.pk]))
    assert answer.status_code == 200
    return answer.content.decode()


def test_each_field_is_ready_to_paste_and_the_form_opens_without_saying_from_where(
    desk: Client, report: Report
) -> None:
    page = form_of(desk, notice_of(report(X)))
    assert f">{X}</pre>" in page
    assert ">Kim Test</pre>" in page
    assert 'rel="noopener noreferrer" referrerpolicy="no-referrer"' in page
    assert 'href="https://help.x.com/forms/safety-and-sensitive-content/take-it-down"' in page
    assert "Nobody has held these labels" in page


def test_each_step_is_ticked_before_it_counts_as_submitted(desk: Client, report: Report) -> None:
    notice = notice_of(report(X))
    page = form_of(desk, notice)
    steps = re.findall(r'<input type="checkbox" form="handed-over" name="step"[^>]*>', page)
    assert len(steps) == 3
    assert all("required" in one and "checked" not in one for one in steps)
    assert 'id="handed-over"' in page
    # What was ticked stays so where the number is refused.
    url = reverse("desk_submitted", args=[notice.pk])
    again = desk.post(url, {"number": "data:image/png;base64,AAAA", "step": ["1", "3"]})
    assert again.content.decode().count("required checked>") == 2


def test_the_case_leads_to_it(desk: Client, report: Report) -> None:
    case = report(X)
    page = desk.get(reverse("desk_case", args=[case.nickname])).content.decode()
    assert reverse("desk_form", args=[notice_of(case).pk]) in page


def test_submitted_starts_the_clock_and_keeps_their_number(desk: Client, report: Report) -> None:
    case = report(X)
    page = press(desk, "desk_submitted", notice_of(case).pk, number=" X-2026/881 \n")
    assert "Noted. The clock for X runs." in page
    assert "Known there: X-2026/881" in page
    assert notice_of(case).state == "sent"
    assert OutboundLetter.objects.get().their_reference == "X-2026/881"


def test_a_number_can_be_noted_later_and_stands_in_no_trail(desk: Client, report: Report) -> None:
    case = report(X)
    press(desk, "desk_submitted", notice_of(case).pk, number="")
    assert OutboundLetter.objects.get().their_reference == ""
    page = press(desk, "desk_note_number", notice_of(case).pk, number="X-77123")
    assert "Noted: X calls it X-77123." in page
    assert OutboundLetter.objects.get().their_reference == "X-77123"
    assert not [one for one in EntryContent.objects.all() if "X-77123" in str(one.payload)]


def test_the_recipients_number_leads_to_its_case(desk: Client, report: Report) -> None:
    case, other = report(X), report(f"{X}2")
    press(desk, "desk_submitted", notice_of(case).pk, number="X-2026/881")
    there = reverse("desk_case", args=[case.nickname])
    assert desk.get("/desk/", {"q": "x-2026/881"})["Location"].startswith(there)
    press(desk, "desk_submitted", notice_of(other).pk, number="X-2026/881")
    assert desk.get("/desk/", {"q": "x-2026/881"}).status_code == 200


def test_a_number_is_refused_before_the_notice_has_left(desk: Client, report: Report) -> None:
    page = press(desk, "desk_note_number", notice_of(report(X)).pk, number="X-77123")
    assert "cannot become" in page
    assert not OutboundLetter.objects.exists()


def test_a_picture_is_no_number(desk: Client, report: Report) -> None:
    case = report(X)
    url = reverse("desk_submitted", args=[notice_of(case).pk])
    answer = desk.post(url, {"number": "data:image/png;base64,AAAA"})
    assert answer.status_code == 409
    assert "a picture cannot be kept here" in answer.content.decode()
    assert notice_of(case).state == "draft"


@pytest.mark.parametrize("name", ["desk_form", "desk_submitted", "desk_note_number"])
def test_a_stranger_sees_and_does_nothing(name: str, client: Client, report: Report) -> None:
    case = report(X)
    url = reverse(name, args=[notice_of(case).pk])
    answer = client.get(url) if name == "desk_form" else client.post(url, {"number": "1234"})
    assert answer.status_code == 302
    assert "login" in answer["Location"]
    assert notice_of(case).state == "draft"


def test_what_goes_by_mail_or_has_left_has_no_such_page(desk: Client, report: Report) -> None:
    by_mail = notice_of(report(TELEGRAM))
    assert desk.get(reverse("desk_form", args=[by_mail.pk])).status_code == 404
    case = report(X)
    press(desk, "desk_submitted", notice_of(case).pk, number="")
    assert desk.get(reverse("desk_form", args=[notice_of(case).pk])).status_code == 404


def test_a_complaint_to_a_regulator_is_ready_to_paste_field_by_field(
    desk: Client, report: Report, settings: Settings, at_noon: datetime
) -> None:
    settings.CENTRE_COUNTRY = "US"
    case = report(TELEGRAM)
    later = at_noon
    while not Notice.objects.filter(rung="regulator"):
        Notice.objects.filter(state="draft").update(state="sent", sent_at=later, due_at=later)
        later += timedelta(hours=49)
        sweep_clocks(later)
        assert escalate_due(later)
    page = form_of(desk, Notice.objects.get(sighting__case=case, recipient_id="ftc"))
    for text in (TELEGRAM, "centre@jikimi.example", "Kim Test", "Our reference", "Telephone"):
        assert text in page
    assert f">{TELEGRAM}</pre>" in page


def test_a_hotline_is_rung_step_by_step(desk: Client, report: Report) -> None:
    case = report(X, age_group=AgeGroup.UNDER_18)
    hotline = Notice.objects.filter(sighting__case=case).exclude(recipient_id="x").get()
    page = form_of(desk, hotline)
    assert "Step by step" in page
    assert "Attach nothing" in page or "Give no name" in page


TOLD_POLICE = frozenset({ConsentScope.CENTRE, ConsentScope.POLICE})


def test_what_the_police_are_told_is_read_out_and_noted_with_their_number(
    desk: Client, report: Report
) -> None:
    room = "https://t.me/+AbCdEf"
    notice = notice_of(report(room, consents=TOLD_POLICE))
    page = form_of(desk, notice)
    assert 'href="tel:112"' in page
    assert room in page
    assert "경찰에 알리는" in page

    said = press(desk, "desk_submitted", notice.pk, number="2026-11", compared="police-kr")

    assert "to the police" in said
    assert "Known there: 2026-11" in said


def test_the_police_are_told_of_every_room_of_a_case_in_one_go(
    desk: Client, report: Report
) -> None:
    rooms = [f"https://t.me/+AbCdEf{number}" for number in range(3)]
    case = report(*rooms, consents=TOLD_POLICE)
    first = Notice.objects.filter(sighting__case=case).order_by("drafted_at", "pk")[0]
    page = form_of(desk, first)
    assert "about 3 places of this case" in page
    assert all(room in page for room in rooms)
    at_case = desk.get(reverse("desk_case", args=[case.nickname])).content.decode()
    assert at_case.count("about 3 places of this case") == 3

    said = press(desk, "desk_submitted", first.pk, number="2026-11", compared="police-kr")

    assert "Noted for 3 places of this case." in said
    (letter,) = OutboundLetter.objects.all()
    assert (letter.notices.count(), letter.their_reference) == (3, "2026-11")


def test_a_case_asks_no_more_of_the_database_for_each_room_the_more_rooms_it_has(
    desk: Client, report: Report
) -> None:
    """One report tells the police of all of them, and stands on the card of each."""

    def questions(rooms: int) -> int:
        links = [f"https://t.me/+AbCdEf{number}" for number in range(rooms)]
        case = report(*links, consents=TOLD_POLICE)
        with CaptureQueriesContext(connection) as asked:
            desk.get(reverse("desk_case", args=[case.nickname]))
        return len(asked)

    questions(1)
    few, more, many = questions(2), questions(4), questions(8)
    assert many - more <= 2 * (more - few)


def test_where_no_office_is_written_down_a_caseworker_goes_there(
    desk: Client, report: Report, settings: Settings
) -> None:
    settings.CENTRE_COUNTRY = "TW"
    page = form_of(desk, notice_of(report("https://t.me/+AbCdEf", consents=TOLD_POLICE)))

    assert "any police station" in page
    assert "Go there, or send a colleague." in page
