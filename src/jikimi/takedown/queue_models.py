"""The queue as rows: where each case stands, and which cases have changed since."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from jikimi.cases.models import Case
from jikimi.takedown.rules.queue import Standing


class QueueEntry(models.Model):
    """How one case stood when its places and notices were last counted.

    It follows from them and holds nothing of its own: it may be emptied at any time.
    """

    case = models.OneToOneField(
        Case, on_delete=models.CASCADE, primary_key=True, related_name="queue_entry"
    )
    urgency = models.PositiveSmallIntegerField(
        null=True,
        help_text="Live link before minor before threat, 0 first; empty if the case is not open.",
    )
    opened_at = models.DateTimeField()
    places = models.PositiveIntegerField()
    live_links = models.PositiveIntegerField()
    down = models.PositiveIntegerField()
    hosts = ArrayField(models.CharField(max_length=260), help_text="The first three by name.")
    host_count = models.PositiveIntegerField()
    notices = models.PositiveIntegerField()
    drafts = models.PositiveIntegerField()
    on_its_way = models.PositiveIntegerField()
    unknown = models.PositiveIntegerField()
    undeliverable = models.PositiveIntegerField()
    overdue = models.PositiveIntegerField()
    running = models.PositiveIntegerField()
    came_back = models.PositiveIntegerField()
    reminded = models.BooleanField()
    first_clock = models.DateTimeField(null=True, help_text="Of those that run or have run out.")
    next_due = models.DateTimeField(null=True, help_text="Of those that run.")
    last_due = models.DateTimeField(null=True, help_text="Of those that run.")

    class Meta:
        indexes = [
            models.Index(
                fields=["urgency", "first_clock", "opened_at", "case"],
                name="queue_order",
                condition=models.Q(urgency__isnull=False),
            )
        ]

    def standing(self) -> Standing:
        """The same as a value for the rules."""
        return Standing(
            places=self.places,
            down=self.down,
            notices=self.notices,
            drafts=self.drafts,
            on_its_way=self.on_its_way,
            unknown=self.unknown,
            undeliverable=self.undeliverable,
            overdue=self.overdue,
            running=self.running,
            came_back=self.came_back,
            reminded=self.reminded,
            next_due=self.next_due,
        )


class QueueChange(models.Model):
    """That a case, its places or its notices have changed. Written by triggers alone."""

    case_id = models.UUIDField()
