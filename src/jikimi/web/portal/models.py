"""Which forms have already been sent, so that a second tap never makes a second report."""

from django.db import models


class SentForm(models.Model):
    """The digest of a form's random mark. It leads to no case."""

    digest = models.BinaryField(max_length=32, primary_key=True)
    sent_at = models.DateTimeField(db_index=True)
