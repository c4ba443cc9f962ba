"""Watches: who may name one, what a visit does with what it finds, when it ends."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection

from jikimi.aftercare.actions import erase_case
from jikimi.cases.actions import NewFingerprint, hold_case
from jikimi.cases.lookups import good_prints_of
from jikimi.cases.models import Case, CaseStatus, Sighting
from jikimi.cases.rules import AgeGroup, Liveness, read_place
from jikimi.intake.actions import receive_report, withdraw_report
from jikimi.people.models import Staff
from jikimi.takedown.actions.becoming_minor import take_minors_path
from jikimi.takedown.actions.seen import close_if_all_down
from jikimi.takedown.actions.visiting import LEASE, Crawler, Manners, ask_for_due_visits, visit_next
from jikimi.takedown.actions.watching import (
    NewWatch,
    allow_ignoring_robots,
    ask_to_ignore_robots,
    end_watch,
    end_watches_of,
    heed_robots,
    name_watch,
    pause_watch,
    resume_watch,
)
from jikimi.takedown.errors import MayNotWatch, NeedsAnother, UnknownWatch
from jikimi.takedown.rules.watching import WatchOutcome, WatchScope, WatchState
from jikimi.takedown.watch.crawling import Visit
from jikimi.takedown.watch.models import Watch, WatchRun
from jikimi.takedown.watch.orders import CrawlOrder, Ended, SeenPage, SeenPicture, Told
from jikimi.trail.lookups import entries_of
from jikimi.trail.models import ConsentScope
from jikimi_core.fingerprint import pdq
from tests.pictures import photo
from tests.reports import a_report
from tests.takedown.watched_site import WatchedSite, watched_site

COFFEE = pdq.from_array(photo("coffee"))
ROCKET = pdq.from_array(photo("rocket"))
PAGE = "https://board.example/thread/7"
BOTH = frozenset({ConsentScope.CENTRE, ConsentScope.PLATFORMS})

pytestmark = pytest.mark.django_db


@pytest.fixture
def site() -> Iterator[WatchedSite]:
    with watched_site() as running:
        yield running


@pytest.fixture
def second(db: None) -> Staff:
    return Staff.objects.create_staff(email="second@centre.example", password="long enough a word")


Report = Callable[..., Case]


@pytest.fixture
def report(db: None, now: datetime) -> Report:
    """A case with the fingerprint of a cup of coffee."""

    def receive(made: pdq.Pdq = COFFEE, **changes: object) -> Case:
        prints = (NewFingerprint(pdq=made.hash, quality=made.quality),)
        return receive_report(a_report(fingerprints=prints, **changes), now=now).case

    return receive


def named(staff: Staff, now: datetime, address: str = PAGE, **changes: object) -> Watch:
    told: dict[str, object] = {
        "address": address,
        "scope": WatchScope.BELOW,
        "case_id": None,
        "why": "It was posted on this board before.",
        "every_hours": 24,
        **changes,
    }
    return name_watch(NewWatch(**told), staff=staff, now=now)  # type: ignore[arg-type]


def says(*told: Told, hear: list[CrawlOrder] | None = None) -> Crawler:
    """A crawler that says these things; what it is told is heard."""

    class Saying:
        def told(self) -> Iterator[Told]:
            yield from told

    @contextmanager
    def crawler(order: CrawlOrder) -> Iterator[Visit]:
        if hear is not None:
            hear.append(order)
        yield Saying()

    return crawler


def seen(made: pdq.Pdq = COFFEE, place: str = PAGE, quality: int = 100) -> SeenPicture:
    return SeenPicture(place=place, hash=made.hash, quality=quality)


DONE = Ended(outcome=WatchOutcome.DONE)
MANNERS = Manners(user_agent="test/1", delay=timedelta(0))


def visit(now: datetime, *told: Told, hear: list[CrawlOrder] | None = None) -> WatchRun:
    run = visit_next(MANNERS, lambda: now, crawler=says(*told, hear=hear))
    assert run is not None
    run.refresh_from_db()
    return run


def events(case: Case) -> list[str]:
    return [entry.payload["event"] for entry in entries_of(case.pk)]


def jobs(task: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = %s", [task])
        return int(cursor.fetchone()[0])


# --- naming ------------------------------------------------------------------------------------


def test_a_named_page_is_due_at_once_and_its_case_says_who_named_it(
    staff: Staff, report: Report, now: datetime
) -> None:
    case = report()
    watch = named(staff, now, case_id=case.pk)
    assert (watch.state, watch.next_visit_at) == (WatchState.ACTIVE, now)
    (entry,) = [e.payload for e in entries_of(case.pk) if e.payload["event"] == "watch named"]
    assert entry["actor"] == f"staff {staff.pk}"
    assert PAGE not in str(entry)


@pytest.mark.parametrize("age", [age for age in AgeGroup if age is not AgeGroup.ADULT])
def test_nothing_is_watched_for_a_minors_case(
    age: AgeGroup, staff: Staff, report: Report, now: datetime
) -> None:
    case = report(age_group=age)
    with pytest.raises(MayNotWatch, match="minor"):
        named(staff, now, case_id=case.pk)


def test_an_address_that_a_minors_case_names_is_not_watched(
    staff: Staff, report: Report, now: datetime
) -> None:
    report(age_group=AgeGroup.NOT_SURE, places=(read_place(PAGE),))
    with pytest.raises(MayNotWatch, match="never opened"):
        named(staff, now)


@pytest.mark.parametrize("address", ["", "@room", "room", "ftp://a.example/", "https://"])
def test_what_is_no_address_is_refused_with_what_to_do(
    address: str, staff: Staff, now: datetime
) -> None:
    with pytest.raises(MayNotWatch, match="https://"):
        named(staff, now, address)


def test_a_page_is_watched_once_for_the_same_case(staff: Staff, now: datetime) -> None:
    first = named(staff, now)
    with pytest.raises(MayNotWatch, match="already"):
        named(staff, now)
    end_watch(first.pk, staff=staff, now=now)
    assert named(staff, now).pk != first.pk


def test_a_channel_is_watched_at_its_preview(staff: Staff, now: datetime) -> None:
    watch = named(staff, now, "t.me/some_room", scope=WatchScope.CHANNEL)
    assert watch.address == "https://t.me/s/some_room"


def test_a_withdrawn_case_is_not_watched_and_its_watches_end(
    staff: Staff, report: Report, now: datetime
) -> None:
    case = report()
    watch = named(staff, now, case_id=case.pk)
    withdraw_report(case, now=now)
    end_watches_of(case.pk, now=now)
    watch.refresh_from_db()
    assert (watch.state, watch.because) == (WatchState.ENDED, "She has withdrawn.")
    assert events(case)[-1] == "watch ended"
    with pytest.raises(MayNotWatch, match="withdrawn"):
        named(staff, now, case_id=case.pk)


# --- what a visit finds ------------------------------------------------------------------------


def test_a_match_becomes_one_sighting_of_its_case_with_distance_and_quality(
    staff: Staff, report: Report, now: datetime
) -> None:
    case, other = report(), report(ROCKET)
    named(staff, now)
    run = visit(now, SeenPage(), seen(quality=88), seen(quality=77), DONE)
    (sighting,) = case.sightings.filter(address=PAGE)
    assert (sighting.distance, sighting.quality, sighting.liveness) == (0, 88, "still_there")
    assert (run.pages, run.pictures, run.matches, run.sightings) == (1, 2, 2, 1)
    assert events(case)[-1] == "copy found by a watch"
    assert not other.sightings.filter(address=PAGE).exists()


@pytest.mark.parametrize(
    ("picture", "why"),
    [
        (seen(ROCKET), "another picture"),
        (seen(quality=49), "too little detail"),
        (seen(place="https://elsewhere.example/"), "a place that was out of reach"),
        (seen(place="javascript:alert(1)"), "no place"),
    ],
)
def test_what_is_no_match_leaves_nothing_behind(
    picture: SeenPicture, why: str, staff: Staff, report: Report, now: datetime
) -> None:
    report()
    named(staff, now)
    before = Sighting.objects.count()
    assert visit(now, SeenPage(), picture, DONE).sightings == 0, why
    assert Sighting.objects.count() == before


def test_a_watch_for_one_case_looks_for_no_other_cases_pictures(
    staff: Staff, report: Report, now: datetime
) -> None:
    case, other = report(), report(ROCKET)
    named(staff, now, case_id=case.pk)
    visit(now, seen(ROCKET), DONE)
    assert not other.sightings.filter(address=PAGE).exists()


@pytest.mark.parametrize(
    "changes",
    [{"age_group": age} for age in AgeGroup if age is not AgeGroup.ADULT]
    + [{"consents": BOTH - {scope}} for scope in BOTH],
)
def test_pictures_of_minors_and_of_those_who_did_not_agree_are_never_looked_for(
    changes: dict[str, object], staff: Staff, report: Report, now: datetime
) -> None:
    case = report(**changes)
    named(staff, now)
    heard: list[CrawlOrder] = []
    assert visit(now, seen(), DONE, hear=heard).outcome == WatchOutcome.NOTHING
    assert heard == [], "nothing is opened where nothing may be looked for"
    assert not case.sightings.filter(address=PAGE).exists()


def test_a_picture_that_somebody_reported_as_a_minors_is_left_alone_in_every_case(
    staff: Staff, report: Report, now: datetime
) -> None:
    adult, minor = report(), report(age_group=AgeGroup.NOT_SURE)
    named(staff, now, case_id=adult.pk)
    assert visit(now, seen(), DONE).outcome == WatchOutcome.NOTHING
    assert not Sighting.objects.filter(case__in=(adult, minor), address=PAGE).exists()


def test_links_of_minors_are_told_to_the_crawler_as_hashes_only(
    staff: Staff, report: Report, now: datetime
) -> None:
    report()
    report(ROCKET, age_group=AgeGroup.UNDER_18, places=(read_place(PAGE + "/secret"),))
    named(staff, now)
    heard: list[CrawlOrder] = []
    visit(now, DONE, hear=heard)
    assert len(heard[0].never) == 1
    assert "secret" not in heard[0].to_json()


def test_a_withdrawal_during_a_visit_keeps_a_match_from_becoming_a_sighting(
    staff: Staff, report: Report, now: datetime
) -> None:
    case = report()
    named(staff, now)

    class Withdrawing:
        def told(self) -> Iterator[Told]:
            withdraw_report(case, now=now)
            yield seen()
            yield DONE

    @contextmanager
    def crawler(_order: CrawlOrder) -> Iterator[Visit]:
        yield Withdrawing()

    visit_next(MANNERS, lambda: now, crawler=crawler)
    assert not case.sightings.filter(address=PAGE).exists()


@pytest.mark.parametrize("is_hers_alone", [True, False])
def test_a_visit_goes_on_to_its_end_when_a_case_is_erased_meanwhile(
    staff: Staff, report: Report, now: datetime, *, is_hers_alone: bool
) -> None:
    case, other = report(places=()), report(places=())
    watch = named(staff, now, case_id=case.pk if is_hers_alone else None)

    class Erasing:
        def told(self) -> Iterator[Told]:
            erase_case(case.pk, now=now)
            yield seen()
            yield DONE

    @contextmanager
    def crawler(_order: CrawlOrder) -> Iterator[Visit]:
        yield Erasing()

    visit_next(MANNERS, lambda: now, crawler=crawler)
    assert other.sightings.filter(address=PAGE).exists() is not is_hers_alone
    assert Watch.objects.filter(pk=watch.pk).exists() is not is_hers_alone


def test_a_find_opens_a_closed_case_again(staff: Staff, report: Report, now: datetime) -> None:
    case = report(places=(read_place("https://a.example/1"),))
    case.sightings.update(liveness=Liveness.GONE)
    close_if_all_down(hold_case(case.pk), now)
    named(staff, now)
    visit(now, seen(), DONE)
    case.refresh_from_db()
    assert case.status == CaseStatus.OPEN
    assert events(case)[-2:] == ["case reopened", "copy found by a watch"]


def test_a_find_at_a_place_that_was_down_asks_for_a_look_there(
    staff: Staff, report: Report, now: datetime
) -> None:
    case = report(places=(read_place(PAGE),))
    case.sightings.update(liveness=Liveness.GONE)
    named(staff, now)
    before = jobs("takedown.look")
    assert visit(now, seen(), DONE).sightings == 0
    assert jobs("takedown.look") == before + 1


def test_a_page_that_was_reported_in_another_spelling_is_not_found_anew(
    staff: Staff, report: Report, now: datetime
) -> None:
    case = report(places=(read_place("http://www.board.example/thread/7/#post"),))
    named(staff, now)
    run = visit(now, seen(), DONE)
    assert (run.matches, run.sightings) == (1, 0)
    assert case.sightings.count() == 1


# --- pace and state ----------------------------------------------------------------------------


def test_visits_slow_down_until_something_is_found(
    staff: Staff, report: Report, now: datetime
) -> None:
    report()
    watch = named(staff, now)
    gaps = []
    for told in [(DONE,)] * 4 + [(seen(), DONE)]:
        visit(now, *told)
        watch.refresh_from_db()
        gaps.append((watch.next_visit_at - now).days)
        now = watch.next_visit_at
    assert gaps == [1, 1, 2, 2, 1]


def test_a_watch_that_leads_nowhere_ten_times_rests_and_says_why(
    staff: Staff, report: Report, now: datetime
) -> None:
    report()
    watch = named(staff, now)
    for _ in range(10):
        visit(now, Ended(outcome=WatchOutcome.UNREACHABLE))
        watch.refresh_from_db()
        now = watch.next_visit_at
    assert watch.state == WatchState.PAUSED
    assert "10 visits in a row" in watch.because
    resume_watch(watch.pk, staff=staff, now=now)
    watch.refresh_from_db()
    assert (watch.state, watch.failures, watch.next_visit_at) == (WatchState.ACTIVE, 0, now)


def test_the_watch_that_waits_longest_is_visited_first_and_one_that_rests_never(
    staff: Staff, report: Report, now: datetime
) -> None:
    report()
    late, early, resting = (
        named(staff, now - timedelta(hours=hours), f"https://a.example/{hours}")
        for hours in (1, 3, 5)
    )
    pause_watch(resting.pk, staff=staff, now=now)
    assert [visit(now, DONE).watch_id for _ in range(2)] == [early.pk, late.pk]
    assert visit_next(MANNERS, lambda: now, crawler=says(DONE)) is None


@pytest.mark.parametrize("who", ["a caseworker", "the survivor", "a picture from before 18"])
def test_a_visit_that_is_under_way_is_stopped_by(
    who: str, staff: Staff, report: Report, now: datetime, site: WatchedSite
) -> None:
    """Over a real, endless site: the crawler's process ends although there is ever more to see."""
    case = report()
    site.put_robots("", status=404)
    site.put_page("/", "<a href=/1>x</a>")
    watch = named(staff, now, site.url(), case_id=case.pk)
    heard = []

    def clock() -> datetime:
        if site.asked and not heard:
            heard.append(True)
            if who == "the survivor":
                withdraw_report(case, now=now)
            elif who == "a picture from before 18":
                take_minors_path(hold_case(case.pk), AgeGroup.MIXED, now=now)
            else:
                pause_watch(watch.pk, staff=staff, now=now)
        return now

    slow = Manners(
        user_agent="test/1", delay=timedelta(seconds=8), loopback_ports=frozenset({site.port})
    )
    run = visit_next(slow, clock)
    assert run is not None
    assert run.outcome == WatchOutcome.STOPPED
    assert "/1" not in site.asked


def test_a_visit_whose_worker_was_killed_is_made_again_by_another(
    staff: Staff, report: Report, now: datetime
) -> None:
    report()
    watch = named(staff, now)

    @contextmanager
    def killed(_order: CrawlOrder) -> Iterator[Visit]:
        raise SystemExit
        yield

    with pytest.raises(SystemExit):
        visit_next(MANNERS, lambda: now, crawler=killed)
    assert visit_next(MANNERS, lambda: now, crawler=says(DONE)) is None, "its lease still runs"
    visit(now + LEASE, DONE)
    first, second = watch.runs.order_by("started_at")
    assert (first.outcome, second.outcome) == (WatchOutcome.BROKE_OFF, WatchOutcome.DONE)


def test_a_page_that_kills_its_worker_again_and_again_is_not_visited_for_ever(
    staff: Staff, report: Report, now: datetime
) -> None:
    report()
    watch = named(staff, now)
    for number in range(10):
        WatchRun.objects.filter(watch=watch).update(ended_at=now, outcome=WatchOutcome.BROKE_OFF)
        WatchRun.objects.create(watch=watch, started_at=now, beat_at=now)
        Watch.objects.update(next_visit_at=now, failures=number)
    assert visit_next(MANNERS, lambda: now, crawler=says(DONE)) is None
    watch.refresh_from_db()
    assert watch.state == WatchState.PAUSED
    assert watch.because == "10 visits in a row led nowhere. The visit broke off."


def test_a_visit_that_was_taken_over_changes_nothing_when_it_comes_back(
    staff: Staff, report: Report, now: datetime
) -> None:
    report()
    watch = named(staff, now)

    class TakenOver:
        def told(self) -> Iterator[Told]:
            visit(now + LEASE, DONE)
            yield Ended(outcome=WatchOutcome.UNREACHABLE)

    @contextmanager
    def crawler(_order: CrawlOrder) -> Iterator[Visit]:
        yield TakenOver()

    visit_next(MANNERS, lambda: now, crawler=crawler)
    watch.refresh_from_db()
    assert sorted(watch.runs.values_list("outcome", flat=True)) == ["broke_off", "done"]
    assert watch.next_visit_at == now + LEASE + timedelta(days=1)


def test_visits_are_asked_for_one_at_a_time_and_behind_the_looks(
    staff: Staff, report: Report, now: datetime
) -> None:
    report()
    ask_for_due_visits(now)
    assert jobs("takedown.visit_watched") == 0
    named(staff, now)
    for _ in range(3):
        ask_for_due_visits(now)
    assert jobs("takedown.visit_watched") == 1
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT lock, priority, args FROM procrastinate_jobs "
            "WHERE task_name = 'takedown.visit_watched'"
        )
        lock, priority, args = cursor.fetchone()
    assert (lock, args) == ("takedown.visit_watched", "{}")
    assert priority < -10


def test_only_the_last_thirty_visits_are_kept(staff: Staff, report: Report, now: datetime) -> None:
    report()
    watch = named(staff, now)
    for number in range(33):
        Watch.objects.update(next_visit_at=now)
        visit(now + timedelta(minutes=number), DONE)
    assert watch.runs.count() == 30


# --- two people --------------------------------------------------------------------------------


def test_robots_txt_counts_until_a_second_person_has_said_yes(
    staff: Staff, second: Staff, report: Report, now: datetime
) -> None:
    report()
    watch = named(staff, now)
    ask_to_ignore_robots(watch.pk, "A court order allows it: 2026-17.", staff=staff, now=now)
    heard: list[CrawlOrder] = []
    visit(now, DONE, hear=heard)
    with pytest.raises(NeedsAnother):
        allow_ignoring_robots(watch.pk, staff=staff, now=now)
    allow_ignoring_robots(watch.pk, staff=second, now=now)
    visit(now, DONE, hear=heard)
    heed_robots(watch.pk, staff=staff, now=now)
    Watch.objects.update(next_visit_at=now)
    visit(now, DONE, hear=heard)
    assert [order.obeys_robots for order in heard] == [True, False, True]


def test_a_new_reason_needs_a_new_yes(
    staff: Staff, second: Staff, report: Report, now: datetime
) -> None:
    watch = named(staff, now)
    ask_to_ignore_robots(watch.pk, "One reason.", staff=staff, now=now)
    allow_ignoring_robots(watch.pk, staff=second, now=now)
    ask_to_ignore_robots(watch.pk, "Another one.", staff=second, now=now)
    watch.refresh_from_db()
    assert not watch.ignores_robots
    with pytest.raises(NeedsAnother):
        allow_ignoring_robots(watch.pk, staff=second, now=now)
    with pytest.raises(MayNotWatch, match="Write down why"):
        ask_to_ignore_robots(watch.pk, "  ", staff=staff, now=now)


def test_nobody_can_allow_what_nobody_asked_for(staff: Staff, second: Staff, now: datetime) -> None:
    watch = named(staff, now)
    with pytest.raises(UnknownWatch):
        allow_ignoring_robots(watch.pk, staff=second, now=now)


@pytest.mark.parametrize("act", [pause_watch, resume_watch, end_watch, heed_robots])
def test_an_ended_watch_stays_ended(act: Callable[..., None], staff: Staff, now: datetime) -> None:
    watch = named(staff, now)
    end_watch(watch.pk, staff=staff, now=now)
    with pytest.raises(UnknownWatch):
        act(watch.pk, staff=staff, now=now)


def test_more_cases_than_one_statement_may_have_values(report: Report) -> None:
    hers = report()
    (held,) = good_prints_of([*(uuid4() for _ in range(70_000)), hers.pk])
    assert (held.case_id, held.pdq) == (hers.pk, COFFEE.hash)
