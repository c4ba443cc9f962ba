"""Several connections at once: writers never wait, and nothing that was committed is lost."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import TypeVar
from uuid import UUID

import pytest
from django.db import OperationalError, connection, connections, transaction

from jikimi.trail.actions import record
from jikimi.trail.checking import check_whole_trail
from jikimi.trail.errors import TrailError
from jikimi.trail.exports import export_case
from jikimi.trail.lookups import latest_tree
from jikimi.trail.models import Entry, TreeHead
from jikimi.trail.ordering import order_entries
from jikimi.trail.verifying import verify_export

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("what_was_committed_can_be_emptied"),
]
Answer = TypeVar("Answer")
A_CASE = UUID("7d0f2c1e-5a43-4b7e-9d51-3f2a8c6b1e90")


def elsewhere(act: Callable[[], Answer]) -> Answer:
    """Let somebody else do it, over a connection of their own, and wait for the end of it."""

    def run() -> Answer:
        try:
            return act()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as somebody:
        return somebody.submit(run).result()


def write(event: str, now: datetime) -> None:
    """Write in a transaction of its own that fails where it would have to wait for another."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '20s'")
        record(event, at=now, case_ref=A_CASE)


def placed() -> list[str]:
    """The events in the order of the tree."""
    found = Entry.objects.filter(place__isnull=False).order_by("place__position")
    return [payload["event"] for payload in found.values_list("content__payload", flat=True)]


def test_two_write_at_once_and_the_one_that_began_first_commits_last(now: datetime) -> None:
    with transaction.atomic():
        record("began first", at=now, case_ref=A_CASE)
        elsewhere(lambda: write("committed first", now))
        assert elsewhere(order_entries) == 1
    assert order_entries() == 2
    assert placed() == ["committed first", "began first"]
    assert check_whole_trail() == 2
    assert verify_export(export_case(A_CASE)) == 2


def test_nobody_waits_for_who_gives_places(now: datetime) -> None:
    write("before", now)
    with transaction.atomic():
        order_entries()
        elsewhere(lambda: write("meanwhile", now))
    assert placed() == ["before"]
    assert order_entries() == 2


def test_ids_are_settled_only_once_nobody_can_commit_an_earlier_one(now: datetime) -> None:
    with transaction.atomic():
        record("late", at=now)
        elsewhere(lambda: write("soon", now))
        elsewhere(order_entries)
        (late, soon) = Entry.objects.order_by("pk").values_list("pk", flat=True)
        assert elsewhere(lambda: TreeHead.objects.get().settled) < late
    order_entries()
    assert TreeHead.objects.latest("last_id").settled == soon


def test_a_check_goes_on_while_others_write(now: datetime) -> None:
    write("before", now)
    with transaction.atomic():
        record("not committed", at=now)
        assert elsewhere(check_whole_trail) == 1
        elsewhere(lambda: write("meanwhile", now))
        elsewhere(order_entries)
        assert elsewhere(check_whole_trail) == 2


def test_a_worker_killed_while_it_gives_places_loses_nothing(now: datetime) -> None:
    write("one", now)
    elsewhere(lambda: write("two", now))

    def give_places_and_die() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            order_entries()
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    with pytest.raises(OperationalError):
        elsewhere(give_places_and_die)
    assert latest_tree().size == 0
    assert check_whole_trail() == 2
    assert order_entries() == 2
    assert placed() == ["one", "two"]
    assert check_whole_trail() == 2


def test_an_entry_whose_writer_was_killed_was_never_there(now: datetime) -> None:
    def write_and_die() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            record("undone", at=now)
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    write("before", now)
    with pytest.raises(OperationalError):
        elsewhere(write_and_die)
    write("after", now)
    assert order_entries() == 2
    assert placed() == ["before", "after"]
    assert check_whole_trail() == 2


def test_nothing_is_recorded_outside_a_transaction(now: datetime) -> None:
    with pytest.raises(TrailError, match="transaction"):
        record("loose", at=now)
