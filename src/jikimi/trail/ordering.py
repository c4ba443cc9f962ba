"""Giving entries their places in the tree, after their transactions have committed.

Entries get places in the order of their ids, all those that can be seen, in batches. One that
commits late comes into a later batch; nothing that has a place moves. How far entries are
*settled*, so that they need not be gone through again, rests on three steps in this order:

1. read the last id that was given out;
2. see that no other transaction holds the lock that writing an entry takes. It takes it before
   its id and keeps it to its end, so every id up to the one read belongs to an entry that is
   committed or will never be;
3. only then look for entries without a place.

While somebody writes, the mark stays where it was.
"""

from typing import Final

from django.db import IntegrityError, connection, transaction

from jikimi.trail.errors import PlaceDiffers
from jikimi.trail.lookups import NOTHING_SETTLED, latest_head, latest_tree
from jikimi.trail.models import TreeHead
from jikimi.trail.rules import Tree

BATCH: Final = 50_000
# One orderer at a time. Writers never take this lock.
_ORDER_LOCK: Final = 0x6A696B69

_LAST_ID = "SELECT pg_sequence_last_value(pg_get_serial_sequence('trail_entry', 'id')::regclass)"
_SOMEBODY_WRITES = """
SELECT EXISTS (
    SELECT FROM pg_locks
    WHERE locktype = 'relation' AND relation = 'trail_entry'::regclass
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND mode = 'RowExclusiveLock' AND granted AND pid IS DISTINCT FROM pg_backend_pid()
)
"""
_GIVE_PLACES = """
WITH fresh AS MATERIALIZED (
    SELECT id, leaf FROM trail_entry AS e
    WHERE id > %(settled)s AND NOT EXISTS (
        SELECT FROM trail_place AS p WHERE p.entry_id = e.id AND p.entry_id > %(settled)s
    )
    ORDER BY id LIMIT %(batch)s
), given AS (
    INSERT INTO trail_place (position, entry_id)
    SELECT %(size)s + row_number() OVER (ORDER BY id) - 1, id FROM fresh
)
SELECT id, leaf FROM fresh ORDER BY id
"""


def order_entries(batch: int = BATCH) -> int:
    """Give every committed entry its place; return how many places there are now.

    Takes a lock that only orderers take: call it where no transaction is open that holds more.
    Raises PlaceDiffers where somebody else has given a place.
    """
    while _order_batch(batch):
        pass
    return latest_tree().size


@transaction.atomic
def _order_batch(batch: int) -> bool:
    """Give places to at most so many entries; whether there may be more."""
    _take_turn()
    head, tree = latest_head(), latest_tree()
    settled = head.settled if head else NOTHING_SETTLED
    known = _all_known_up_to()
    placed = _give_places(tree.size, settled, batch)
    if not placed:
        return False
    is_full = len(placed) == batch
    if known is not None:
        settled = max(settled, min(known, placed[-1][0]) if is_full else known)
    _write_head(tree.grown(leaf for _, leaf in placed), settled)
    return is_full


def _take_turn() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ORDER_LOCK])


def _all_known_up_to() -> int | None:
    """The id up to which no entry can still appear; None while somebody writes."""
    with connection.cursor() as cursor:
        cursor.execute(_LAST_ID)
        (last,) = cursor.fetchone()
        cursor.execute(_SOMEBODY_WRITES)
        (somebody_writes,) = cursor.fetchone()
    return None if somebody_writes else last


def _give_places(size: int, settled: int, batch: int) -> list[tuple[int, bytes]]:
    """The entries that got places from `size` on, as (id, leaf).

    Raises PlaceDiffers where a place beyond the last head is taken: nobody but us gives any.
    """
    with connection.cursor() as cursor:
        try:
            cursor.execute(_GIVE_PLACES, {"size": size, "settled": settled, "batch": batch})
        except IntegrityError as error:
            raise PlaceDiffers(size) from error
        return [(entry_id, bytes(leaf)) for entry_id, leaf in cursor]


def _write_head(tree: Tree, settled: int) -> None:
    TreeHead.objects.create(last_id=tree.size - 1, peaks=b"".join(tree.peaks), settled=settled)
