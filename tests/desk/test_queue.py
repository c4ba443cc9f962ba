"""The queue: its order, its words, its search."""

import re
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from jikimi.cases.models import Sighting
from jikimi.cases.rules import AgeGroup, Liveness, Situation
from jikimi.intake.actions import withdraw_report
from jikimi.takedown.models import Notice
from jikimi.takedown.queueing import reading

from .conftest import Report

pytestmark = pytest.mark.django_db
TELEGRAM = "https://t.me/some_channel/12"


def shown(desk: Client, address: str = "/desk/") -> list[str]:
    page = desk.get(address).content.decode()
    return re.findall(r'<span class="nick">([^<]+)</span>', page)


def counts(desk: Client) -> dict[str, int]:
    page = desk.get("/desk/").content.decode()
    return {words: int(n) for words, n in re.findall(r">([A-Z][a-z ]+) <span>(\d+)</span>", page)}


def test_an_empty_queue_says_what_will_appear(desk: Client) -> None:
    page = desk.get("/desk/").content.decode()
    assert "Nothing waits for you" in page
    assert "A new report appears here" in page


def test_cases_come_in_the_order_of_urgency(desk: Client, report: Report, at_noon) -> None:
    plain = report(TELEGRAM)
    threatened = report(TELEGRAM, situation=Situation.THREATENED)
    minor = report(TELEGRAM, age_group=AgeGroup.UNDER_18)
    nothing_live = report(TELEGRAM)
    nothing_live.sightings.update(liveness=Liveness.GONE)
    late = report("https://t.me/other/3")
    Notice.objects.filter(sighting__case=late).update(
        state="overdue", sent_at=at_noon - timedelta(days=3), due_at=at_noon - timedelta(hours=1)
    )
    expected = [minor, threatened, late, plain, nothing_live]
    assert shown(desk) == [case.nickname for case in expected]


def test_a_row_says_the_facts_and_the_state_in_words(desk: Client, report: Report) -> None:
    report(TELEGRAM, "https://x.com/somebody/status/81", age_group=AgeGroup.NOT_SURE)
    page = desk.get("/desk/").content.decode()
    assert "Fake, minor’s path · 2 live links · t.me, x.com" in page
    assert re.search(r'class="pill tone-warn">[a-z ]+<', page)


def test_a_part_of_a_nickname_finds_open_and_ended_cases(desk: Client, report: Report, now) -> None:
    kept, ended = report(TELEGRAM), report(TELEGRAM)
    withdraw_report(ended, now=now)
    assert shown(desk) == [kept.nickname]
    assert shown(desk, f"/desk/?q={ended.nickname[:-1]}") == [ended.nickname]
    assert (
        "withdrawn by the survivor"
        in desk.get(f"/desk/?q={ended.nickname[:-1].upper()}").content.decode()
    )


def test_a_whole_nickname_leads_to_its_case(desk: Client, report: Report) -> None:
    case = report(TELEGRAM)
    assert desk.get(f"/desk/?q= {case.nickname.upper()} ")["Location"] == (
        f"/desk/case/{case.nickname}/"
    )


def test_what_is_searched_for_is_shown_as_text(desk: Client) -> None:
    page = desk.get("/desk/", {"q": "<script>alert(1)</script>"}).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_a_long_queue_comes_in_pages(
    desk: Client, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "ROWS_A_PAGE", 2)
    cases = [report() for _ in range(5)]
    pages = [shown(desk, f"/desk/?page={page}") for page in (1, 2, 3)]
    assert [len(page) for page in pages] == [2, 2, 1]
    assert sorted(name for page in pages for name in page) == sorted(
        case.nickname for case in cases
    )
    page = desk.get("/desk/?page=2").content.decode()
    assert "Page 2 of 3, 5 cases" in page
    assert '<a rel="next" href="/desk/?page=3">' in page
    assert "This page is empty" in desk.get("/desk/?page=9").content.decode()


def test_the_counts_say_how_many_wait_for_what(desk: Client, report: Report, now) -> None:
    report(TELEGRAM)
    sent = report("https://t.me/other/3")
    Notice.objects.filter(sighting__case=sent).update(
        state="sent", sent_at=now, due_at=timezone.now() + timedelta(days=1)
    )
    assert counts(desk) == {
        "All open": 2,
        "Act now": 1,
        "To approve": 1,
        "Waiting for reply": 1,
        "Clock run out": 0,
        "Sending broke off": 0,
        "Reply to confirm": 0,
        "Came back": 0,
        "Minors": 0,
    }
    assert Sighting.objects.count() == 2


@pytest.mark.parametrize(("hours", "words"), [(47, "47 h left"), (71, "2 days left")])
def test_a_row_and_its_case_say_the_same_of_a_clock(
    desk: Client, report: Report, at_noon: datetime, hours: int, words: str
) -> None:
    case = report(TELEGRAM)
    Notice.objects.filter(sighting__case=case).update(
        state="sent", sent_at=at_noon, due_at=at_noon + timedelta(hours=hours)
    )
    assert f">{words}</span>" in desk.get("/desk/").content.decode()
    assert f">{words}</time>" in desk.get(f"/desk/case/{case.nickname}/").content.decode()
