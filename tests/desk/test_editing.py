"""E: what a caseworker may change in a letter, and what she may not."""

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from jikimi.cases.models import Case
from jikimi.cases.rules import AgeGroup
from jikimi.people.models import Staff
from jikimi.takedown.actions import cancel_notice
from jikimi.takedown.models import Notice

from .browser import desk_in_browser
from .conftest import Report

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
X = "https://x.com/somebody/status/8"
NOTE = "We spoke on the telephone on Monday & you asked for this."


def draft_of(case: Case) -> Notice:
    return Notice.objects.filter(sighting__case=case, state="draft").earliest("drafted_at")


def keep(desk: Client, notice: Notice, **typed: str) -> HttpResponse:
    return desk.post(reverse("desk_keep_edit", args=[notice.pk]), typed, follow=True)


def test_a_note_is_kept_and_shown_in_the_letter_at_once(desk: Client, report: Report) -> None:
    notice = draft_of(report(X))
    page = desk.get(reverse("desk_edit", args=[notice.pk])).content.decode()
    assert "Never her name" in page
    assert "The letter as it stands" in page
    answer = keep(desk, notice, note=NOTE).content.decode()
    assert "Read the letter as it is now" in answer
    assert "A note of the centre:\nWe spoke on the telephone on Monday &amp; you" in answer
    again = desk.get(reverse("desk_edit", args=[notice.pk])).content.decode()
    assert "on Monday &amp; you asked for this.</textarea>" in again


@pytest.mark.parametrize("typed", ["See https://elsewhere.example/1", "<b>now</b>", "a " * 601])
def test_what_is_refused_stays_typed_with_the_reason(
    desk: Client, report: Report, typed: str
) -> None:
    notice = draft_of(report(X))
    answer = keep(desk, notice, note=typed)
    assert answer.status_code == 422
    form = answer.context["form"]
    assert form["note"].value() == typed
    assert form.errors["note"]
    assert 'class="error"' in answer.content.decode()
    notice.refresh_from_db()
    assert notice.note == ""


def test_english_first_is_offered_where_the_recipient_reads_something_else(
    desk: Client, report: Report
) -> None:
    english, korean = draft_of(report(X)), draft_of(report("https://section.blog.naver.com/1"))
    page = desk.get(reverse("desk_edit", args=[english.pk])).content.decode()
    assert "Which language comes first" not in page
    page = desk.get(reverse("desk_edit", args=[korean.pk])).content.decode()
    assert "Which language comes first" in page
    assert "English comes first" in keep(desk, korean, note="", first="english").content.decode()
    korean.refresh_from_db()
    assert korean.english_first


def test_in_a_minors_case_there_is_no_place_for_a_note(desk: Client, report: Report) -> None:
    notice = draft_of(report(X, age_group=AgeGroup.UNDER_18))
    page = desk.get(reverse("desk_edit", args=[notice.pk])).content.decode()
    assert "no note goes out" in page
    assert "<textarea" not in page
    keep(desk, notice, note=NOTE, first="theirs")
    notice.refresh_from_db()
    assert notice.note == ""


def test_only_a_draft_is_edited(desk: Client, report: Report, staff: Staff, now) -> None:
    notice = draft_of(report(X))
    cancel_notice(notice.pk, staff=staff, now=now)
    assert desk.get(reverse("desk_edit", args=[notice.pk])).status_code == 404
    assert "The notice is already cancelled" in keep(desk, notice, note=NOTE).content.decode()


def test_e_leads_into_the_note_it_counts_and_escape_leads_back(
    desk: Client, report: Report
) -> None:
    case = report(X)
    with desk_in_browser(desk, f"/desk/case/{case.nickname}/?show=approve") as shown:
        shown.press("e")
        shown.page.wait_for_url("**/edit/?show=approve")
        shown.page.wait_for_selector("textarea:focus")
        shown.page.get_by_text("0 of 600 characters").wait_for()
        shown.page.keyboard.type("jax e?")  # letters, not keys
        shown.page.get_by_text("6 of 600 characters").wait_for()
        shown.press("Escape")
        shown.page.wait_for_url(f"**/desk/case/{case.nickname}/?show=approve")
        shown.press("e")
        shown.page.wait_for_selector("textarea:focus")
        shown.page.keyboard.type("Called on Monday.")
        shown.page.get_by_role("button", name="Keep it").click()
        shown.page.wait_for_url(f"**/desk/case/{case.nickname}/?show=approve")
        expect(shown.page.locator("#case")).to_contain_text("Called on Monday.")
        assert shown.complaints == []


@pytest.mark.parametrize("width", [360, 1280])
def test_without_scripts_it_fits_and_keeps_a_note(desk: Client, report: Report, width: int) -> None:
    notice = draft_of(report(X))
    address = reverse("desk_edit", args=[notice.pk])
    with desk_in_browser(desk, address, width=width, scripts=False) as shown:
        shown.page.get_by_label("Your note to this recipient").fill("See www.elsewhere.example")
        shown.page.get_by_role("button", name="Keep it").click()
        shown.page.get_by_text("names an address that this notice does not").wait_for()
        note = shown.page.get_by_label("Your note to this recipient")
        expect(note).to_have_value("See www.elsewhere.example")
        note.fill("Called on Monday.")
        shown.page.get_by_role("button", name="Keep it").click()
        shown.page.wait_for_url("**/desk/case/**")
    notice.refresh_from_db()
    assert notice.note == "Called on Monday."
