"""What came in, and the lock that lets its sender back."""

from django.db import models

from jikimi.cases.models import Case


class Report(models.Model):
    """One report as it came in. Its words lie sealed in `evidence`, its answers on the case."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="reports")
    received_at = models.DateTimeField(help_text="Rounded to the hour.")
    had_file = models.BooleanField()


class Receipt(models.Model):
    """A locator in clear, and a verifier of the secret: salt + SHA-256 of an Argon2id hash."""

    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="receipt")
    locator = models.CharField(max_length=4, unique=True)
    salt = models.BinaryField(max_length=16)
    verifier = models.BinaryField(max_length=32)


class WrongTries(models.Model):
    """How often a locator, known or not, was tried with a wrong secret lately."""

    locator = models.CharField(max_length=4, primary_key=True)
    failures = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()
