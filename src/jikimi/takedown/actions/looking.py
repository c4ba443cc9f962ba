"""Looking at a link again so that nobody has to, and what follows from what was seen.

Nothing of a minor's case is ever fetched: `_may_look` is the only way in.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from jikimi.cases.actions import end_case, hold_case, reopen_case
from jikimi.cases.lookups import least_known_quality, may_be_fetched, usable_fingerprints
from jikimi.cases.models import Case, CaseStatus, Sighting
from jikimi.cases.rules import DOWN, Liveness, SightingKind
from jikimi.people.models import Staff
from jikimi.takedown.actions.drafting import draft_for_sighting
from jikimi.takedown.actions.elsewhere import suggest_copies
from jikimi.takedown.actions.jobs import ask_for_a_look, ask_for_lookers
from jikimi.takedown.actions.moving import move, name_of
from jikimi.takedown.errors import MayNotLook
from jikimi.takedown.models import Notice
from jikimi.takedown.rules.matrix_links import hides_as_missing
from jikimi.takedown.rules.notice import NoticeState, may_follow
from jikimi.takedown.rules.recheck import Judgement, judge, next_look
from jikimi.takedown.seeing.fetching import LinkFetcher
from jikimi.takedown.seeing.looking import see_link
from jikimi.trail.actions import record

# While somebody looks, nobody else starts: longer than the longest look takes.
_LOOK_CLAIM = timedelta(minutes=5)
_TURN = timedelta(seconds=10)
Clock = Callable[[], datetime]


@transaction.atomic
def ask_for_look(sighting_id: UUID, *, staff: Staff, now: datetime) -> None:
    """Have a link looked at as soon as a worker is free. Raises MayNotLook."""
    sighting = Sighting.objects.select_related("case").get(pk=sighting_id)
    if not _may_look(sighting):
        raise MayNotLook
    record("look asked for", at=now, case_ref=sighting.case_id, actor=name_of(staff))
    ask_for_a_look(sighting_id)


@transaction.atomic
def plan_first_looks(case_id: UUID, *, now: datetime) -> None:
    """Have the new links of an adult's case looked at once nothing else waits.

    It is a row that says so and not a job, so that nothing that befalls a worker can lose it.
    """
    if hold_case(case_id).is_minor:
        return
    new = Sighting.objects.filter(case=case_id, kind=SightingKind.LINK, looks=0)
    if new.filter(next_look_at=None).update(next_look_at=now):
        ask_for_lookers()


def ask_for_due_looks(now: datetime) -> bool:
    """Ask for looking at what is due; return whether anything is."""
    is_any = _due(now).exists()
    if is_any:
        ask_for_lookers()
    return is_any


def look_at_due(fetcher: LinkFetcher, clock: Clock) -> int:
    """Look at links whose time has come, the one that waits longest first; return how many.

    It ends after a turn, so that a look that a person asks for waits no longer than that.
    """
    looks, ends = 0, clock() + _TURN
    while (now := clock()) < ends and (sighting := _claim_due(now)) is not None:
        _look(sighting, fetcher, now)
        looks += 1
    return looks


def look_at(sighting_id: UUID, fetcher: LinkFetcher, *, now: datetime) -> Judgement | None:
    """Look at one link and act on it; None where nobody may look or somebody does already."""
    sighting = _claim_look(sighting_id, now)
    return None if sighting is None else _look(sighting, fetcher, now)


def _look(sighting: Sighting, fetcher: LinkFetcher, now: datetime) -> Judgement:
    known = usable_fingerprints(sighting.case)
    seen = see_link(sighting.address, known, fetcher)
    judgement = judge(
        seen,
        seen_there_before=sighting.seen_there,
        known_quality=least_known_quality(sighting.case),
        hides_as_missing=hides_as_missing(sighting.address),
    )
    _write_down(sighting.pk, judgement, now)
    return judgement


def close_if_all_down(case: Case, now: datetime) -> None:
    """Close an open, held case once every place it knows is down."""
    states = set(case.sightings.values_list("liveness", flat=True))
    if case.status == CaseStatus.OPEN and states and states <= DOWN:
        end_case(case, CaseStatus.CLOSED, actor="system", now=now)


def _due(now: datetime) -> QuerySet[Sighting]:
    due = Sighting.objects.filter(next_look_at__lte=now)
    return due.exclude(case__status=CaseStatus.WITHDRAWN)


@transaction.atomic
def _claim_due(now: datetime) -> Sighting | None:
    """The link that waits longest; those that nobody may look at wait no longer."""
    while True:
        sighting = (
            _due(now)
            .select_for_update(skip_locked=True, of=("self",))
            .select_related("case")
            .order_by("next_look_at")
            .first()
        )
        if sighting is None:
            return None
        may = _may_look(sighting)
        sighting.next_look_at = now + _LOOK_CLAIM if may else None
        sighting.save(update_fields=["next_look_at"])
        if may:
            return sighting


def _may_look(sighting: Sighting) -> bool:
    return may_be_fetched(sighting) and sighting.case.status != CaseStatus.WITHDRAWN


@transaction.atomic
def _claim_look(sighting_id: UUID, now: datetime) -> Sighting | None:
    sighting = (
        Sighting.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("case")
        .filter(pk=sighting_id)
        .first()
    )
    if sighting is None or not _may_look(sighting):
        return None
    sighting.next_look_at = now + _LOOK_CLAIM
    sighting.save(update_fields=["next_look_at"])
    return sighting


@transaction.atomic
def _write_down(sighting_id: UUID, judgement: Judgement, now: datetime) -> None:
    case = hold_case(Sighting.objects.values_list("case", flat=True).get(pk=sighting_id))
    sighting = (
        Sighting.objects.select_for_update(of=("self",)).select_related("case").get(pk=sighting_id)
    )
    if sighting.last_look_at is not None and sighting.last_look_at > now:
        return  # a look that began later has been written down already
    before, found = Liveness(sighting.liveness), Liveness(judgement.verdict.value)
    seen_first = found is Liveness.STILL_THERE and not sighting.seen_there
    sighting.liveness = found
    sighting.because = judgement.because
    sighting.distance, sighting.quality = judgement.distance, judgement.quality
    sighting.seen_there = sighting.seen_there or found is Liveness.STILL_THERE
    sighting.looks += 1
    sighting.last_look_at = now
    sighting.next_look_at = next_look((now,) * sighting.looks, now)
    sighting.save()
    record(
        f"looked: {found.value}",
        at=now,
        case_ref=sighting.case_id,
        sighting=str(sighting.pk),
        distance=judgement.distance,
        quality=judgement.quality,
    )
    _act_on(sighting, case, before, found, now)
    if seen_first:
        suggest_copies(sighting, now=now)


def _act_on(
    sighting: Sighting, case: Case, before: Liveness, found: Liveness, now: datetime
) -> None:
    if found in DOWN:
        for notice in Notice.objects.select_for_update().filter(sighting=sighting):
            if may_follow(NoticeState(notice.state), NoticeState.REMOVED):
                move(notice, NoticeState.REMOVED, now=now)
        close_if_all_down(case, now)
    if found is Liveness.STILL_THERE and before in DOWN:
        if case.status == CaseStatus.CLOSED:
            reopen_case(case, now=now)
        draft_for_sighting(sighting.pk, now=now)
