"""One case on one page: what it says, what it never shows, and when it stops."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from jikimi.cases.actions import NewFingerprint
from jikimi.cases.models import Case
from jikimi.cases.rules import AgeGroup
from jikimi.evidence.keyring import KeyOwner
from jikimi.intake.actions import withdraw_report
from jikimi.people.models import Staff
from jikimi.takedown.models import Notice
from jikimi.trail.actions import record_consents
from jikimi.trail.lookups import entries_of
from jikimi.trail.models import ConsentScope

from .conftest import Report

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
TELEGRAM = "https://t.me/some_channel/12"
WORDS = "The red boat was photographed by the pier."


def page_of(desk: Client, case: Case) -> str:
    answer = desk.get(f"/desk/case/{case.nickname}/")
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_consent_comes_first_and_says_what_was_taken_back(
    desk: Client, report: Report, now
) -> None:
    case = report(TELEGRAM)
    record_consents(case.pk, [ConsentScope.PLATFORMS], granted=False, at=now, actor="reporter")
    page = page_of(desk, case)
    assert page.index("Who may receive what") < page.index("Notices")
    for state, scope in (
        ("yes", "the centre"),
        ("taken back", "notices to platforms"),
        ("not given", "police"),
    ):
        assert re.search(rf">{state}</span> {scope}", page), scope


def test_a_draft_says_to_whom_why_and_what(desk: Client, report: Report) -> None:
    page = page_of(desk, report(TELEGRAM))
    assert re.search(r'Notice to Telegram <span class="pill tone-warn">draft</span>', page)
    assert "Because" in page
    assert "Approve and send" in page
    assert "Test centre" in page[page.index("The letter") :]


def test_a_letter_that_lacks_something_says_what(desk: Client, report: Report, settings) -> None:
    case = report(TELEGRAM)
    settings.CENTRE_NAME = settings.CENTRE_EMAIL = ""
    assert "The letter still lacks:" in page_of(desk, case)


def test_a_place_shows_its_match_and_when_it_was_looked_at(
    desk: Client, report: Report, now
) -> None:
    case = report(TELEGRAM)
    assert "not looked yet" in page_of(desk, case)
    case.sightings.update(
        distance=6,
        quality=92,
        looks=1,
        liveness="still_there",
        because="The picture is still there (6 of 256 bits differ).",
        last_look_at=now - timedelta(minutes=12),
    )
    page = page_of(desk, case)
    assert "distance 6, quality 92" in page
    assert "6 of 256 bits differ" in page
    assert "12 min ago" in page


def test_times_are_exact_for_machines_and_in_the_centres_zone(desk: Client, report: Report) -> None:
    page = page_of(desk, report(TELEGRAM))
    assert '<time datetime="2026-11-21T12:00:00+00:00"' in page
    assert "21 Nov 2026, 21:00 KST" in page


def test_a_clock_says_how_long_it_still_runs(desk: Client, report: Report, now) -> None:
    case = report(TELEGRAM)
    notices = Notice.objects.filter(sighting__case=case)
    notices.update(state="sent", sent_at=now, due_at=now + timedelta(hours=3, minutes=20))
    page = page_of(desk, case)
    assert re.search(r'class="tone-late"[^>]*>3 h left<', page)
    assert "Approve and send" not in page
    assert "Note its reply" in page


def test_addresses_are_text_and_nothing_leads_outside(desk: Client, report: Report) -> None:
    case = report(
        TELEGRAM,
        "https://x.com/a?b=<script>alert(1)</script>&c='\"",
        "https://nobody-knows.example/<script>alert(2)</script>",
    )
    page = page_of(desk, case)
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    for attribute in re.findall(r'(?:href|src|action)="([^"]*)"', page):
        assert attribute.startswith(("/", "#", "data:,")), attribute


def test_no_pixel_is_ever_shown(desk: Client, report: Report) -> None:
    page = page_of(desk, report(TELEGRAM, age_group=AgeGroup.UNDER_18))
    for tag in ("<img", "<picture", "<video", "<canvas", "<iframe", "<object", "<embed"):
        assert tag not in page
    for drawing in re.findall(r"<svg.*?</svg>", page, re.DOTALL):  # lines and words, nothing else
        assert set(re.findall(r"<(\w+)", drawing)) <= {"svg", "g", "line", "rect", "circle", "text"}
    assert re.search(r"<code>[0-9a-f]{12}…</code> quality 90", page)
    assert not re.search(r"[0-9a-f]{64}", re.sub(r"<pre.*?</pre>", "", page))


def test_a_minors_place_is_never_looked_at_from_here(desk: Client, report: Report) -> None:
    page = page_of(desk, report(TELEGRAM, age_group=AgeGroup.NOT_SURE))
    assert "minor’s path" in page
    assert "Look now" not in page
    same_place_in_an_adults_case = page_of(desk, report(TELEGRAM))
    assert "Look now" not in same_place_in_an_adults_case
    assert "Look now" in page_of(desk, report("https://t.me/another_channel/3"))


def test_a_case_that_may_be_about_the_same_picture_is_named(desk: Client, report: Report) -> None:
    near = bytes([0b1111, *range(1, 32)])
    case = report(TELEGRAM)
    other = report(TELEGRAM, fingerprints=(NewFingerprint(pdq=near, quality=80),))
    page = page_of(desk, case)
    assert "May be the same picture" in page
    assert f'<a href="/desk/case/{other.nickname}/">{other.nickname}</a>, distance 4' in page


def test_what_she_wrote_stays_sealed_until_it_is_opened_on_the_trail(
    desk: Client, report: Report, staff: Staff
) -> None:
    case = report(TELEGRAM, statement=WORDS + "\n<b>Really.</b>", contact="")
    assert WORDS not in page_of(desk, case)
    opened = desk.post(f"/desk/case/{case.nickname}/sealed/", {"purpose": "statement"})
    assert WORDS in opened.content.decode()
    assert "<b>Really" not in opened.content.decode()
    assert opened["Cache-Control"] == "no-store"
    assert WORDS not in page_of(desk, case)
    last = list(entries_of(case.pk))[-1].payload
    assert (last["event"], last["actor"]) == ("sealed text opened", f"staff {staff.pk}")
    assert "sealed text opened" in page_of(desk, case)


def test_nothing_but_what_she_wrote_is_opened_here(desk: Client, report: Report) -> None:
    case = report(TELEGRAM)
    for purpose in ("letter", "", "anything"):
        answer = desk.post(f"/desk/case/{case.nickname}/sealed/", {"purpose": purpose})
        assert answer.status_code == 404


def test_a_text_that_does_not_open_says_what_to_do(desk: Client, report: Report, settings) -> None:
    case = report(TELEGRAM)
    (settings.DATA_DIR / "keys" / f"{KeyOwner.CENTRE}.private").unlink()
    answer = desk.post(f"/desk/case/{case.nickname}/sealed/", {"purpose": "statement"}, follow=True)
    assert "does not open with this house" in answer.content.decode()


def test_a_withdrawn_case_is_a_hard_stop(desk: Client, report: Report, now) -> None:
    case = report(TELEGRAM, statement=WORDS)
    withdraw_report(case, now=now)
    page = page_of(desk, case)
    assert "She has withdrawn." in page
    main = page[page.index("<main") : page.index("</main>")]
    assert "<form" not in main
    assert "<button" not in main
    answer = desk.post(f"/desk/case/{case.nickname}/sealed/", {"purpose": "statement"}, follow=True)
    assert WORDS not in answer.content.decode()
    assert "sealed text opened" not in [e.payload["event"] for e in entries_of(case.pk)]


def test_the_trail_names_who_did_what_without_an_address(
    desk: Client, report: Report, staff: Staff
) -> None:
    case = report(TELEGRAM)
    desk.post(reverse("desk_cancel", args=[Notice.objects.get(sighting__case=case).pk]))
    page = page_of(desk, case)
    trail = page[page.index('id="trail"') :]
    assert "notice cancelled" in trail
    assert ">you<" in trail
    assert staff.email not in trail
    assert "t.me" not in trail


def test_the_page_works_without_scripts_and_brings_none_inline(
    desk: Client, report: Report
) -> None:
    answer = desk.get(f"/desk/case/{report(TELEGRAM).nickname}/")
    page = answer.content.decode()
    assert "script-src 'self'" in answer["Content-Security-Policy"]
    assert re.findall(r"<script[^>]*>", page) == [
        '<script src="/static/django_htmx/htmx-2.min.js" defer>',
        '<script type="module" src="/static/desk/keys.js">',
        '<script type="module" src="/static/desk/in_place.js">',
    ]
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", page)
