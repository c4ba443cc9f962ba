"""Reading lists in, by the million."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import numpy as np
from django.db import connection, transaction

from jikimi.exchange.actions.changing import (
    BATCH,
    batches,
    count_added,
    fresh_ids,
    open_change,
)
from jikimi.exchange.actions.holding_back import hold_back_new
from jikimi.exchange.copying import HASH_BYTES, pack_arriving
from jikimi.exchange.errors import (
    ListIsFedByAPartner,
    ListIsOtherwise,
    NotAListName,
    OwnListIsFedByReports,
)
from jikimi.exchange.models import PrintList
from jikimi.exchange.rules.lists import (
    OWN_LIST,
    Audience,
    Origin,
    Purpose,
    is_list_name,
)
from jikimi.trail.actions import record

_ARRIVING: Final = """
CREATE TEMPORARY TABLE IF NOT EXISTS exchange_arriving (id bigint, pdq bytea) ON COMMIT DELETE ROWS
"""
_TAKE_IN: Final = """
INSERT INTO exchange_entry (id, list_id, pdq, added_on, change_id)
SELECT DISTINCT ON (pdq) id, %s, pdq, %s, %s FROM exchange_arriving
ON CONFLICT (list_id, pdq) DO NOTHING
"""


@dataclass(frozen=True, kw_only=True)
class Imported:
    """What came of an import: rows read, and how many of them were new on the list."""

    read: int = 0
    added: int = 0
    held_back: int = 0
    """Fingerprints that wait beside the list, because they are near a minor's."""

    def __add__(self, other: "Imported") -> "Imported":
        return Imported(
            read=self.read + other.read,
            added=self.added + other.added,
            held_back=self.held_back + other.held_back,
        )


def import_prints(
    name: str,
    hashes: Iterable[bytes],
    *,
    now: datetime,
    purpose: Purpose | None = None,
    audience: Audience | None = None,
    on_batch: Callable[[Imported], None] = lambda _so_far: None,
    batch: int = BATCH,
    clock: Callable[[], float] = time.monotonic,
) -> Imported:
    """Put PDQ hashes of 32 bytes on a list, which is made where it is new, for the house alone.

    In batches of 20,000, each a transaction of its own, so that nobody waits for it; broken off,
    it is begun anew and finds what it had. What is near a minor's fingerprint is held back where
    platforms may search, until a caseworker decides. The log tells of each batch when it came, by
    the seconds of `clock` since `now`. Raises NotAListName, OwnListIsFedByReports,
    ListIsFedByAPartner, ListIsOtherwise, and NoSuchList where the list is taken away meanwhile.
    """
    list_ = _list_for(name, purpose, audience, now)
    done, began = Imported(), clock()
    for rows in batches(hashes, batch):
        came_at = now + timedelta(seconds=clock() - began)
        done += _take_in(list_, rows, now, came_at)
        on_batch(done)
    with transaction.atomic():
        record(
            "list imported",
            at=now,
            actor="operator",
            list=list_.pk,
            added=done.added,
            held_back=done.held_back,
        )
    return done


def _list_for(
    name: str, purpose: Purpose | None, audience: Audience | None, now: datetime
) -> PrintList:
    if not is_list_name(name):
        raise NotAListName(name)
    if name == OWN_LIST:
        raise OwnListIsFedByReports
    list_, _new = PrintList.objects.get_or_create(
        name=name,
        ended_at=None,
        defaults={
            "origin": Origin.IMPORTED,
            "purpose": purpose or Purpose.MATCH,
            "audience": audience or Audience.HOUSE,
            "made_at": now,
        },
    )
    if list_.origin == Origin.PARTNER:
        raise ListIsFedByAPartner(name)
    if purpose is not None and list_.purpose != purpose:
        raise ListIsOtherwise(name, "purpose", list_.purpose)
    if audience is not None and list_.audience != audience:
        raise ListIsOtherwise(name, "audience", list_.audience)
    return list_


@transaction.atomic
def _take_in(list_: PrintList, batch: list[bytes], now: datetime, came_at: datetime) -> Imported:
    off = hold_back_new(list_, batch, now=now)
    left = [pdq for pdq in batch if pdq not in off]
    added = _put_on(list_, left, now, came_at) if left else 0
    return Imported(read=len(batch), added=added, held_back=len(off))


def _put_on(list_: PrintList, batch: list[bytes], now: datetime, came_at: datetime) -> int:
    rows = np.frombuffer(b"".join(batch), np.uint8).reshape(-1, HASH_BYTES)
    change = open_change(came_at)
    with connection.cursor() as cursor:
        cursor.execute(_ARRIVING)
        with cursor.copy("COPY exchange_arriving (id, pdq) FROM STDIN (FORMAT BINARY)") as copy:
            copy.write(pack_arriving(fresh_ids(len(rows)), rows))
        cursor.execute(_TAKE_IN, [list_.pk, now.date(), change.pk])
        added = int(cursor.rowcount)
        # Inside a longer transaction the next batch finds it empty, too.
        cursor.execute("DELETE FROM exchange_arriving")
    if added:
        count_added(list_, added, now)
    else:
        change.delete()
    return added
