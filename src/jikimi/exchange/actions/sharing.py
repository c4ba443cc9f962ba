"""What partners hand in: each on a list of its own, to which nobody else writes."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import connection, transaction
from django.utils.text import slugify

from jikimi.exchange.actions.changing import (
    count_added,
    fresh_ids,
    note_as_come_and_gone,
    open_change,
    withdraw_entries,
)
from jikimi.exchange.actions.holding_back import forget_held_back, hold_back_new, what_is_off
from jikimi.exchange.errors import (
    ListIsFull,
    ListIsOtherwise,
    ListNameIsTaken,
    NoListToShareOn,
    NotAListName,
    PartnerHasAList,
)
from jikimi.exchange.lookups import facts_of
from jikimi.exchange.models import Entry, PrintList
from jikimi.exchange.rules.lists import (
    MOST_OF_A_PARTNER,
    OWN_LIST,
    Audience,
    ListFacts,
    Origin,
    Purpose,
    is_list_name,
)
from jikimi.people.models import Partner
from jikimi.trail.actions import record

LONGEST_NAME: Final = 40
# By their hashes, so that two that hand in the same never wait for each other.
_PUT_ON: Final = """
INSERT INTO exchange_entry (id, list_id, pdq, quality, added_on, change_id)
SELECT DISTINCT ON (a.pdq) a.id, %s, a.pdq, a.quality, %s, %s
FROM unnest(%s::bigint[], %s::bytea[], %s::smallint[]) AS a (id, pdq, quality)
ORDER BY a.pdq, a.quality DESC
ON CONFLICT (list_id, pdq) DO NOTHING
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class SharedPrint:
    """A fingerprint that a partner hands in."""

    pdq: bytes
    """32 bytes."""
    quality: int
    """0 to 100."""


@transaction.atomic
def open_partners_list(
    partner: str, *, name: str | None = None, audience: Audience | None = None, now: datetime
) -> ListFacts:
    """The list that a partner hands in to, which is made where it has none: for the house alone.

    Its name is made of the partner's unless it is told. Raises Partner.DoesNotExist, NotAListName,
    ListNameIsTaken, PartnerHasAList and ListIsOtherwise.
    """
    whose = Partner.objects.get(name=partner)
    known = PrintList.objects.filter(partner=whose, ended_at=None).first()
    if known is not None:
        if name not in {None, known.name}:
            raise PartnerHasAList(partner, known.name)
        if audience not in {None, known.audience}:
            raise ListIsOtherwise(known.name, "audience", known.audience)
        return facts_of(known)
    made = PrintList.objects.create(
        name=_free_name(name or slugify(partner)[:LONGEST_NAME].rstrip("-")),
        origin=Origin.PARTNER,
        purpose=Purpose.MATCH,
        audience=audience or Audience.HOUSE,
        made_at=now,
        partner=whose,
    )
    record("list opened for a partner", at=now, actor="operator", list=made.pk, partner=whose.pk)
    return facts_of(made)


def share_prints(
    partner: int, *, add: Sequence[SharedPrint], withdraw: Sequence[bytes], now: datetime
) -> None:
    """Put fingerprints on the list that a partner hands in, then take others off it.

    What stands there is left, and what does not is passed over: a repeat changes nothing. What is
    near a minor's fingerprint is held back where platforms may search, until a caseworker decides,
    and the partner is not told: it would learn what was reported here. To whoever follows it came
    and went. Each half is in force when it is done. Raises NoListToShareOn, ListIsFull (of what was
    to be added nothing is, and nothing is taken off), and NoSuchList where the list is taken away
    meanwhile.
    """
    list_ = PrintList.objects.filter(partner=partner, ended_at=None).first()
    if list_ is None:
        raise NoListToShareOn
    if add:
        _add(list_, add, now)
    if withdraw:
        _withdraw(list_, withdraw, now)
        # What was being held back at that moment was seen neither there nor here.
        _withdraw(list_, withdraw, now)


def _free_name(name: str) -> str:
    if not is_list_name(name):
        raise NotAListName(name)
    if name == OWN_LIST or PrintList.objects.filter(name=name, ended_at=None).exists():
        raise ListNameIsTaken(name)
    return name


@transaction.atomic
def _add(list_: PrintList, add: Sequence[SharedPrint], now: datetime) -> None:
    qualities = {one.pdq: one.quality for one in add}
    before = _off(list_, list(qualities))
    off = hold_back_new(list_, list(qualities), now=now, qualities=qualities)
    newly = off - before - _standing(list_, off)
    left = [one for one in add if one.pdq not in off]
    change = open_change(now)
    with connection.cursor() as cursor:
        cursor.execute(
            _PUT_ON,
            [
                *(list_.pk, now.date(), change.pk),
                fresh_ids(len(left)).tolist(),
                [one.pdq for one in left],
                [one.quality for one in left],
            ],
        )
        added = int(cursor.rowcount)
    note_as_come_and_gone(list_, len(newly), change)
    if added:
        count_added(list_, added, now)
    elif not newly:
        change.delete()
    _check_room(list_)


def _check_room(list_: PrintList) -> None:
    """Raises ListIsFull. What is held back from a list takes room as what stands there does:

    once, however many reports hold it back, else the sum would tell of them.
    """
    off = what_is_off().filter(list=list_).values("pdq").distinct().count()
    most = MOST_OF_A_PARTNER - off
    if PrintList.objects.filter(pk=list_.pk, size__gt=most).exists():
        raise ListIsFull(MOST_OF_A_PARTNER)


@transaction.atomic
def _withdraw(list_: PrintList, hashes: Sequence[bytes], now: datetime) -> None:
    before = _off(list_, hashes)
    forget_held_back(list_, hashes, now=now, decided_too=False)
    there = Entry.objects.filter(list=list_, pdq__in=hashes)
    rows = list(there.select_for_update().order_by("pk").values_list("pk", "pdq"))
    taken_off = before - _off(list_, hashes) - {bytes(pdq) for _entry, pdq in rows}
    if rows or taken_off:
        change = open_change(now)
        withdraw_entries([entry for entry, _pdq in rows], change)
        note_as_come_and_gone(list_, len(taken_off), change)


def _off(list_: PrintList, hashes: Collection[bytes]) -> frozenset[bytes]:
    """Those of these that are held back from the list."""
    held = what_is_off().filter(list=list_, pdq__in=hashes)
    return frozenset(bytes(pdq) for pdq in held.values_list("pdq", flat=True))


def _standing(list_: PrintList, hashes: Collection[bytes]) -> frozenset[bytes]:
    """Those of these that stand on the list."""
    there = Entry.objects.filter(list=list_, pdq__in=hashes).values_list("pdq", flat=True)
    return frozenset(bytes(pdq) for pdq in there)
