"""A picture that a visit saw: a match becomes a sighting of its case, all else is dropped."""

from datetime import datetime

from django.db import transaction

from jikimi.cases.actions import FoundCopy, add_found_copy, hold_case
from jikimi.cases.errors import NotALinkOrHandle
from jikimi.cases.lookups import is_known_from_a_minors_case
from jikimi.cases.models import Case
from jikimi.cases.rules import DOWN, Liveness, Place, SightingKind, read_place
from jikimi.takedown.actions.jobs import ask_for_a_look
from jikimi.takedown.rules.watching import BUDGETS, WatchScope, is_same_place, may_be_told
from jikimi.takedown.watch.finding import Find, Wanted, may_take_part
from jikimi.takedown.watch.models import WatchRun
from jikimi.takedown.watch.orders import SeenPicture
from jikimi.trail.actions import record


def take_in(run: WatchRun, wanted: Wanted, picture: SeenPicture, now: datetime) -> None:
    """Compare one picture; nothing that the crawler could not have seen there is believed."""
    scope = WatchScope(run.watch.scope)
    if run.pictures > BUDGETS[scope].pictures + BUDGETS[scope].pages:
        return
    if not may_be_told(scope, run.watch.address, picture.place):
        return
    try:
        place = read_place(picture.place)
    except NotALinkOrHandle:
        return
    finds = wanted.finds(picture.hash, picture.quality)
    run.matches += bool(finds)
    for find in finds:
        run.sightings += _write_down(run, find, place, picture.quality, now)


@transaction.atomic
def _write_down(run: WatchRun, find: Find, place: Place, quality: int, now: datetime) -> bool:
    """Whether it is a new sighting. Of a place that was down already, a look decides."""
    try:
        case = hold_case(find.case_id)
    except Case.DoesNotExist:
        return False  # it was erased during the visit
    if not may_take_part(case) or is_known_from_a_minors_case(place.address):
        return False
    links = case.sightings.filter(kind=SightingKind.LINK)
    known = next((one for one in links if is_same_place(one.address, place.address)), None)
    if known is not None:
        if Liveness(known.liveness) in DOWN:
            ask_for_a_look(known.pk)
        return False
    copy = FoundCopy(place=place, distance=find.distance, quality=quality)
    sighting = add_found_copy(case, copy, now=now)
    record(
        "copy found by a watch",
        at=now,
        case_ref=case.pk,
        watch=str(run.watch_id),
        sighting=str(sighting.pk),
        distance=find.distance,
        quality=quality,
    )
    return True
