"""One yes for many: what is alike, what goes out, and what stays as it was."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from django.test import Client
from playwright.sync_api import expect
from pytest_django import Settings

from jikimi.cases.models import Case
from jikimi.cases.rules import AgeGroup, Situation
from jikimi.intake.actions import withdraw_report
from jikimi.takedown.models import Notice, OutboundLetter
from jikimi.trail.actions import record_consents
from jikimi.trail.models import ConsentScope
from jikimi.venues.pack_files import SHIPPED

from .browser import Desk, desk_in_browser
from .conftest import Report

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
X = "https://x.com/somebody/status/8"
Opened = Callable[..., AbstractContextManager[Desk]]


def telegram(number: int) -> str:
    return f"https://t.me/some_channel/{number}"


def read(desk: Client, address: str) -> str:
    return " ".join(desk.get(address).content.decode().split())


def states_of(case: Case) -> list[str]:
    return sorted(Notice.objects.filter(sighting__case=case).values_list("state", flat=True))


def say_yes(desk: Client, *notices: Notice, **more: object) -> str:
    ids = ",".join(str(notice.pk) for notice in notices)
    answer = desk.post("/desk/together/yes/", {"notices": ids, **more})
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_drafts_with_the_same_words_stand_in_one_line(desk: Client, report: Report) -> None:
    for number in range(2):
        report(telegram(number), telegram(number + 10))
    report(telegram(5), situation=Situation.POSTED)
    report(telegram(6), age_group=AgeGroup.UNDER_18)
    page = read(desk, "/desk/alike/")
    assert re.findall(r'<span class="nick">([^<]+)</span>', page) == ["4 to Telegram"]
    assert "by e-mail, 2 cases" in page


def test_the_letter_is_read_once_and_every_place_is_named(desk: Client, report: Report) -> None:
    cases = [report(telegram(number)) for number in range(3)]
    notice = Notice.objects.filter(sighting__case=cases[0]).get()
    page = read(desk, f"/desk/together/?like={notice.pk}")
    assert page.count('aria-label="Letter"') == 1
    assert "3 notices to Telegram under " in page
    for number, case in enumerate(cases):
        assert f">{telegram(number)}</code>" in page
        assert case.nickname in page


def test_each_case_gets_as_few_letters_as_it_may(desk: Client, report: Report) -> None:
    first, second = report(telegram(1), telegram(2)), report(telegram(3))
    page = say_yes(desk, *Notice.objects.all())
    assert "Approved: 3 notices of 2 cases. They go out now in 2 letters." in page
    assert states_of(first) == ["approved", "approved"]
    assert states_of(second) == ["approved"]


def test_what_was_left_out_stays_a_draft(desk: Client, report: Report) -> None:
    kept, sent = report(telegram(1)), report(telegram(2))
    left = Notice.objects.get(sighting__case=kept)
    page = say_yes(desk, *Notice.objects.all(), leave=[str(left.pk)])
    assert "Approved: 1 notice of 1 case." in page
    assert "1 left out, as you ticked. It stays a draft." in page
    assert (states_of(kept), states_of(sent)) == (["draft"], ["approved"])


def test_a_case_that_cannot_be_approved_whole_stays_as_it_was_and_says_why(
    desk: Client, report: Report, now
) -> None:
    fine, withdrawn, half = report(telegram(1)), report(telegram(2)), report(telegram(3))
    half = report(telegram(4), telegram(5))
    withdraw_report(withdrawn, now=now)
    record_consents(half.pk, [ConsentScope.PLATFORMS], granted=False, at=now, actor="reporter")
    page = say_yes(desk, *Notice.objects.all())
    assert "Approved: 2 notices of 2 cases." in page
    assert states_of(fine) == ["approved"]
    assert states_of(half) == ["draft", "draft"]
    assert f'{half.nickname}</a>, 2 notices: <span class="whynot">Because she has not' in page
    assert f"{withdrawn.nickname}</a>, 1 notice:" in page
    assert not OutboundLetter.objects.filter(case__in=[half, withdrawn]).exists()


def test_forms_are_handed_over_together(desk: Client, report: Report) -> None:
    cases = [report(f"{X}{number}") for number in range(2)]
    page = say_yes(desk, *Notice.objects.all(), by_hand="yes")
    assert "Noted: 2 notices of 2 cases handed over. Their clocks run." in page
    assert [states_of(case) for case in cases] == [["sent"], ["sent"]]


def test_a_yes_for_nothing_or_for_rubbish_changes_nothing(desk: Client, report: Report) -> None:
    case = report(telegram(1))
    for sent in ("", "rubbish", "' OR 1=1 --", ",".join(["0" * 32])):
        answer = desk.post("/desk/together/yes/", {"notices": sent})
        assert answer.status_code in {200, 404}
    assert states_of(case) == ["draft"]
    assert "Nothing to approve here" in read(desk, "/desk/together/?like=rubbish")


def test_x_ticks_cases_and_a_shows_all_that_they_hold(desk: Client, report: Report) -> None:
    for number in range(3):
        report(telegram(number))
    with desk_in_browser(desk, "/desk/") as shown:
        shown.press("j", "x", "j", "x", "a")
        shown.page.wait_for_url("**/desk/together/?case=*&case=*")
        expect(shown.page.locator("main")).to_contain_text("2 notices to Telegram")
        shown.page.get_by_role("button", name="Approve and send all").click()
        shown.page.wait_for_url("**/desk/together/yes/")
        expect(shown.page.locator("h1")).to_contain_text("Approved: 2 notices of 2 cases.")
        assert shown.complaints == []


def test_what_is_overdue_comes_longest_first_with_its_next_step(
    desk: Client, report: Report, at_noon
) -> None:
    for days, number in ((1, 1), (9, 2), (3, 3)):
        Notice.objects.filter(sighting__case=report(telegram(number))).update(
            state="overdue" if days > 1 else "sent",
            sent_at=at_noon - timedelta(days=20),
            due_at=at_noon - timedelta(days=days),
        )
    page = read(desk, "/desk/overdue/")
    assert re.findall(r"run out ([^<]+) ago", page) == ["9 days", "3 days", "24 h"]
    assert page.count('data-label="Next step"><span class="tone-warn">') == 3
    assert "3 notices whose time is over" in page


def test_what_is_overdue_and_said_to_be_gone_waits_for_a_look_or_a_caseworker(
    desk: Client, report: Report, at_noon
) -> None:
    case = report(telegram(1))
    Notice.objects.update(
        state="overdue", sent_at=at_noon - timedelta(days=20), due_at=at_noon - timedelta(days=9)
    )
    assert "Next, if this leads nowhere" in read(desk, "/desk/overdue/")
    case.sightings.update(claimed_gone_at=at_noon)
    page = read(desk, "/desk/overdue/")
    assert '<span class="tone-warn">Said to be gone: a look or you decide first.</span>' in page
    assert "Next, if this leads nowhere" not in page


def test_a_case_with_many_drafts_leads_to_one_reading_of_them(desk: Client, report: Report) -> None:
    one, many = report(telegram(1)), report(telegram(2), telegram(3))
    assert "drafts together" not in read(desk, f"/desk/case/{one.nickname}/")
    page = read(desk, f"/desk/case/{many.nickname}/")
    assert f'href="/desk/together/?case={many.nickname}">Read the 2 drafts together</a>' in page
    assert "2 notices to Telegram" in read(desk, f"/desk/together/?case={many.nickname}")


def test_forms_that_nobody_has_verified_are_handed_over_together_once_they_are_compared(
    desk: Client, report: Report
) -> None:
    cases = [report(f"https://www.reddit.com/r/some/comments/{number}") for number in range(2)]
    assert '<span class="nick">2 to Reddit</span>' in read(desk, "/desk/alike/")
    first = Notice.objects.filter(sighting__case=cases[0]).get()
    page = read(desk, f"/desk/together/?like={first.pk}")
    assert "the entry for Reddit is unverified" in page
    assert page.count('name="compared" value="reddit" required') == 1
    assert "Nobody has verified reddit." in say_yes(desk, *Notice.objects.all(), by_hand="yes")
    assert [states_of(case) for case in cases] == [["draft"], ["draft"]]
    page = say_yes(desk, *Notice.objects.all(), by_hand="yes", compared="reddit")
    assert "Noted: 2 notices of 2 cases handed over." in page
    assert [states_of(case) for case in cases] == [["sent"], ["sent"]]


def test_what_may_not_be_handed_over_either_has_no_button(
    desk: Client, report: Report, settings: Settings, tmp_path: Path, at_noon
) -> None:
    expired = yaml.safe_load((SHIPPED / "recipients" / "x.yaml").read_text("utf-8"))
    expired["review"] = dict.fromkeys(("by", "expires"), at_noon.date() - timedelta(days=1))
    (tmp_path / "recipients").mkdir()
    (tmp_path / "recipients" / "x.yaml").write_text(yaml.safe_dump(expired), "utf-8")
    settings.PACK_FOLDERS = [tmp_path]
    report(f"{X}1")
    page = read(desk, f"/desk/together/?like={Notice.objects.get().pk}")
    assert "Not to be handed over: the entry for X expired on" in page
    assert "I handed over all that are not ticked" not in page
