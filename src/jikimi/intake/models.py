"""What came in, and the lock that lets its sender back."""

from django.db import models

from jikimi.cases.models import Case
from jikimi.intake.tips.models import (  # noqa: F401  # tables of this domain
    Tip,
    TippedHour,
    TippedPlace,
    TipReport,
)


class Report(models.Model):
    """One report as it came in. Its words lie sealed in `evidence`, its answers on the case."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="reports")
    received_at = models.DateTimeField(help_text="Rounded to the hour.")
    had_file = models.BooleanField()


class CodeKind(models.TextChoices):
    """What a code is for."""

    RECEIPT = "receipt", "opens the report"
    SPARE = "spare", "gives a new receipt, once"


class Receipt(models.Model):
    """A locator in clear, and a verifier of the secret: derived from an Argon2id hash of it."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="receipts")
    kind = models.CharField(max_length=8, choices=CodeKind, default=CodeKind.RECEIPT)
    locator = models.CharField(max_length=4, unique=True)
    salt = models.BinaryField(max_length=16)
    verifier = models.BinaryField(max_length=32)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "kind"], name="one_code_of_a_kind"),
            models.CheckConstraint(
                condition=models.Q(kind__in=CodeKind.values), name="kind_of_code_known"
            ),
        ]


class WrongTries(models.Model):
    """How often a locator, known or not, was tried with a wrong secret lately."""

    locator = models.CharField(max_length=4, primary_key=True)
    failures = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()
