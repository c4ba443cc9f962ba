"""Looking at a link again so that nobody has to; what follows from it is in `seen`.

Nothing of a minor's case is ever fetched: `_to_be_looked_at` is the only way in.
"""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from jikimi.cases.lookups import (
    KnownPrints,
    known_prints,
    may_be_fetched,
    those_to_be_fetched,
)
from jikimi.cases.models import Case, CaseStatus, Sighting
from jikimi.cases.rules import DOWN, Liveness, SightingKind
from jikimi.people.models import Staff
from jikimi.takedown.actions.jobs import ask_for_a_look, ask_for_lookers
from jikimi.takedown.actions.moving import name_of
from jikimi.takedown.actions.seen import write_down
from jikimi.takedown.errors import MayNotLook
from jikimi.takedown.rules.matrix_links import hides_as_missing
from jikimi.takedown.rules.recheck import Judgement, judge
from jikimi.takedown.seeing.fetching import LinkFetcher
from jikimi.takedown.seeing.looking import see_link
from jikimi.trail.actions import record

# While somebody looks, nobody else starts: longer than the longest look takes.
_LOOK_CLAIM = timedelta(minutes=5)
_LOOKED_JUST_NOW = timedelta(minutes=10)
_TURN = timedelta(seconds=10)
_TOGETHER = 50
Clock = Callable[[], datetime]


@transaction.atomic
def ask_for_look(sighting_id: UUID, *, staff: Staff, now: datetime) -> None:
    """Have a link looked at as soon as a worker is free. Raises MayNotLook."""
    sighting = Sighting.objects.select_related("case").get(pk=sighting_id)
    if not _to_be_looked_at([sighting]):
        raise MayNotLook
    record("look asked for", at=now, case_ref=sighting.case_id, actor=name_of(staff))
    ask_for_a_look(sighting_id)


def plan_first_looks(case: Case, *, now: datetime) -> None:
    """Have the new links of an adult's case that is held looked at once nothing else waits.

    It is a row that says so and not a job, so that nothing that befalls a worker can lose it.
    """
    if case.is_minor:
        return
    new = case.sightings.filter(kind=SightingKind.LINK, last_look_at=None)
    if new.filter(next_look_at=None).update(next_look_at=now):
        ask_for_lookers()


def ask_for_due_looks(now: datetime) -> bool:
    """Ask for looking at what is due; return whether anything is."""
    # Not exists(): without the order the server would go through all places, due or not.
    is_any = _due(now).values("pk").first() is not None
    if is_any:
        ask_for_lookers()
    return is_any


def bring_look_forward(sighting: Sighting, now: datetime) -> None:
    """Have the next sweep look at a place, unless nobody may or somebody did just now."""
    if not may_be_fetched(sighting) or Liveness(sighting.liveness) in DOWN:
        return
    last = sighting.last_look_at
    sighting.next_look_at = max(now, last + _LOOKED_JUST_NOW) if last else now
    sighting.save(update_fields=["next_look_at"])


@transaction.atomic
def bring_looks_forward(sighting_ids: Collection[UUID], now: datetime) -> None:
    """Have places of any cases looked at now, where looks are planned and none is about to begin.

    What somebody holds is left out, for this waits for nobody.
    """
    later = Sighting.objects.filter(pk__in=sighting_ids, next_look_at__gt=now + _LOOK_CLAIM)
    free = list(later.select_for_update(skip_locked=True).values_list("pk", flat=True))
    Sighting.objects.filter(pk__in=free).update(next_look_at=now)


def look_at_due(fetcher: LinkFetcher, clock: Clock) -> int:
    """Look at links whose time has come, the one that waits longest first; return how many.

    Links of one case are looked at one after the other and written down together. It ends after
    a turn, so that a look that a person asks for waits no longer than that.
    """
    looks, ends = 0, clock() + _TURN
    while (now := clock()) < ends and (claimed := _claim_due(now)):
        looks += _look_in_turn(claimed, fetcher, now, lambda: clock() >= ends)
    return looks


def look_at(sighting_id: UUID, fetcher: LinkFetcher, *, now: datetime) -> Judgement | None:
    """Look at one link and act on it; None where nobody may look or somebody does already."""
    sighting = _claim_look(sighting_id, now)
    if sighting is None:
        return None
    judgement = _judgement(sighting, known_prints(sighting.case), fetcher)
    write_down(sighting.case_id, {sighting.pk: judgement}, now)
    return judgement


def _look_in_turn(
    claimed: list[Sighting], fetcher: LinkFetcher, now: datetime, is_over: Callable[[], bool]
) -> int:
    """Look at claimed links of one case until the turn is over; the rest wait as they did."""
    known = known_prints(claimed[0].case)
    judgements: dict[UUID, Judgement] = {}
    for sighting in claimed:
        if judgements and is_over():
            break
        judgements[sighting.pk] = _judgement(sighting, known, fetcher)
    write_down(claimed[0].case_id, judgements, now)
    _give_back([sighting.pk for sighting in claimed if sighting.pk not in judgements], now)
    return len(judgements)


@transaction.atomic
def _give_back(sighting_ids: Collection[UUID], now: datetime) -> None:
    """Links that were claimed at `now` and not looked at are due again.

    One that somebody holds is left until its claim ends, for this waits for nobody.
    """
    if not sighting_ids:
        return
    claimed = Sighting.objects.filter(pk__in=sighting_ids, next_look_at=now + _LOOK_CLAIM)
    free = list(claimed.select_for_update(skip_locked=True).values_list("pk", flat=True))
    Sighting.objects.filter(pk__in=free).update(next_look_at=now)


def _judgement(sighting: Sighting, known: KnownPrints, fetcher: LinkFetcher) -> Judgement:
    return judge(
        see_link(sighting.address, known.prints, fetcher),
        seen_there_before=sighting.seen_there,
        known_quality=known.least_quality,
        hides_as_missing=hides_as_missing(sighting.address),
    )


def _due(now: datetime) -> QuerySet[Sighting]:
    return Sighting.objects.filter(next_look_at__lte=now).order_by("next_look_at")


@transaction.atomic
def _claim_due(now: datetime) -> list[Sighting]:
    """The link that waits longest and more of its case's; none where nothing is due.

    Those that nobody may look at wait no longer.
    """
    due = _due(now).select_for_update(skip_locked=True, of=("self",))
    while (longest := due.first()) is not None:
        together = list(due.filter(case=longest.case_id)[:_TOGETHER])
        for one in together:
            one.case = longest.case
        may = _to_be_looked_at(together)
        _plan([one for one in together if one not in may], None)
        _plan(may, now + _LOOK_CLAIM)
        if may:
            return may
    return []


def _plan(sightings: Iterable[Sighting], at: datetime | None) -> None:
    Sighting.objects.filter(pk__in=[one.pk for one in sightings]).update(next_look_at=at)


def _to_be_looked_at(sightings: Iterable[Sighting]) -> list[Sighting]:
    may = those_to_be_fetched(sightings)
    return [one for one in may if one.case.status != CaseStatus.WITHDRAWN]


@transaction.atomic
def _claim_look(sighting_id: UUID, now: datetime) -> Sighting | None:
    sighting = (
        Sighting.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("case")
        .filter(pk=sighting_id)
        .first()
    )
    if sighting is None or not _to_be_looked_at([sighting]):
        return None
    sighting.next_look_at = now + _LOOK_CLAIM
    sighting.save(update_fields=["next_look_at"])
    return sighting
