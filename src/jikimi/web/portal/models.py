"""Which forms are over: sent, so that a second tap makes no second report, or left with Exit."""

from django.db import models


class SentForm(models.Model):
    """The digest of a form's random mark. It leads to no case."""

    digest = models.BinaryField(max_length=32, primary_key=True)
    sent_at = models.DateTimeField(db_index=True)
