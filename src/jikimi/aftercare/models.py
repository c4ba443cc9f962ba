"""Messages between her and the centre, and ways back that a caseworker opens."""

import uuid

from django.db import models
from django.db.models import Q

from jikimi.cases.models import Case
from jikimi.evidence.models import SealedItem
from jikimi.people.models import Staff


class Message(models.Model):
    """One message. Its words lie sealed, to the centre and to her own key."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="messages")
    item = models.OneToOneField(SealedItem, on_delete=models.PROTECT, related_name="+")
    written_by = models.ForeignKey(
        Staff, on_delete=models.PROTECT, null=True, help_text="Empty if she wrote it."
    )
    at = models.DateTimeField()
    read_at = models.DateTimeField(
        null=True, help_text="When the centre first opened hers. Her own reading is not kept."
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(read_at__isnull=True) | Q(written_by__isnull=True),
                name="her_reading_is_not_kept",
            )
        ]
        indexes = [
            models.Index(
                fields=["at"],
                name="messages_unread",
                condition=Q(read_at__isnull=True, written_by__isnull=True),
            )
        ]

    @property
    def is_hers(self) -> bool:
        return self.written_by_id is None


class Recovery(models.Model):
    """A way back for somebody who lost her code, asked for by one caseworker, opened by another."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="recoveries")
    asked_by = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    refused_at = models.DateTimeField(null=True, help_text="When she refused it on her page.")
    opened_at = models.DateTimeField(null=True)
    opened_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(refused_at__isnull=True, opened_at__isnull=True),
                name="one_way_back_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(opened_at__isnull=True)
                | Q(refused_at__isnull=True, opened_by__isnull=False),
                name="what_she_refused_stays_closed",
            ),
        ]
