"""One row for each time that a survivor took back from a recipient."""

from datetime import datetime

from django.db import models
from django.db.models import Q

from jikimi.people.models import Staff
from jikimi.takedown.rules.forgetting import CannotForget

_CANNOT = [(why.value, why.value) for why in CannotForget]


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
    cannot = models.CharField(
        max_length=8, choices=_CANNOT, blank=True, help_text="Why it is given up, or may be."
    )
    given_up_by = models.ForeignKey(
        Staff,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="Who wants to give it up; somebody else has to agree.",
    )
    given_up_at = models.DateTimeField(null=True, help_text="When the second person agreed.")
    allowed_at = models.DateTimeField(null=True, help_text="When she allowed it again.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case_ref", "recipient_id"],
                condition=Q(allowed_at__isnull=True),
                name="a_recipient_is_withdrawn_once",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True) | Q(asked_at__isnull=False),
                name="who_confirms_was_asked",
            ),
            models.CheckConstraint(
                condition=Q(cannot="", given_up_by__isnull=True, given_up_at__isnull=True)
                | (~Q(cannot="") & Q(given_up_by__isnull=False, confirmed_at__isnull=True)),
                name="who_gives_up_says_why",
            ),
        ]

    @property
    def got_something(self) -> bool:
        """Whether a notice with her link, and perhaps a fingerprint, had gone there."""
        return bool(self.references)

    @property
    def ended_at(self) -> datetime | None:
        """When nothing was left to be asked: confirmed, given up by two, or allowed again."""
        return self.confirmed_at or self.given_up_at or self.allowed_at
