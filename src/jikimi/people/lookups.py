"""Questions about somebody's day at the desk. Ask them for the person herself, and nobody else."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Q
from django.utils import timezone

from jikimi.people.models import DeskStretch, Reveal, Staff, WentOn
from jikimi.people.rules import ASK_LIVES, Limits, Meter, RevealState, Stretch, asks_first, meter_of


def limits_in_use() -> Limits:
    """What this centre asks of one person in a day."""
    return Limits(
        views=settings.REVEALS_A_DAY,
        hours=timedelta(hours=settings.DESK_HOURS_A_DAY),
        ends=settings.DESK_DAY_ENDS,
    )


def meter_at(staff: Staff, now: datetime) -> Meter:
    """One person's day so far, in the centre's zone."""
    local = timezone.localtime(now)
    day = local.replace(hour=0, minute=0, second=0, microsecond=0)
    stretches = DeskStretch.objects.filter(staff=staff, ended_at__gt=day).order_by("began_at")
    # A promise that nobody took up showed nothing.
    shows = Q(state__in=[RevealState.FETCHING, RevealState.SHOWN]) | Q(
        state=RevealState.ASKED, asked_at__gt=now - ASK_LIVES
    )
    views = Reveal.objects.filter(shows, staff=staff, asked_at__gte=day)
    return meter_of(
        [Stretch(began=one.began_at, ended=one.ended_at) for one in stretches],
        list(views.values_list("asked_at", flat=True)),
        limits_in_use(),
        local,
    )


def must_be_asked(staff: Staff, now: datetime) -> bool:
    """Whether the next case waits for an "I go on"."""
    last = WentOn.objects.filter(staff=staff).order_by("-at").values_list("at", flat=True).first()
    return asks_first(meter_at(staff, now), limits_in_use(), last, now)


def views_by_case() -> dict[UUID, int]:
    """How many pictures were shown in each case that has any."""
    shown = Reveal.objects.filter(state=RevealState.SHOWN).values_list("case_ref")
    return dict(shown.annotate(views=Count("pk")).values_list("case_ref", "views"))
