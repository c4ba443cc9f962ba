"""Which forms are over: sent, so that a second tap makes no second report, or left with Exit."""

from django.db import models


class SentForm(models.Model):
    """One that is over. It leads to no case and to no code.

    Sent: the digest of its mark and its seed, so that a copy of its first page is another. Left, or
    gone on from: the digest of its mark alone, which is on every page of it.
    """

    digest = models.BinaryField(max_length=32, primary_key=True)
    sent_at = models.DateTimeField(db_index=True)
    drawn = models.PositiveSmallIntegerField(
        null=True, help_text="Which of its seed's codes the report has; null: no code comes of it."
    )
    seed = models.BinaryField(
        max_length=32,
        null=True,
        help_text="What tells its seed again, for some minutes; null: its code is not shown again.",
    )
