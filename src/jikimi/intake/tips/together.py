"""Tips under one code: what one teller told of, and doing the same with many places at once."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Max, Q, QuerySet

from jikimi.intake.tips.errors import NotPossible, TipError
from jikimi.intake.tips.models import Tip, TippedPlace
from jikimi.intake.tips.rules import LATELY, Outcome, PlaceState
from jikimi.intake.tips.working import settle_place, take_up_place
from jikimi.people.models import Staff

MOST_AT_ONCE = 200
_FEWEST = 3


@dataclass(frozen=True, kw_only=True)
class Hand:
    """Whoever told several tips under one code: a number drawn at random, nothing else."""

    id: UUID
    places: int
    waiting: int
    last_at: datetime


@dataclass(frozen=True, kw_only=True)
class DoneTogether:
    """How many places it was done with, and the first reason why not with others."""

    done: int
    left: int
    because: str = ""


def hands_of_late(now: datetime, *, at_most: int) -> tuple[Hand, ...]:
    """Those who told of three places or more within 14 days, most places that wait first."""
    found = (
        Tip.objects.filter(arrived_at__gte=now - LATELY, place__isnull=False)
        .values("hand")
        .annotate(
            places=Count("place", distinct=True),
            waiting=Count("place", distinct=True, filter=Q(place__state=PlaceState.WAITING)),
            last=Max("arrived_at"),
        )
        .filter(places__gte=_FEWEST)
        .order_by("-waiting", "-places", "hand")[:at_most]
    )
    return tuple(
        Hand(id=one["hand"], places=one["places"], waiting=one["waiting"], last_at=one["last"])
        for one in found
    )


def places_told_by(hand: UUID) -> QuerySet[TippedPlace]:
    """Every place that this teller told of, the latest first."""
    told = Tip.objects.filter(hand=hand, place__isnull=False).values("place")
    return (
        TippedPlace.objects.filter(pk__in=told)
        .select_related("taken_by")
        .order_by("-last_at", "pk")
    )


def take_up_together(ids: Iterable[UUID], *, staff: Staff, now: datetime) -> DoneTogether:
    """Take many places up; those that a colleague has, or that are settled, stay as they are."""
    return _with_each(ids, lambda one: take_up_place(one, staff=staff, now=now))


def set_aside_together(ids: Iterable[UUID], *, staff: Staff, now: datetime) -> DoneTogether:
    """Set many places aside, such as a flood under one code; as for `take_up_together`.

    What others told of, too, stays as it was: whoever wants a place forgotten hides it in a flood.
    """

    def act(one: UUID) -> None:
        if take_up_place(one, staff=staff, now=now).tips > 1:
            raise NotPossible("Others told of it, too. Open it, and settle it there.")
        settle_place(one, Outcome.SET_ASIDE, staff=staff, now=now)

    return _with_each(ids, act)


def _with_each(ids: Iterable[UUID], act: Callable[[UUID], object]) -> DoneTogether:
    done, refused = 0, []
    for one in list(ids)[:MOST_AT_ONCE]:
        try:
            with transaction.atomic():
                act(one)
        except TipError as error:
            refused.append(str(error))
        else:
            done += 1
    return DoneTogether(done=done, left=len(refused), because=refused[0] if refused else "")
