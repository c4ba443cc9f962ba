"""What was found near a case's fingerprints becomes a line on it: once, and never a proof."""

from datetime import datetime
from typing import Final

from django.db import transaction

from jikimi.cases.actions import hold_case
from jikimi.cases.models import Case
from jikimi.exchange.lookups import cases_of_entry
from jikimi.exchange.models import FoundByPartner, ListedElsewhere
from jikimi.trail.actions import record

AT_ONCE: Final = 500


def note_on_cases(*, now: datetime) -> int:
    """Note finds that are not noted yet on the cases they belong to; return how many lines.

    A partner's find is a line of each of its cases once a day; that something is listed elsewhere,
    once for each list. One of an imported list belongs to no case.
    """
    found = _waiting(FoundByPartner)
    listed = _waiting(ListedElsewhere)
    return sum(_note_find(pk, now) for pk in found) + sum(_note_listing(pk, now) for pk in listed)


def _waiting(what: type[FoundByPartner] | type[ListedElsewhere]) -> list[int]:
    waiting = what.objects.filter(noted_at=None).order_by("pk")
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
    for case in held:
        record(
            "something similar is on another list",
            at=now,
            case_ref=case.pk,
            list=listing.list_id,
            distance=listing.distance,
        )
    return len(held)


def _hold_cases_of(entry: int) -> list[Case]:
    """The cases whose entry it is, held in the order of their ids."""
    return [hold_case(case_id) for case_id in cases_of_entry(entry).values_list("pk", flat=True)]
