"""Questions about watches."""

from django.db.models import Prefetch, QuerySet

from jikimi.cases.models import Case
from jikimi.takedown.rules.watching import WatchState
from jikimi.takedown.watch.models import Watch, WatchRun


def open_watches(case: Case | None = None) -> QuerySet[Watch]:
    """Watches that have not ended, of one case or all, the newest first, with their visits."""
    found = _with_visits().exclude(state=WatchState.ENDED)
    return found.filter(case=case) if case else found


def ended_watches(case: Case | None = None) -> QuerySet[Watch]:
    """Those that have, the newest first."""
    found = _with_visits().filter(state=WatchState.ENDED)
    return found.filter(case=case) if case else found


def wishes_waiting() -> int:
    """How many watches wait for a second yes to leave robots.txt aside."""
    asked = Watch.objects.filter(robots_asked_by__isnull=False, robots_allowed_by__isnull=True)
    return asked.exclude(state=WatchState.ENDED).count()


def _with_visits() -> QuerySet[Watch]:
    visits = Prefetch("runs", WatchRun.objects.order_by("-started_at"))
    return Watch.objects.select_related("case").prefetch_related(visits).order_by("-named_at", "pk")
