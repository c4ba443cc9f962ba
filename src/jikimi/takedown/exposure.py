"""How seldom anybody had to look, over the whole centre. No names."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from django.db.models import Exists, OuterRef

from jikimi.cases.models import Case, CaseStatus, Sighting
from jikimi.people.lookups import views_by_case
from jikimi.people.models import Reveal
from jikimi.people.rules import RevealState

PERIOD = timedelta(days=365)


@dataclass(frozen=True, kw_only=True)
class CentreExposure:
    """A year of the centre."""

    closed: int
    """Cases closed in the period."""
    median_views: float | None
    """Pictures shown in the middle one of those; None where none was closed."""
    without_view: int
    """Closed cases in which no picture was shown."""
    matches: int
    """Places where a program found the picture in the period."""
    without_eyes: int
    """Those of them at which no picture was shown to anybody: views that were avoided."""


def centre_exposure(now: datetime) -> CentreExposure:
    """How the centre stands at `now`."""
    since = now - PERIOD
    closed = set(
        Case.objects.filter(status=CaseStatus.CLOSED, closed_at__gte=since).values_list(
            "pk", flat=True
        )
    )
    views = [shown for case, shown in views_by_case().items() if case in closed]
    none = len(closed) - len(views)
    matches = Sighting.objects.filter(seen_there=True, last_look_at__gte=since)
    seen = Reveal.objects.filter(sighting_ref=OuterRef("pk"), state=RevealState.SHOWN)
    return CentreExposure(
        closed=len(closed),
        median_views=median([*views, *[0] * none]) if closed else None,
        without_view=none,
        matches=matches.count(),
        without_eyes=matches.filter(~Exists(seen)).count(),
    )
