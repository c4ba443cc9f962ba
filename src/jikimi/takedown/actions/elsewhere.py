"""Other addresses of the same thing: named once it was seen, looked at, and taken in by a person.

Archives and twin addresses of an adult's link only; nothing of a minor's is fetched here either.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from jikimi.cases.actions import FoundCopy, add_found_copy, add_sightings, hold_case
from jikimi.cases.errors import NotALinkOrHandle
from jikimi.cases.lookups import (
    is_known_from_a_minors_case,
    known_prints,
    may_be_fetched,
)
from jikimi.cases.models import CaseStatus, Sighting
from jikimi.cases.rules import LONGEST_LINK, read_place
from jikimi.people.models import Staff
from jikimi.takedown.actions.jobs import ask_to_look_elsewhere
from jikimi.takedown.actions.moving import name_of
from jikimi.takedown.elsewhere.mirrors import mirrors_in_use
from jikimi.takedown.elsewhere.models import OtherCopy
from jikimi.takedown.errors import MayNotLook, UnknownCopy
from jikimi.takedown.rules.other_links import other_links
from jikimi.takedown.rules.recheck import Verdict, judge
from jikimi.takedown.seeing.fetching import LinkFetcher
from jikimi.takedown.seeing.looking import see_link
from jikimi.trail.actions import record


def suggest_copies(sighting: Sighting, *, now: datetime) -> int:
    """Name where else the thing at a link may stand, and have it looked at; return how many.

    In a transaction that holds the case. Each address is named once a case; one that the case
    knows already is not named.
    """
    if not may_be_fetched(sighting):
        return 0
    known = set(sighting.case.sightings.values_list("address", flat=True))
    fresh = [
        one
        for one in other_links(sighting.address, mirrors_in_use())
        if one.address not in known and len(one.address.encode()) <= LONGEST_LINK
    ]
    made = [
        copy
        for one in fresh
        for copy, is_new in [
            OtherCopy.objects.get_or_create(
                case=sighting.case,
                address=one.address,
                defaults={
                    "sighting": sighting,
                    "name": one.name,
                    "is_archive": one.is_archive,
                    "named_at": now,
                },
            )
        ]
        if is_new
    ]
    for copy in made:
        ask_to_look_elsewhere(copy.pk)
    return len(made)


def look_elsewhere(copy_id: UUID, fetcher: LinkFetcher, *, now: datetime) -> Verdict | None:
    """Look at one named address; None where nobody may, or it was erased. No case changes by it."""
    copy = OtherCopy.objects.select_related("sighting__case").filter(pk=copy_id).first()
    if copy is None or not _may_look(copy):
        return None
    known = known_prints(copy.sighting.case)
    seen = see_link(copy.address, known.prints, fetcher)
    judgement = judge(seen, seen_there_before=False, known_quality=known.least_quality)
    OtherCopy.objects.filter(pk=copy.pk).update(
        verdict=judgement.verdict.value,
        because=judgement.because,
        distance=judgement.distance,
        quality=judgement.quality,
        looked_at=now,
    )
    return judgement.verdict


@transaction.atomic
def ask_elsewhere_again(sighting_id: UUID, *, staff: Staff, now: datetime) -> int:
    """Have every other address of a place named and looked at again; return how many.

    Raises MayNotLook.
    """
    case = hold_case(Sighting.objects.values_list("case", flat=True).get(pk=sighting_id))
    sighting = Sighting.objects.select_related("case").get(pk=sighting_id)
    if not may_be_fetched(sighting) or case.status == CaseStatus.WITHDRAWN:
        raise MayNotLook
    fresh = suggest_copies(sighting, now=now)
    waiting = OtherCopy.objects.filter(sighting=sighting, looked_at__isnull=False)
    for copy_id in waiting.values_list("pk", flat=True):
        ask_to_look_elsewhere(copy_id)
    record("other addresses asked for", at=now, case_ref=case.pk, actor=name_of(staff))
    return fresh + len(waiting)


@transaction.atomic
def take_in_copy(copy_id: UUID, *, staff: Staff, now: datetime) -> Sighting | None:
    """Make a sighting of a named address, so that a notice is drafted; None if it is one already.

    Raises UnknownCopy, or MayNotLook for a withdrawn case and for an address of a minor's.
    """
    copy = OtherCopy.objects.select_related("sighting__case").filter(pk=copy_id).first()
    if copy is None:
        raise UnknownCopy
    case = hold_case(copy.case_id)
    if not _may_look(copy) or case.status == CaseStatus.WITHDRAWN:
        raise MayNotLook
    try:
        place = read_place(copy.address)
    except NotALinkOrHandle:
        raise UnknownCopy from None
    if case.sightings.filter(address=place.address).exists():
        return None
    record(
        "other address taken in", at=now, case_ref=case.pk, actor=name_of(staff), copy=str(copy.pk)
    )
    if copy.verdict == Verdict.STILL_THERE and copy.distance is not None:
        found = FoundCopy(
            place=place, distance=copy.distance, quality=copy.quality or 0, found_by="A look"
        )
        return add_found_copy(case, found, now=now)
    return next(iter(add_sightings(case, (place,), now=now)), None)


def _may_look(copy: OtherCopy) -> bool:
    return (
        may_be_fetched(copy.sighting)
        and copy.sighting.case.status != CaseStatus.WITHDRAWN
        and not is_known_from_a_minors_case(copy.address)
    )
