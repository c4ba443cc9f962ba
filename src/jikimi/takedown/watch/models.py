"""Watches, and the visits they made. No page, no picture and no picture's address is kept."""

import uuid
from datetime import timedelta
from enum import StrEnum

from django.db import models
from django.db.models import F, Q

from jikimi.cases.models import Case
from jikimi.people.models import Staff
from jikimi.takedown.rules.watching import BECAUSE, WatchOutcome, WatchScope, WatchState


def _choices(of: type[StrEnum]) -> list[tuple[str, str]]:
    return [(member.value, member.value) for member in of]


class Watch(models.Model):
    """A page that is visited again and again, for one case or for all that may take part."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    address = models.CharField(max_length=2000)
    scope = models.CharField(max_length=7, choices=_choices(WatchScope))
    case = models.ForeignKey(
        Case,
        on_delete=models.CASCADE,
        null=True,
        related_name="watches",
        help_text="Whose pictures are looked for; empty for every case that may take part.",
    )
    why = models.CharField(max_length=500, help_text="The caseworker's reason. Never her words.")
    every_hours = models.PositiveSmallIntegerField()
    named_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    named_at = models.DateTimeField()
    state = models.CharField(
        max_length=6, choices=_choices(WatchState), default=WatchState.ACTIVE.value
    )
    because = models.CharField(
        max_length=200, blank=True, help_text="Why it rests or has ended, if nobody chose that."
    )
    next_visit_at = models.DateTimeField(null=True)
    idle = models.PositiveIntegerField(default=0, help_text="Visits in a row without a match.")
    failures = models.PositiveIntegerField(default=0, help_text="Visits in a row for nothing.")
    robots_reason = models.CharField(
        max_length=500, blank=True, help_text="Why robots.txt should not count here."
    )
    robots_asked_by = models.ForeignKey(
        Staff, on_delete=models.PROTECT, null=True, related_name="+"
    )
    robots_allowed_by = models.ForeignKey(
        Staff, on_delete=models.PROTECT, null=True, related_name="+"
    )
    robots_allowed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["address", "case"],
                condition=~Q(state=WatchState.ENDED.value),
                nulls_distinct=False,
                name="one_watch_per_address_and_case",
            ),
            models.CheckConstraint(
                condition=~Q(state=WatchState.ACTIVE.value) | Q(next_visit_at__isnull=False),
                name="an_active_watch_says_when",
            ),
            models.CheckConstraint(
                condition=Q(robots_asked_by__isnull=True) | ~Q(robots_reason=""),
                name="who_would_ignore_robots_says_why",
            ),
            models.CheckConstraint(
                condition=Q(robots_allowed_by__isnull=True)
                | Q(robots_asked_by__isnull=False) & ~Q(robots_allowed_by=F("robots_asked_by")),
                name="robots_are_ignored_by_two",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_visit_at"],
                name="visits_due",
                condition=Q(state=WatchState.ACTIVE.value),
            )
        ]

    @property
    def every(self) -> timedelta:
        """The gap between visits that was named."""
        return timedelta(hours=self.every_hours)

    @property
    def ignores_robots(self) -> bool:
        """Whether two people have said that robots.txt does not count here."""
        return self.robots_allowed_by_id is not None


class WatchRun(models.Model):
    """One visit, in numbers."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    watch = models.ForeignKey(Watch, on_delete=models.CASCADE, related_name="runs")
    started_at = models.DateTimeField()
    beat_at = models.DateTimeField(help_text="When its worker was last heard of.")
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=11, choices=_choices(WatchOutcome), blank=True)
    pages = models.PositiveIntegerField(default=0)
    pictures = models.PositiveIntegerField(default=0, help_text="Fingerprinted and compared.")
    matches = models.PositiveIntegerField(default=0, help_text="Pictures within the radius.")
    sightings = models.PositiveIntegerField(default=0, help_text="New places among them.")
    unread = models.PositiveIntegerField(default=0, help_text="Pictures that could not be read.")
    forbidden = models.PositiveIntegerField(default=0, help_text="Left alone for robots.txt.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["watch"], condition=Q(ended_at__isnull=True), name="one_visit_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | ~Q(outcome=""),
                name="an_ended_visit_says_how",
            ),
        ]

    @property
    def said(self) -> str:
        """How it ended, as a sentence; empty while it goes on."""
        return BECAUSE[WatchOutcome(self.outcome)] if self.outcome else ""
