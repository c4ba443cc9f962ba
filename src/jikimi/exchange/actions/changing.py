"""What every change of a list is written with: a place in the log, fresh ids, withdrawals."""

import os
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Final, TypeVar

import numpy as np
from django.db import connection
from django.db.models import F
from numpy.typing import NDArray

from jikimi.exchange.errors import NoSuchList
from jikimi.exchange.models import Change, PrintList, Withdrawal
from jikimi.exchange.rules.lists import OWN_LIST, Audience, Origin

Row = TypeVar("Row")
BATCH: Final = 20_000
WRITTEN_AT_ONCE: Final = 1_000
"""Rows of one statement: it takes 65,535 parameters, each column of each row being one."""
_ID_BITS: Final = np.uint64(2**63 - 1)
# The fingerprint goes; its random id is told to those who follow.
_WITHDRAW: Final = """
WITH gone AS (
    DELETE FROM exchange_entry WHERE id = ANY(%s) RETURNING id, list_id
), counted AS (
    UPDATE exchange_printlist AS l SET size = l.size - g.entries, changed_at = %s
    FROM (SELECT list_id, count(*) AS entries FROM gone GROUP BY list_id) AS g
    WHERE l.id = g.list_id
)
INSERT INTO exchange_withdrawal (entry_ref, list_id, change_id)
SELECT id, list_id, %s FROM gone
"""


def open_change(now: datetime) -> Change:
    """A place in the log for what this transaction changes; it gets its position at the commit."""
    return Change.objects.create(at=now)


def fresh_ids(count: int) -> NDArray[np.uint64]:
    """Random ids from 0 to 2^63 - 1. Ten million of them collide once in a hundred thousand tries,

    which the primary key then refuses.
    """
    return np.frombuffer(os.urandom(8 * count), np.uint64) & _ID_BITS


def hold_own_list(now: datetime) -> PrintList:
    """The list of our own reports, held until the transaction ends: its changes take turns.

    Hold the case first. Whoever asks for a list's row because an entry names it does not wait.
    """
    own, _new = PrintList.objects.get_or_create(
        name=OWN_LIST,
        ended_at=None,
        defaults={"origin": Origin.OWN, "audience": Audience.PLATFORMS, "made_at": now},
    )
    return PrintList.objects.select_for_update(no_key=True).get(pk=own.pk)


def withdraw_entries(entries: Sequence[int], change: Change) -> int:
    """Take entries off their lists, all with their fingerprints; return how many were there."""
    with connection.cursor() as cursor:
        cursor.execute(_WITHDRAW, [list(entries), change.at, change.pk])
        withdrawn = int(cursor.rowcount)
        # After the entries: whoever lets one rest holds it, so that no step comes in between.
        cursor.execute("DELETE FROM exchange_reststep WHERE entry_id = ANY(%s)", [list(entries)])
        return withdrawn


def note_as_come_and_gone(list_: PrintList, count: int, change: Change) -> None:
    """Write withdrawals of so many entries that never were, for what is held back instead.

    Whoever follows then reads of it as of what is hidden or rests.
    """
    Withdrawal.objects.bulk_create(
        [
            Withdrawal(entry_ref=entry, list=list_, change=change)
            for entry in fresh_ids(count).tolist()
        ],
        batch_size=1_000,
    )


def count_added(list_: PrintList, added: int, now: datetime) -> None:
    """Keep a list's size; the last thing before the commit, since others wait for its row.

    Raises NoSuchList where it has ended meanwhile.
    """
    living = PrintList.objects.filter(pk=list_.pk, ended_at=None)
    if not living.update(size=F("size") + added, changed_at=now):
        raise NoSuchList(list_.name)


def batches(rows: Iterable[Row], size: int = BATCH) -> Iterator[list[Row]]:
    """Rows in lists of so many, so that neither memory nor whoever waits has to hold out."""
    waiting = iter(rows)
    while some := list(islice(waiting, size)):
        yield some
