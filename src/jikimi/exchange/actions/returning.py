"""What becomes of what a minor's report holds back: a caseworker's word, and the report's end."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection, transaction

from jikimi.cases.actions import hold_case
from jikimi.exchange.actions.changing import (
    batches,
    count_added,
    fresh_ids,
    hold_own_list,
    open_change,
    withdraw_entries,
)
from jikimi.exchange.actions.holding_back import places_of, what_is_off
from jikimi.exchange.minors_models import HeldBack
from jikimi.exchange.models import PrintList
from jikimi.exchange.rules.minors import Word
from jikimi.people.models import Staff
from jikimi.trail.actions import record

_DECIDED: Final = {
    Word.STAYS_OUT: "what a minor's report holds back stays out",
    Word.RETURNS: "what a minor's report holds back returns",
}
_LIST_AGAIN: Final = """
INSERT INTO exchange_entry (id, list_id, pdq, quality, added_on, change_id)
SELECT back.id, %s, back.pdq, back.quality, %s, %s
FROM unnest(%s::bigint[], %s::bytea[], %s::smallint[]) AS back (id, pdq, quality)
ON CONFLICT (list_id, pdq) DO NOTHING
"""
_HOLD_LISTED: Final = """
SELECT e.id FROM exchange_entry e
JOIN unnest(%s::bigint[], %s::bytea[]) AS a (list_id, pdq) USING (list_id, pdq)
ORDER BY e.id FOR UPDATE OF e
"""


@transaction.atomic
def keep_out(case_id: UUID, *, staff: Staff, now: datetime) -> bool:
    """Let all that a minor's report holds back stay out, as a caseworker says; whether that is new.

    Raises Case.DoesNotExist.
    """
    rows = _decide(case_id, Word.STAYS_OUT, staff, now)
    again = _hold_listed(rows)
    if again:
        withdraw_entries(again, open_change(now))
    return bool(rows)


def _hold_listed(rows: Collection[HeldBack]) -> list[int]:
    """The ids of what of these is listed, held until the transaction ends."""
    with connection.cursor() as cursor:
        lists, prints = [one.list_id for one in rows], [bytes(one.pdq) for one in rows]
        cursor.execute(_HOLD_LISTED, [lists, prints])
        return [entry for (entry,) in cursor.fetchall()]


@transaction.atomic
def let_return(case_id: UUID, *, staff: Staff, now: datetime) -> bool:
    """List all again that a minor's report holds back, as a caseworker says; whether that is new.

    Under new ids, and but for what another report holds back. Raises Case.DoesNotExist, and
    NoSuchList where a list is taken away at this moment.
    """
    rows = _decide(case_id, Word.RETURNS, staff, now)
    _list_again(rows, now)
    return bool(rows)


def _decide(case_id: UUID, word: Word, staff: Staff, now: datetime) -> list[HeldBack]:
    """Note the word on all rows of a case; return those of which it was not said before."""
    case = hold_case(case_id)
    mine = HeldBack.objects.filter(case=case)
    if not mine.exclude(word=word).exists():
        return []
    hold_own_list(now)
    rows = list(mine.exclude(word=word))
    mine.update(word=word, decided_at=now, decided_by=staff)
    actor = f"staff {staff.pk}"
    record(_DECIDED[word], at=now, actor=actor, because_of=str(case_id), prints=len(rows))
    return rows


@transaction.atomic
def stop_holding_back(case_id: UUID, *, now: datetime, even_what_stays_out: bool = False) -> int:
    """List again what a case that has ended held back; return how many that were.

    What a caseworker said stays out stays out until the case is erased, fingerprints and all, and
    what another report holds back stays with that. Raises Case.DoesNotExist, and NoSuchList where a
    list is taken away at this moment.
    """
    mine = HeldBack.objects.filter(case=hold_case(case_id))
    if not even_what_stays_out:
        mine = mine.filter(word=Word.WAITS)
    if not mine.exists():
        return 0
    hold_own_list(now)
    rows = [one for one in mine if one.word != Word.RETURNS]
    mine.delete()
    listed = _list_again(rows, now)
    event = "what a minor's report held back returns"
    record(event, at=now, because_of=str(case_id), prints=listed)
    return listed


def _list_again(rows: Collection[HeldBack], now: datetime) -> int:
    """List these under new ids where nothing holds them back any more; return how many.

    With today's date: an older one would tell who follows that they were held back.
    """
    back: dict[int, dict[bytes, HeldBack]] = {}
    for one in rows:
        if not one.is_taken_off:
            back.setdefault(one.list_id, {})[bytes(one.pdq)] = one
    listed = 0
    for list_ in PrintList.objects.filter(pk__in=list(back), ended_at=None).order_by("pk"):
        prints = back[list_.pk]
        for some in batches(list(prints)):
            held = what_is_off().filter(list=list_, pdq__in=some)
            for _list, pdq in places_of(held):
                del prints[pdq]
        listed += _put_on(list_, prints, now)
    return listed


def _put_on(list_: PrintList, prints: Mapping[bytes, HeldBack], now: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            _LIST_AGAIN,
            [
                *(list_.pk, now.date(), open_change(now).pk),
                fresh_ids(len(prints)).tolist(),
                list(prints),
                [one.quality for one in prints.values()],
            ],
        )
        added = int(cursor.rowcount)
    if added:
        count_added(list_, added, now)
    return added
