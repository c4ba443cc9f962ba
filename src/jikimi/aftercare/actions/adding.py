"""More links and fingerprints, later."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from jikimi.aftercare.errors import CaseHasEnded, TooManyPlaces
from jikimi.aftercare.rules.adding import age_after, has_room
from jikimi.cases.actions import (
    NewFingerprint,
    NewVideo,
    add_fingerprints,
    add_sightings,
    hold_case,
    reopen_case,
)
from jikimi.cases.jobs import Job, ask_for
from jikimi.cases.lookups import fingerprints_held
from jikimi.cases.models import Case, CaseStatus
from jikimi.cases.rules import AgeGroup, Place
from jikimi.exchange.actions import keep_in_step
from jikimi.intake.actions import ACTOR
from jikimi.takedown.actions.becoming_minor import take_minors_path
from jikimi.takedown.actions.believing import take_words_back
from jikimi.takedown.actions.starting import begin_again_at
from jikimi.trail.actions import record


@dataclass(frozen=True, kw_only=True)
class Addition:
    """What she adds. `said_adult`: that whoever is in new pictures was 18 or over in all."""

    places: tuple[Place, ...]
    fingerprints: tuple[NewFingerprint | NewVideo, ...]
    said_adult: bool


@transaction.atomic
def add_to_report(case_id: UUID, addition: Addition, *, now: datetime) -> None:
    """Add what the case does not know yet; new places are drafted for like the first.

    A case that was closed opens again, and with it the work at places that it knows and she names
    once more; so does a place that was only said to be gone. Raises CaseHasEnded or TooManyPlaces.
    """
    case = hold_case(case_id)
    if case.status == CaseStatus.WITHDRAWN:
        raise CaseHasEnded
    places = case.sightings.count() + len(addition.places)
    if not has_room(places, fingerprints_held(case) + len(addition.fingerprints)):
        raise TooManyPlaces
    became_a_minors = _check_age(case, addition, now)
    before = fingerprints_held(case)
    new_prints = add_fingerprints(case, addition.fingerprints, now=now) - before
    again = _begin_again(case, addition.places, now)
    new_places = len(add_sightings(case, addition.places, now=now))
    if new_prints or became_a_minors:
        ask_for(Job.KEEP_LISTS_IN_STEP, case)
    if new_prints or new_places or again:
        record(
            "report added to",
            at=now,
            case_ref=case.pk,
            actor=ACTOR,
            fingerprints=new_prints,
            sightings=new_places,
            sightings_again=again,
        )


def _begin_again(case: Case, places: tuple[Place, ...], now: datetime) -> int:
    """A closed case opens again, with those of these places that it knows as up; how many."""
    addresses, again = [one.address for one in places], 0
    if addresses and case.status == CaseStatus.CLOSED:
        reopen_case(case, now=now)
        again = begin_again_at(case, addresses, now=now)
    take_words_back(case, addresses, actor=ACTOR, now=now)
    return again


def _check_age(case: Case, addition: Addition, now: datetime) -> bool:
    """Take the path that new pictures call for; whether it is a minor's from now on."""
    age = AgeGroup(case.age_group)
    after = age_after(age, new_pictures=bool(addition.fingerprints), said_adult=addition.said_adult)
    if after is age:
        return False
    take_minors_path(case, after, now=now)
    keep_in_step(case.pk, now=now)
    return True
