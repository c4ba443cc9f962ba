"""A visit to a watched page: claimed first, crawled outside of any transaction, written down after.

What comes back of a picture are its fingerprint, its quality and where it stands. Most match
nothing and are gone with this function; a match becomes a sighting of its case.
"""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from jikimi.cases.lookups import pages_of_minors
from jikimi.cases.models import CaseStatus
from jikimi.cases.rules import AgeGroup, is_minor_path
from jikimi.takedown.actions.jobs import ask_for_a_visit
from jikimi.takedown.actions.taking_in import take_in
from jikimi.takedown.rules.watching import (
    BECAUSE,
    BUDGETS,
    FAILURES,
    WatchOutcome,
    WatchScope,
    WatchState,
    next_visit,
    rests_by_itself,
)
from jikimi.takedown.watch.crawling import Visit, crawl
from jikimi.takedown.watch.finding import Wanted, wanted_by
from jikimi.takedown.watch.models import Watch, WatchRun
from jikimi.takedown.watch.orders import (
    CrawlOrder,
    Ended,
    Forbidden,
    SeenPage,
    SeenPicture,
    Told,
    Unread,
)

RUNS_KEPT = 30
LEASE = timedelta(minutes=2)
"""So long after its last sign of life a visit counts as broken off."""
_SECONDS_BETWEEN_BEATS = 2.0
_MINORS = [age.value for age in AgeGroup if is_minor_path(age)]

Clock = Callable[[], datetime]
Crawler = Callable[[CrawlOrder], AbstractContextManager[Visit]]


@dataclass(frozen=True, kw_only=True)
class Manners:
    """How the crawler shows itself."""

    user_agent: str
    delay: timedelta
    loopback_ports: frozenset[int] = frozenset()


def ask_for_due_visits(now: datetime) -> None:
    """Ask for a visit if any is due."""
    if _due(now).exists():
        ask_for_a_visit()


def visit_next(manners: Manners, clock: Clock, *, crawler: Crawler = crawl) -> WatchRun | None:
    """Visit the watch that waits longest; None if none is due."""
    run = _claim(clock())
    if run is None:
        return None
    watch, wanted = run.watch, wanted_by(run.watch)
    if not wanted:
        ended = Ended(outcome=WatchOutcome.NOTHING)
    else:
        with crawler(_order(watch, manners)) as visit:
            ended = _listen(run, wanted, visit, clock)
    _finish(run, ended, clock())
    ask_for_due_visits(clock())
    return run


def _due(now: datetime) -> QuerySet[Watch]:
    active = Watch.objects.filter(state=WatchState.ACTIVE, next_visit_at__lte=now)
    return active.filter(case__paused_at=None)  # also those for no case alone


@transaction.atomic
def _claim(now: datetime) -> WatchRun | None:
    """Take the watch that waits longest. A visit whose worker died is over by now."""
    watch = (
        _due(now)
        .select_for_update(skip_locked=True, of=("self",))
        .select_related("case")
        .order_by("next_visit_at", "pk")
        .first()
    )
    if watch is None:
        return None
    watch.failures += watch.runs.filter(ended_at=None).update(
        ended_at=now, outcome=WatchOutcome.BROKE_OFF
    )
    watch.next_visit_at = now + LEASE
    _rest_if_enough(watch, WatchOutcome.BROKE_OFF)
    watch.save()
    if watch.state != WatchState.ACTIVE:
        return None
    return WatchRun.objects.create(watch=watch, started_at=now, beat_at=now)


def _order(watch: Watch, manners: Manners) -> CrawlOrder:
    return CrawlOrder(
        address=watch.address,
        scope=WatchScope(watch.scope),
        budget=BUDGETS[WatchScope(watch.scope)],
        user_agent=manners.user_agent,
        obeys_robots=not watch.ignores_robots,
        delay=manners.delay.total_seconds(),
        never=pages_of_minors(),
        loopback_ports=manners.loopback_ports,
    )


def _listen(run: WatchRun, wanted: Wanted, visit: Visit, clock: Clock) -> Ended:
    last_beat = time.monotonic()
    for told in visit.told():
        if isinstance(told, Ended):
            return told
        _count(run, told)
        if isinstance(told, SeenPicture):
            take_in(run, wanted, told, clock())
        if time.monotonic() - last_beat >= _SECONDS_BETWEEN_BEATS:
            last_beat = time.monotonic()
            if not _beat(run, clock()):
                return Ended(outcome=WatchOutcome.STOPPED)
    return Ended(outcome=WatchOutcome.BROKE_OFF)


def _count(run: WatchRun, told: Told | None) -> None:
    match told:
        case SeenPage():
            run.pages += 1
        case SeenPicture():
            run.pictures += 1
        case Unread(count=count):
            run.unread += count
        case Forbidden():
            run.forbidden += 1


@transaction.atomic
def _beat(run: WatchRun, now: datetime) -> bool:
    """Say that the visit lives; False once it shall not.

    Then it is paused, ended, withdrawn or taken over, or its case took a minor's path.
    """
    going_on = WatchRun.objects.filter(pk=run.pk, ended_at=None).update(
        beat_at=now,
        pages=run.pages,
        pictures=run.pictures,
        matches=run.matches,
        sightings=run.sightings,
        unread=run.unread,
        forbidden=run.forbidden,
    )
    active = Watch.objects.filter(pk=run.watch_id, state=WatchState.ACTIVE).exclude(
        Q(case__status=CaseStatus.WITHDRAWN)
        | Q(case__paused_at__isnull=False)
        | Q(case__age_group__in=_MINORS)
    )
    return bool(going_on and active.update(next_visit_at=now + LEASE))


@transaction.atomic
def _finish(run: WatchRun, ended: Ended, now: datetime) -> None:
    watch = Watch.objects.select_for_update(of=("self",)).filter(pk=run.watch_id).first()
    if watch is None:
        return  # it went with its case, which was erased during the visit
    if WatchRun.objects.filter(pk=run.pk, ended_at=None).exists():
        run.ended_at = run.beat_at = now
        run.outcome = ended.outcome
        run.save()
        _plan(watch, run, ended, now)
    old = watch.runs.order_by("-started_at").values_list("pk", flat=True)[RUNS_KEPT:]
    WatchRun.objects.filter(pk__in=list(old)).delete()


def _plan(watch: Watch, run: WatchRun, ended: Ended, now: datetime) -> None:
    watch.idle = 0 if run.sightings else watch.idle + 1
    watch.failures = watch.failures + 1 if ended.outcome in FAILURES else 0
    if watch.state == WatchState.ACTIVE:
        watch.next_visit_at = next_visit(
            watch.every,
            idle=watch.idle,
            outcome=ended.outcome,
            now=now,
            asked_to_wait=ended.wait,
        )
        _rest_if_enough(watch, ended.outcome)
    watch.save()


def _rest_if_enough(watch: Watch, outcome: WatchOutcome) -> None:
    if rests_by_itself(watch.failures):
        watch.state = WatchState.PAUSED
        watch.because = f"{watch.failures} visits in a row led nowhere. {BECAUSE[outcome]}"
