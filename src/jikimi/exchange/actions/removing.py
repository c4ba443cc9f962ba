"""Taking fingerprints off a list of others, and taking away such a list as a whole."""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final

from django.db import connection, transaction

from jikimi.exchange.actions.changing import BATCH, batches, open_change, withdraw_entries
from jikimi.exchange.actions.holding_back import forget_held_back
from jikimi.exchange.errors import NoSuchList, OwnListIsFedByReports
from jikimi.exchange.models import Entry, PrintList
from jikimi.exchange.rules.lists import OWN_LIST
from jikimi.trail.actions import record

_DELETE_SOME: Final = """
DELETE FROM exchange_entry WHERE id IN (
    SELECT id FROM exchange_entry WHERE list_id = %s ORDER BY pdq LIMIT %s
) RETURNING id
"""


def withdraw_prints(
    name: str, hashes: Iterable[bytes], *, now: datetime, batch: int = BATCH
) -> int:
    """Take fingerprints off a list that is not our own; return how many stood there.

    Those that are held back from it, too. In batches like an import, each in force when it
    is done. Raises NoSuchList and OwnListIsFedByReports.
    """
    list_ = _of_others(name)
    withdrawn = sum(_withdraw(list_, rows, now) for rows in batches(hashes, batch))
    if withdrawn:
        with transaction.atomic():
            record("list shortened", at=now, actor="operator", list=list_.pk, withdrawn=withdrawn)
    return withdrawn


def end_list(
    name: str, *, now: datetime, on_batch: Callable[[int], None] = lambda _so_far: None
) -> int:
    """Take away a list that is not our own; return how many fingerprints it held.

    From the first commit on nobody searches it, and its name is free. Its fingerprints are deleted
    after that, in batches; what is left when this is broken off goes at night. Raises NoSuchList
    and OwnListIsFedByReports.
    """
    list_ = _of_others(name)
    with transaction.atomic():
        forget_held_back(list_, now=now)
        if not PrintList.objects.filter(pk=list_.pk, ended_at=None).update(ended_at=now):
            raise NoSuchList(name)
        open_change(now)  # wakes those who follow
        record("list ended", at=now, actor="operator", list=list_.pk)
    return clear_ended_lists(on_batch=on_batch)


def clear_ended_lists(
    *, batch: int = BATCH, on_batch: Callable[[int], None] = lambda _so_far: None
) -> int:
    """Delete what is left on lists that have ended; return how many fingerprints that were.

    Who follows has dropped those lists, so that no single withdrawal has to be told.
    """
    cleared = 0
    ended = PrintList.objects.filter(ended_at__isnull=False, size__gt=0)
    for list_ in list(ended.values_list("pk", flat=True)):
        while deleted := _delete_some(list_, batch):
            cleared += deleted
            on_batch(cleared)
        PrintList.objects.filter(pk=list_).update(size=0)
    return cleared


def _of_others(name: str) -> PrintList:
    if name == OWN_LIST:
        raise OwnListIsFedByReports
    list_ = PrintList.objects.filter(name=name, ended_at=None).first()
    if list_ is None:
        raise NoSuchList(name)
    return list_


def _withdraw(list_: PrintList, hashes: list[bytes], now: datetime) -> int:
    withdrawn = _take_off(list_, hashes, now)
    with transaction.atomic():  # what was being held back meanwhile was nowhere to be seen
        return withdrawn + forget_held_back(list_, hashes, now=now)


@transaction.atomic
def _take_off(list_: PrintList, hashes: list[bytes], now: datetime) -> int:
    forgotten = forget_held_back(list_, hashes, now=now)
    there = Entry.objects.filter(list=list_, pdq__in=hashes)
    entries = list(there.select_for_update().order_by("pk").values_list("pk", flat=True))
    withdrawn = withdraw_entries(entries, open_change(now)) if entries else 0
    return forgotten + withdrawn


@transaction.atomic
def _delete_some(list_: int, most: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_DELETE_SOME, [list_, most])
        deleted = [entry for (entry,) in cursor.fetchall()]
        # After the entries: whoever lets one rest holds it, so that no step comes in between.
        cursor.execute("DELETE FROM exchange_reststep WHERE entry_id = ANY(%s)", [deleted])
        return len(deleted)
