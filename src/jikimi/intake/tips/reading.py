"""Questions about tipped places, for the desk."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Count, F, Q, QuerySet, Sum

from jikimi.cases.models import Case, Sighting
from jikimi.intake.tips.assisted import AssistedReport, Centre, TipFacts, assisted_reports
from jikimi.intake.tips.models import TippedHour, TippedPlace
from jikimi.intake.tips.rules import LATELY, PlaceState, TipKind, urgency
from jikimi.venues.lookups import packs_in_use

HOURS_DRAWN = 48
_CONSIDERED = 400


@dataclass(frozen=True, kw_only=True)
class PlaceRow:
    """One place in the queue, with its tips of each of the last 48 hours, oldest first."""

    place: TippedPlace
    urgency: float
    last_hour: int
    last_day: int
    by_hour: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Named:
    """A value that tips gave, and how many did."""

    value: str
    tips: int


def most_urgent(now: datetime, *, at_most: int) -> tuple[PlaceRow, ...]:
    """Open places that somebody told of within 14 days, the most urgent first."""
    recent = Q(hours__hour__gte=now - LATELY)
    places = (
        TippedPlace.objects.exclude(state=PlaceState.SETTLED)
        .filter(last_at__gte=now - LATELY)
        .select_related("taken_by")
        .annotate(recent=Sum("hours__tips", filter=recent), spread=Count("hours", filter=recent))
        .order_by(-F("spread") - F("recent"), "pk")[:_CONSIDERED]
    )
    rows = _rows(list(places), now)
    return tuple(sorted(rows, key=lambda row: (-row.urgency, str(row.place.pk)))[:at_most])


def row_of(place: TippedPlace, now: datetime) -> PlaceRow:
    """One place as a row."""
    return _rows([place], now)[0]


def rows_of(places: Iterable[TippedPlace], now: datetime) -> tuple[PlaceRow, ...]:
    """Places as rows, in the same order."""
    return tuple(_rows(list(places), now))


def how_many_wait() -> int:
    """Places that nobody has taken up."""
    return TippedPlace.objects.filter(state=PlaceState.WAITING).count()


def place_with(place_id: UUID) -> TippedPlace | None:
    """One place by its id."""
    return TippedPlace.objects.select_related("taken_by").filter(pk=place_id).first()


def named_by_tips(place: TippedPlace, field: str) -> tuple[Named, ...]:
    """What tips gave as `region`, `level`, `kind` or `seen`, most often first."""
    found = place.told_by.exclude(**{field: ""}).values_list(field)
    counted = found.annotate(tips=Count("pk")).order_by("-tips", field)
    return tuple(Named(value=value, tips=tips) for value, tips in counted)


def cases_that_know(place: TippedPlace) -> tuple[str, ...]:
    """Nicknames of cases that hold the same place."""
    same = Sighting.objects.filter(page=place.mark).order_by("case__nickname")
    return tuple(same.values_list("case__nickname", flat=True).distinct())


def places_told_of(case: Case) -> QuerySet[TippedPlace]:
    """Places of a case that citizens told of, too."""
    return TippedPlace.objects.filter(mark__in=case.sightings.values("page")).order_by("-last_at")


def reports_for(place: TippedPlace) -> tuple[AssistedReport, ...]:
    """What may be handed over about a place, and to whom; nothing once its address is erased."""
    if not place.address:
        return ()
    facts = TipFacts(
        address=place.address,
        host=place.host,
        kind=TipKind(place.kind),
        tips=max(place.tips, 1),
        of_minors=place.of_minors > 0,
        first_day=place.first_at.date(),
    )
    centre = Centre(
        name=settings.CENTRE_NAME,
        phone=settings.CENTRE_PHONE,
        email=settings.CENTRE_EMAIL,
        country=settings.CENTRE_COUNTRY,
    )
    return assisted_reports(facts, packs_in_use(), centre)


def _rows(places: list[TippedPlace], now: datetime) -> list[PlaceRow]:
    hours: dict[UUID, list[tuple[datetime, int]]] = {place.pk: [] for place in places}
    counted = TippedHour.objects.filter(place__in=places, hour__gte=now - LATELY)
    for place_id, hour, tips in counted.values_list("place_id", "hour", "tips"):
        hours[place_id].append((hour, tips))
    return [_row(place, hours[place.pk], now) for place in places]


def _row(place: TippedPlace, hours: list[tuple[datetime, int]], now: datetime) -> PlaceRow:
    this_hour = now.replace(minute=0, second=0, microsecond=0)
    ages = [((this_hour - hour) // timedelta(hours=1), tips) for hour, tips in hours]
    return PlaceRow(
        place=place,
        urgency=urgency(hours, school=place.of_minors > 0, now=now),
        last_hour=sum(tips for age, tips in ages if age < 1),
        last_day=sum(tips for age, tips in ages if age < 24),  # noqa: PLR2004  # hours of a day
        by_hour=tuple(
            sum(tips for age, tips in ages if age == back)
            for back in range(HOURS_DRAWN - 1, -1, -1)
        ),
    )
