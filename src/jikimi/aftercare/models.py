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
