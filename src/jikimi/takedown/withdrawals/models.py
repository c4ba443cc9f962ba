"""One row for each recipient that a survivor took back from."""

from django.db import models
from django.db.models import Q

from jikimi.people.models import Staff


class RecipientWithdrawal(models.Model):
    """That one recipient gets nothing more of a case; and, if it had something, is to forget it.

    It names its case by id alone, because it outlives an erased case until it is confirmed.
    """

    case_ref = models.UUIDField()
    recipient_id = models.CharField(max_length=60)
    recipient_name = models.CharField(max_length=120)
    references = models.CharField(
        max_length=500, blank=True, help_text="Of the notices it got. Empty if it got nothing."
    )
    withdrawn_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True, help_text="When it was asked to forget it.")
    confirmed_at = models.DateTimeField(null=True, help_text="When it said that it has.")
    noted_by = models.ForeignKey(Staff, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case_ref", "recipient_id"], name="a_recipient_is_withdrawn_once"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True) | Q(asked_at__isnull=False),
                name="who_confirms_was_asked",
            ),
        ]

    @property
    def got_something(self) -> bool:
        """Whether a notice with her link, and perhaps a fingerprint, had gone there."""
        return bool(self.references)
