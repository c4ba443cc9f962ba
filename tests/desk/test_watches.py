"""Watches on the desk: naming a page, reading what visits counted, two people for robots.txt."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client

from jikimi.cases.rules import AgeGroup
from jikimi.people.models import Staff
from jikimi.takedown.rules.watching import WatchOutcome, WatchState
from jikimi.takedown.watch.models import Watch, WatchRun

from .conftest import PASSWORD, Report, connect_app, type_password
from .test_in_a_browser import shown

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
PAGE = "https://board.example/thread/7"


def read(desk: Client, address: str = "/desk/watches/") -> str:
    answer = desk.get(address)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def name(desk: Client, **changes: str) -> str:
    told = {
        "address": PAGE,
        "scope": "below",
        "nickname": "",
        "every": "24",
        "why": "It was posted there before.",
        **changes,
    }
    answer = desk.post("/desk/watches/name/", told, follow=True)
    return " ".join(answer.content.decode().split())


def press(desk: Client, watch: Watch, what: str, **answers: str) -> str:
    answer = desk.post(f"/desk/watches/{watch.pk}/{what}/", answers, follow=True)
    return " ".join(answer.content.decode().split())


@pytest.fixture
def watch(desk: Client) -> Watch:
    name(desk)
    return Watch.objects.get()


def test_a_page_is_named_and_stands_on_the_list(desk: Client, report: Report) -> None:
    case = report("https://t.me/some_channel/12")
    page = name(desk, nickname=case.nickname.upper(), scope="channel", every="6")
    assert "Named. The first visit comes within minutes." in page
    for told in (PAGE, "A public channel’s web preview", case.nickname, "every 6 hours at first"):
        assert told in page
    assert "It was posted there before." in page
    assert "named by you" in page
    watched = read(desk, f"/desk/case/{case.nickname}/")
    assert f"/desk/watches/?case={case.nickname}" in watched
    assert "1 page watched" in watched


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"address": "room"}, "beginning with https://"),
        ({"nickname": "no-such-case-11"}, "No case has this nickname"),
        ({"why": ""}, "This field is required"),
        ({"why": "data:image/png;base64,AAAA"}, "Words only"),
        ({"scope": "everything"}, "Select a valid choice"),
        ({"every": "0"}, "Select a valid choice"),
    ],
)
def test_what_cannot_be_watched_is_told_and_what_was_typed_stays(
    changes: dict[str, str], told: str, desk: Client
) -> None:
    page = name(desk, **changes)
    assert told in page
    assert changes.get("address", PAGE) in page
    assert not Watch.objects.exists()


def test_for_a_minors_case_nothing_is_watched_and_nothing_is_offered(
    desk: Client, report: Report
) -> None:
    case = report("https://t.me/some_channel/12", age_group=AgeGroup.UNDER_18)
    assert "takes a minor’s path" in name(desk, nickname=case.nickname)
    assert "/desk/watches/?case=" not in read(desk, f"/desk/case/{case.nickname}/")
    assert not Watch.objects.exists()


def test_a_visit_is_shown_in_numbers_and_how_it_ended(
    desk: Client, watch: Watch, now: datetime
) -> None:
    assert "Not visited yet" in read(desk)
    run = WatchRun.objects.create(watch=watch, started_at=now, beat_at=now, pages=3, pictures=17)
    page = read(desk)
    assert "a visit is under way" in page
    assert "<dt>Pictures compared</dt><dd>17</dd>" in page
    run.ended_at, run.outcome = now, WatchOutcome.ROBOTS
    run.matches, run.sightings, run.forbidden = 2, 0, 4
    run.save()
    assert "robots.txt forbids" in read(desk)
    run.sightings = 1
    run.save()
    page = read(desk)
    for told in (
        "found a copy",
        "asks crawlers to stay away",
        "<dt>Matches</dt><dd>2</dd>",
        "<dt>New places</dt><dd>1</dd>",
        "<dt>Robots forbids</dt><dd>4</dd>",
    ):
        assert told in page
    assert "<img" not in page


def test_earlier_visits_are_listed(desk: Client, watch: Watch, now: datetime) -> None:
    for days in range(12):
        at = now - timedelta(days=days)
        WatchRun.objects.create(
            watch=watch, started_at=at, beat_at=at, ended_at=at, outcome=WatchOutcome.DONE
        )
    assert read(desk).count('data-label="How it ended"') == 9


def test_a_watch_is_paused_goes_on_and_is_ended(desk: Client, watch: Watch) -> None:
    assert "Paused." in press(desk, watch, "pause")
    assert "It goes on." in press(desk, watch, "resume")
    page = press(desk, watch, "end")
    assert "What it found stays with its cases." in page
    assert "<summary>Ended</summary>" in page
    assert "This watch has ended or does not exist" in press(desk, watch, "resume")
    watch.refresh_from_db()
    assert watch.state == WatchState.ENDED


def test_why_a_watch_rests_is_told(desk: Client, watch: Watch) -> None:
    because = "10 visits in a row led nowhere. The server did not answer."
    Watch.objects.update(state=WatchState.PAUSED, because=because)
    page = read(desk)
    assert because in page
    assert "rests, needs somebody" in page


def test_leaving_robots_txt_aside_takes_a_reason_and_somebody_else(
    desk: Client, watch: Watch, staff: Staff, now: datetime
) -> None:
    assert "Write down why" in press(desk, watch, "robots/ask", reason=" ")
    page = press(desk, watch, "robots/ask", reason="Order 2026-17 of the court.")
    assert "You asked to leave robots.txt aside" in page
    assert "Yes, leave robots.txt aside" not in page
    assert "Somebody else of the staff has to say yes" in press(desk, watch, "robots/allow")

    second = Staff.objects.create_staff(email="second@centre.example", password=PASSWORD)
    other = Client()
    type_password(other, second)
    connect_app(other)
    other.get("/desk/account/codes/")
    assert f"Staff {staff.pk} asked to leave" in read(other)
    page = press(other, watch, "robots/allow")
    assert "allowed by you" in page
    watch.refresh_from_db()
    assert watch.ignores_robots
    assert "does what robots.txt asks" in press(desk, watch, "robots/heed")


def test_the_list_of_a_case_holds_its_own_watches_alone(desk: Client, report: Report) -> None:
    case = report("https://t.me/some_channel/12")
    name(desk)
    name(desk, address="https://other.example/", nickname=case.nickname)
    page = read(desk, f"/desk/watches/?case={case.nickname}")
    assert "other.example" in page
    assert PAGE not in page
    assert desk.get("/desk/watches/?case=no-such-case-11").status_code == 404


def test_many_watches_cost_no_more_questions_than_few(
    desk: Client, watch: Watch, django_assert_max_num_queries: Callable[..., object]
) -> None:
    for number in range(30):
        name(desk, address=f"https://a.example/{number}")
    with django_assert_max_num_queries(30):  # type: ignore[attr-defined]
        read(desk)


@pytest.mark.parametrize("width", [360, 1280])
def test_the_page_fits_its_window_and_breaks_no_policy(
    width: int, desk: Client, watch: Watch, now: datetime
) -> None:
    long = "https://board.example/" + "a" * 300
    name(desk, address=long)
    WatchRun.objects.create(watch=watch, started_at=now, beat_at=now, pages=3, pictures=17)
    answer = desk.get("/desk/watches/")
    pages = {"/desk/watches/": (answer.content.decode(), answer["Content-Security-Policy"])}
    with shown(pages, "/desk/watches/", width=width) as seen:
        assert seen.page.evaluate("document.documentElement.scrollWidth") <= width
        assert seen.complaints == []
