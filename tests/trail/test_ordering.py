"""Places in the tree are given after the entries, in batches, and never move."""

import hashlib
from datetime import datetime
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from pytest_django import DjangoAssertNumQueries

from jikimi.trail.actions import Event, record, record_many
from jikimi.trail.checking import check_whole_trail
from jikimi.trail.exports import export_case
from jikimi.trail.lookups import entries_of, latest_tree, leaves_of_tree, recorded_values
from jikimi.trail.models import Place, TreeHead
from jikimi.trail.ordering import order_entries
from jikimi.trail.rules import Tree
from jikimi.trail.verifying import verify_export

pytestmark = pytest.mark.django_db
A_CASE = UUID("7d0f2c1e-5a43-4b7e-9d51-3f2a8c6b1e90")


def record_some(count: int, now: datetime) -> None:
    record_many(
        [Event(name="step taken", at=now, case_ref=A_CASE, facts={"n": n}) for n in range(count)]
    )


def root_by_definition(leaves: list[bytes]) -> bytes:
    """RFC 9162, section 2.1.1, word for word, over leaves that are hashed already."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    left = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(
        b"\x01" + root_by_definition(leaves[:left]) + root_by_definition(leaves[left:])
    ).digest()


def test_an_entry_is_read_and_checked_before_it_has_its_place(now: datetime) -> None:
    record_some(3, now)
    assert [one.payload["n"] for one in entries_of(A_CASE)] == [0, 1, 2]
    assert check_whole_trail() == 3
    assert latest_tree().size == 0


def test_places_follow_the_order_of_writing_without_holes(now: datetime) -> None:
    record_some(3, now)
    assert order_entries() == 3
    record_some(2, now)
    assert order_entries() == 5
    placed = list(Place.objects.order_by("position").values_list("position", "entry_id"))
    assert [position for position, _ in placed] == [0, 1, 2, 3, 4]
    assert [entry for _, entry in placed] == sorted(entry for _, entry in placed)
    assert check_whole_trail() == 5


def test_giving_places_again_changes_nothing(now: datetime) -> None:
    record_some(3, now)
    order_entries()
    before = latest_tree()
    assert order_entries() == 3
    assert latest_tree() == before
    assert TreeHead.objects.count() == 1


@pytest.mark.parametrize("batch", [1, 2, 7, 100])
def test_the_tree_is_the_same_in_whatever_batches_it_grew(batch: int, now: datetime) -> None:
    record_some(7, now)
    assert order_entries(batch) == 7
    assert latest_tree().root == root_by_definition(leaves_of_tree(7))
    assert check_whole_trail() == 7


def test_a_transaction_that_was_undone_leaves_a_gap_in_ids_and_none_in_places(
    now: datetime,
) -> None:
    record_some(1, now)
    with transaction.atomic():
        record_some(3, now)
        transaction.set_rollback(True)
    record_some(1, now)
    assert order_entries() == 2
    assert check_whole_trail() == 2


def test_an_export_holds_what_had_no_place_a_moment_ago(now: datetime) -> None:
    record("something of another case", at=now, case_ref=uuid4())
    record_some(2, now)
    assert verify_export(export_case(A_CASE)) == 2
    assert latest_tree().size == 3


def test_many_entries_take_one_statement_as_one_does(
    now: datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        record_some(1, now)
    with django_assert_num_queries(1):
        record_some(200, now)
    assert [one.payload["n"] for one in entries_of(A_CASE)] == [0, *range(200)]


def test_nothing_at_all_may_be_recorded(now: datetime) -> None:
    record_some(0, now)
    assert order_entries() == 0
    assert check_whole_trail() == 0


def test_an_event_is_found_by_its_facts_on_its_own_case_only(now: datetime) -> None:
    record("no route", at=now, case_ref=A_CASE, sighting="one", rung=2)
    assert recorded_values("no route", "sighting", case_ref=A_CASE) == {"one"}
    assert recorded_values("no way", "sighting", case_ref=A_CASE) == frozenset()
    assert recorded_values("no route", "sighting", case_ref=uuid4()) == frozenset()


def test_a_tree_grown_leaf_by_leaf_has_the_root_of_rfc_9162() -> None:
    leaves, tree = list[bytes](), Tree()
    for n in range(70):
        assert tree.root == root_by_definition(leaves)
        leaf = hashlib.sha256(bytes([n])).digest()
        leaves, tree = [*leaves, leaf], tree.grown([leaf])
    assert tree == Tree().grown(leaves)
