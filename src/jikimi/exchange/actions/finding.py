"""What was found near a case's fingerprints becomes a line on it: once, and never a proof."""

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Window
from django.db.models.functions import RowNumber

from jikimi.cases.actions import hold_case
from jikimi.cases.models import Case
from jikimi.exchange.lookups import cases_of_entry
from jikimi.exchange.models import FoundByPartner, ListedElsewhere
from jikimi.exchange.rules.lists import Origin, Purpose
from jikimi.trail.actions import record

AT_ONCE: Final = 500
_HIDDEN: Final = "a negative list hides something similar from partners"
FORGOTTEN_AT_ONCE: Final = 20_000
FOUND_IS_KEPT: Final = timedelta(days=30)


def note_on_cases(*, now: datetime) -> int:
    """Note finds that are not noted yet on the cases they belong to; return how many lines.

    A partner's find is a line of each of its cases once a day; that something is listed elsewhere,
    once for each list. One of an imported list belongs to no case.
    """
    found = _waiting_finds()
    listed = _waiting_listings()
    return sum(_note_find(pk, now) for pk in found) + sum(_note_listing(pk, now) for pk in listed)


def forget_finds(*, now: datetime, batch: int = FORGOTTEN_AT_ONCE) -> int:
    """Drop what partners found longer ago than FOUND_IS_KEPT, a batch of it; return how many."""
    old = FoundByPartner.objects.filter(day__lt=(now - FOUND_IS_KEPT).date()).order_by("pk")
    forgotten, _each = FoundByPartner.objects.filter(
        pk__in=list(old.values_list("pk", flat=True)[:batch])
    ).delete()
    return forgotten


def _waiting_finds() -> list[int]:
    """Of our own reports alone: what is found on another list would keep them waiting.

    Each partner's first before any second, so that none keeps another's waiting either.
    """
    waiting = FoundByPartner.objects.filter(noted_at=None, list__origin=Origin.OWN)
    turn = Window(RowNumber(), partition_by="partner_id", order_by="pk")
    ranked = waiting.annotate(turn=turn).order_by("turn", "pk")
    return list(ranked.values_list("pk", flat=True)[:AT_ONCE])


def _waiting_listings() -> list[int]:
    waiting = ListedElsewhere.objects.filter(noted_at=None).order_by("pk")
    return list(waiting.values_list("pk", flat=True)[:AT_ONCE])


@transaction.atomic
def _note_find(find_id: int, now: datetime) -> int:
    find = FoundByPartner.objects.get(pk=find_id)
    held = _hold_cases_of(find.entry_ref)
    # Asked again once the cases are held: somebody else may have done it meanwhile.
    if not FoundByPartner.objects.filter(pk=find_id, noted_at=None).update(noted_at=now):
        return 0
    for case in held:
        record(
            "partner saw something similar",
            at=now,
            case_ref=case.pk,
            partner=find.partner_id,
            find=find.pk,
            distance=find.nearest,
        )
    return len(held)


@transaction.atomic
def _note_listing(listing_id: int, now: datetime) -> int:
    listing = ListedElsewhere.objects.get(pk=listing_id)
    held = _hold_cases_of(listing.entry_ref)
    if not ListedElsewhere.objects.filter(pk=listing_id, noted_at=None).update(noted_at=now):
        return 0
    is_hidden = listing.list.purpose == Purpose.NEGATIVE
    event = _HIDDEN if is_hidden else "something similar is on another list"
    for case in held:
        record(
            event,
            at=now,
            case_ref=case.pk,
            list=listing.list_id,
            distance=listing.distance,
        )
    return len(held)


def _hold_cases_of(entry: int) -> list[Case]:
    """The cases whose entry it is, held in the order of their ids."""
    return [hold_case(case_id) for case_id in cases_of_entry(entry).values_list("pk", flat=True)]
