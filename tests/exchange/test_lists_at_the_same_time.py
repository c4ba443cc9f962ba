"""Several connections at once: positions follow commits, followers wake, the role knows no case."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import numpy as np
import psycopg
import pytest
from django.db import connection, connections, transaction

from jikimi.cases.models import Case
from jikimi.cases.rules import AgeGroup
from jikimi.exchange.actions import hold_back_near, import_prints, withdraw_prints
from jikimi.exchange.actions.changing import open_change
from jikimi.exchange.finds import FoundNow, write_found
from jikimi.exchange.following import Follower
from jikimi.exchange.following.connecting import connect_in_match_role
from jikimi.exchange.following.here import folder_of_lists, lists_for_a_job, order_key
from jikimi.exchange.held_back import held_back
from jikimi.exchange.match_role import READS, has_match_role, make_match_role
from jikimi.exchange.models import Change, Entry, FoundByPartner, PrintList
from jikimi.exchange.rules.lists import Audience
from jikimi.exchange.tasks import go_through_lists, keep_in_step
from jikimi.intake.actions import receive_report
from jikimi.people.models import Partner
from tests.reports import PDQ, a_report

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("what_was_committed_can_be_emptied"),
]
Answer = TypeVar("Answer")
LONG_ENOUGH = 60.0


@pytest.fixture(autouse=True)
def _match_role(transactional_db: None) -> None:
    assert make_match_role()


@pytest.fixture
def follower() -> Iterator[Follower]:
    made = Follower(connect_in_match_role)
    made.start()
    assert made.wait_until_ready(LONG_ENOUGH)
    yield made
    made.stop()


def elsewhere(act: Callable[[], Answer]) -> Answer:
    """Let somebody else do it, over a connection of their own, and wait for the end of it."""

    def run() -> Answer:
        try:
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as somebody:
        return somebody.submit(run).result()


def wait_for(follower: Follower, position: int) -> None:
    """Until it has followed so far; the test fails if it never does."""
    wait_until(lambda: follower.followed.position >= position)


def wait_until(is_so: Callable[[], bool]) -> None:
    waiting = threading.Event()
    for _ in range(int(LONG_ENOUGH / 0.01)):
        if is_so():
            return
        waiting.wait(0.01)
    raise AssertionError("what was waited for never came")


def hits(follower: Follower) -> int:
    row = np.frombuffer(PDQ, np.uint8).reshape(1, -1)
    (answer,) = follower.lists.search(row, np.zeros(1, np.int64), follower.lists.facts)
    return len(answer.hits)


def test_positions_follow_commits_and_nobody_waits_for_who_began_first(now: datetime) -> None:
    with transaction.atomic():
        first = open_change(now)
        second = elsewhere(lambda: open_change(now))
    first.refresh_from_db()
    second.refresh_from_db()
    assert (second.position, first.position) == (1, 2)


def test_what_was_undone_takes_no_position(now: datetime) -> None:
    with transaction.atomic():
        open_change(now)
        transaction.set_rollback(True)
    open_change(now)
    assert list(Change.objects.values_list("position", flat=True)) == [1]


def test_many_at_once_get_positions_without_holes(now: datetime) -> None:
    def write() -> None:
        for _ in range(5):
            with transaction.atomic():
                open_change(now)
        connections.close_all()

    with ThreadPoolExecutor(4) as several:
        list(several.map(lambda _: write(), range(4)))
    assert sorted(Change.objects.values_list("position", flat=True)) == list(range(1, 21))


def test_a_follower_is_woken_by_what_commits(now: datetime, follower: Follower) -> None:
    import_prints("known", [PDQ], now=now)
    wait_for(follower, 1)
    assert hits(follower) == 1
    withdraw_prints("known", [PDQ], now=now)
    wait_for(follower, 2)
    assert hits(follower) == 0


def test_what_a_follower_keeps_by_itself_is_there_for_the_next(
    now: datetime, tmp_path: Path
) -> None:
    import_prints("known", [PDQ], now=now)
    first = Follower(connect_in_match_role, folder=tmp_path)
    first.start()
    assert first.wait_until_ready(LONG_ENOUGH)
    wait_until((tmp_path / "followed.json").exists)
    import_prints("known", [bytes(32)], now=now)
    wait_for(first, 2)
    first.stop()
    again = Follower(connect_in_match_role, folder=tmp_path)
    again.open_kept()
    assert again.followed.position == 2
    again.start()
    assert again.wait_until_ready(LONG_ENOUGH)
    assert hits(again) == 1
    again.stop()


def are_mapped() -> bool:
    """Whether this process maps any file of the lists."""
    return str(folder_of_lists()) in Path("/proc/self/maps").read_text()


def test_a_job_maps_what_is_kept_and_lets_go_of_it_when_it_is_done(now: datetime) -> None:
    import_prints("known", [PDQ], now=now)
    keeper = Follower(connect_in_match_role, folder=folder_of_lists(), key=order_key())
    keeper.open_kept()
    with connect_in_match_role() as made:
        keeper.catch_up(made)
    keeper.stop()
    del keeper
    assert not are_mapped()
    with lists_for_a_job() as follower:
        assert hits(follower) == 1
        assert are_mapped()
    del follower
    assert not are_mapped()


@pytest.mark.parametrize(
    "look", [lambda case: keep_in_step(str(case.pk)), lambda _case: go_through_lists(0)]
)
def test_the_job_of_a_minors_report_and_each_nights_hold_back_what_is_near_it(
    look: Callable[[Case], None], now: datetime
) -> None:
    import_prints("open", [PDQ], audience=Audience.PLATFORMS, now=now)
    case = receive_report(a_report(age_group=AgeGroup.UNDER_18), now=now).case
    elsewhere(lambda: look(case))
    assert not Entry.objects.exists()
    assert [row.nickname for row in held_back()] == [case.nickname]


def test_what_is_taken_off_while_it_is_being_held_back_does_not_return(
    now: datetime, follower: Follower
) -> None:
    import_prints("open", [PDQ], audience=Audience.PLATFORMS, now=now)
    case = receive_report(a_report(age_group=AgeGroup.UNDER_18), now=now).case
    wait_until(lambda: hits(follower) == 1)
    with ThreadPoolExecutor(1) as somebody:
        with transaction.atomic():
            assert hold_back_near(case.pk, follower.lists, now=now) == 1
            taken_off = somebody.submit(elsewhere, lambda: withdraw_prints("open", [PDQ], now=now))
            wait_until(somebody_waits_for_us)
        assert taken_off.result() == 1
    assert held_back() == []
    assert not Entry.objects.exists()


def somebody_waits_for_us() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks"
            " WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
        )
        return bool(cursor.fetchone()[0])


def test_a_fault_while_following_is_got_over() -> None:
    faults = iter([True])

    def connect() -> psycopg.Connection:
        if next(faults, False):
            raise RuntimeError
        return connect_in_match_role()

    made = Follower(connect)
    made.start()
    assert made.wait_until_ready(LONG_ENOUGH)
    made.stop()


def test_the_role_that_answers_partners_cannot_read_cases(now: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute("GRANT SELECT ON cases_case TO jikimi_match")
        cursor.execute("GRANT SELECT (case_ref) ON trail_entry TO jikimi_match")
        cursor.execute("GRANT SELECT, DELETE ON exchange_entry TO jikimi_match")
    assert make_match_role()
    assert has_match_role()
    with connect_in_match_role() as made:
        for table in READS:
            made.execute(f"SELECT 1 FROM {table} LIMIT 1")
        for table in (
            "cases_case",
            "cases_fingerprint",
            "exchange_holding",
            "trail_entry",
            "intake_receipt",
            "people_staff",
            "evidence_casekey",
            "exchange_askedprint",
            "exchange_heldback",
            "exchange_keptoff",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                made.execute(f"SELECT 1 FROM {table} LIMIT 1")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            made.execute("DELETE FROM exchange_entry")


def test_it_can_write_down_what_was_found(now: datetime) -> None:
    import_prints("known", [PDQ], now=now)
    partner = Partner.objects.create(name="A platform", kind="platform", made_at=now)
    found = FoundNow(
        partner=partner.pk,
        entry=Entry.objects.get().pk,
        list_=PrintList.objects.get().pk,
        times=3,
        nearest=7,
        at=now,
    )
    with connect_in_match_role() as made:
        write_found(made, [found])
        write_found(made, [found])
    assert FoundByPartner.objects.values_list("times", "nearest").get() == (6, 7)
