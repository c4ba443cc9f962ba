"""The queue: its order, its words, its search."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from jikimi.cases.models import Sighting
from jikimi.cases.rules import AgeGroup, Liveness, Situation
from jikimi.intake.actions import withdraw_report
from jikimi.takedown.models import Notice
from jikimi.web.desk.queue_page import MOST_ROWS

from .conftest import Report

pytestmark = pytest.mark.django_db
TELEGRAM = "https://t.me/some_channel/12"


def shown(desk: Client, address: str = "/desk/") -> list[str]:
    page = desk.get(address).content.decode()
    return re.findall(r'<span class="nick">([^<]+)</span>', page)


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


def test_a_long_queue_says_how_many_lie_behind(desk: Client, report: Report) -> None:
    for _ in range(MOST_ROWS + 2):
        report()
    assert len(shown(desk)) == MOST_ROWS
    assert "2 more lie behind these" in desk.get("/desk/").content.decode()


def test_the_counts_say_how_many_wait_for_what(desk: Client, report: Report, now) -> None:
    report(TELEGRAM)
    sent = report("https://t.me/other/3")
    Notice.objects.filter(sighting__case=sent).update(
        state="sent", sent_at=now, due_at=now + timedelta(days=1)
    )
    page = " ".join(desk.get("/desk/").content.decode().split())
    assert "<dt>Act now</dt><dd>1</dd>" in page
    assert "<dt>Waiting for reply</dt><dd>1</dd>" in page
    assert Sighting.objects.count() == 2
