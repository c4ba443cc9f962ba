"""What SQL can do to the trail, sent as the application's own role."""

from datetime import datetime

import pytest
from django.db import DatabaseError, connection, transaction

from jikimi.intake.actions import receive_report
from jikimi.trail.actions import Event, record_many
from jikimi.trail.checking import check_whole_trail
from jikimi.trail.errors import (
    LeafDiffers,
    PlaceDiffers,
    RootDiffers,
    WaitingEntryDiffers,
)
from jikimi.trail.ordering import order_entries
from tests.reports import A_REPORT

pytestmark = pytest.mark.django_db

CHANGES = [
    "UPDATE trail_entry SET at = now()",
    "UPDATE trail_entrycontent SET payload = '{}'",
    "UPDATE trail_consent SET granted = true",
    "DELETE FROM trail_consent",
    "DELETE FROM trail_entrycontent WHERE entry_id = 0",
    "TRUNCATE trail_entry CASCADE",
    "INSERT INTO trail_entry TABLE trail_entry ON CONFLICT (id) DO UPDATE SET leaf=''",
    "WITH gone AS (DELETE FROM trail_consent RETURNING id) SELECT * FROM gone",
    "UPDATE trail_place SET position = position + 1",
    "DELETE FROM trail_place",
    "UPDATE trail_treehead SET peaks = ''",
    "DELETE FROM trail_treehead",
    "TRUNCATE trail_place CASCADE",
    "MERGE INTO trail_consent AS c USING (SELECT 1) AS one ON true WHEN MATCHED THEN DELETE",
]


@pytest.mark.parametrize("sql", CHANGES)
@pytest.mark.parametrize("role", ["origin", "replica"])
def test_no_statement_changes_what_was_written(sql: str, role: str, now: datetime) -> None:
    receive_report(A_REPORT, now=now)
    order_entries()
    before = check_whole_trail()
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL session_replication_role = {role}")
        # TRUNCATE inside a transaction already stumbles over the tests' own deferred checks.
        refusal = "pending trigger events" if "TRUNCATE" in sql else "append-only"
        with pytest.raises(DatabaseError, match=refusal), transaction.atomic():
            cursor.execute(sql)
    assert check_whole_trail() == before


# Entries 0 to 7 of the tree got their places four and four; 8 and 9 have none yet.
AT = "(SELECT entry_id FROM trail_place WHERE position = {})"
WAITING = "(SELECT max(id) FROM trail_entry)"
REMOVED = [
    f"DELETE FROM trail_entrycontent WHERE entry_id = {AT.format(2)}",
    f"DELETE FROM trail_entry WHERE id = {AT.format(2)}",
    "DELETE FROM trail_place WHERE position = 2",
]
MOVED_UP = [f"UPDATE trail_place SET position = {n - 1} WHERE position = {n}" for n in range(3, 8)]
HEADS_MOVED_UP = [
    f"UPDATE trail_treehead SET last_id = {n - 1} WHERE last_id = {n}" for n in (3, 7)
]
SWAPPED = [
    "UPDATE trail_place SET position = -1 WHERE position = 1",
    "UPDATE trail_place SET position = 1 WHERE position = 5",
    "UPDATE trail_place SET position = 5 WHERE position = -1",
]
ONE_AND_FIVE = f"({AT.format(1)}, {AT.format(5)}), ({AT.format(5)}, {AT.format(1)})"
CONTENTS_SWAPPED = [
    f"UPDATE trail_{table} AS a SET {what} FROM trail_{table} AS b"
    f" WHERE (a.{key}, b.{key}) IN ({ONE_AND_FIVE})"
    for table, key, what in (
        ("entry", "id", "leaf = b.leaf"),
        ("entrycontent", "entry_id", "salt = b.salt, payload = b.payload"),
    )
]
COPIED = (
    "WITH twin AS (INSERT INTO trail_entry (id, at, leaf) SELECT {id}, at, leaf FROM trail_entry"
    f" WHERE id = {AT.format(3)} RETURNING id) "
    "INSERT INTO trail_entrycontent SELECT twin.id, c.salt, c.payload "
    f"FROM trail_entrycontent AS c, twin WHERE c.entry_id = {AT.format(3)}"
)
OTHER_PAYLOAD = "UPDATE trail_entrycontent SET payload = jsonb_set(payload, '{n}', '99')"
BY_THE_OWNER = {
    "payload changed": ([f"{OTHER_PAYLOAD} WHERE entry_id = {AT.format(2)}"], LeafDiffers),
    "waiting payload changed": (
        [f"{OTHER_PAYLOAD} WHERE entry_id = {WAITING}"],
        WaitingEntryDiffers,
    ),
    "leaf changed": (
        [f"UPDATE trail_entry SET leaf = sha256('x') WHERE id = {AT.format(2)}"],
        LeafDiffers,
    ),
    "content erased": ([REMOVED[0]], LeafDiffers),
    "waiting content erased": (
        [f"DELETE FROM trail_entrycontent WHERE entry_id = {WAITING}"],
        WaitingEntryDiffers,
    ),
    "entry removed": (REMOVED, PlaceDiffers),
    "entry removed, the rest moved up": ([*REMOVED, *MOVED_UP], RootDiffers),
    "entry removed, all moved up": ([*REMOVED, *MOVED_UP, *HEADS_MOVED_UP], RootDiffers),
    "last entry removed with its place": (
        ["DELETE FROM trail_place WHERE position = 7"],
        PlaceDiffers,
    ),
    "last place kept, its entry removed": (
        [f"DELETE FROM trail_entry WHERE id = {AT.format(7)}"],
        PlaceDiffers,
    ),
    "places swapped": (SWAPPED, RootDiffers),
    "contents and leaves swapped": (
        CONTENTS_SWAPPED,
        RootDiffers,
    ),
    "head changed": (
        ["UPDATE trail_treehead SET peaks = sha256('x') WHERE last_id = 3"],
        RootDiffers,
    ),
    "last head removed": (["DELETE FROM trail_treehead WHERE last_id = 7"], PlaceDiffers),
    "place taken back": (
        ["DELETE FROM trail_place WHERE position = 2", *MOVED_UP, *HEADS_MOVED_UP],
        RootDiffers,
    ),
}


def ten_written(now: datetime) -> None:
    for count in (4, 4):
        record_many([Event(name="step taken", at=now, facts={"n": n}) for n in range(count)])
        order_entries()
    record_many([Event(name="step taken", at=now, facts={"n": n}) for n in range(2)])


@pytest.mark.parametrize("way", BY_THE_OWNER)
def test_what_the_owner_of_the_database_changes_is_found(way: str, now: datetime) -> None:
    statements, error = BY_THE_OWNER[way]
    ten_written(now)
    assert check_whole_trail() == 10
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in ("trail_entry", "trail_entrycontent", "trail_place", "trail_treehead"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute("SET LOCAL session_replication_role = replica")
        for statement in statements:
            cursor.execute(statement)
            assert cursor.rowcount > 0, statement
    with pytest.raises(error):
        check_whole_trail()


BY_THE_APPLICATION = {
    "entry without content": (
        "INSERT INTO trail_entry (at, leaf) VALUES (now(), sha256('made up'))",
        WaitingEntryDiffers,
    ),
    "entry under an id that is settled": (
        COPIED.format(id="(SELECT min(id) - 1 FROM trail_entry)"),
        WaitingEntryDiffers,
    ),
    "place without a head": (f"INSERT INTO trail_place VALUES (8, {WAITING})", PlaceDiffers),
    "place after a hole": (f"INSERT INTO trail_place VALUES (9, {WAITING})", PlaceDiffers),
    "place before the first": (f"INSERT INTO trail_place VALUES (-1, {WAITING})", PlaceDiffers),
    "head that nothing gives": (
        "INSERT INTO trail_treehead VALUES (5, sha256('made up'), 0)",
        RootDiffers,
    ),
}


@pytest.mark.parametrize("way", BY_THE_APPLICATION)
def test_what_the_application_slips_in_is_found(way: str, now: datetime) -> None:
    statement, error = BY_THE_APPLICATION[way]
    ten_written(now)
    with connection.cursor() as cursor:
        cursor.execute(statement)
    with pytest.raises(error):
        check_whole_trail()


def test_an_entry_without_content_is_still_found_once_it_has_a_place(now: datetime) -> None:
    ten_written(now)
    with connection.cursor() as cursor:
        cursor.execute(BY_THE_APPLICATION["entry without content"][0])
    order_entries()
    with pytest.raises(LeafDiffers):
        check_whole_trail()


def test_places_are_not_given_over_one_that_was_slipped_in(now: datetime) -> None:
    ten_written(now)
    with connection.cursor() as cursor:
        cursor.execute(BY_THE_APPLICATION["place without a head"][0])
    with pytest.raises(PlaceDiffers), transaction.atomic():
        order_entries()
