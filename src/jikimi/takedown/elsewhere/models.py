"""The table of other addresses under which a picture may stand."""

import uuid

from django.db import models
from django.db.models import Q

from jikimi.cases.models import Case, Sighting


class OtherCopy(models.Model):
    """An archive's or a twin host's address of what a sighting names, and what a look found there.

    It is no sighting: a person takes it in as one.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="other_copies")
    sighting = models.ForeignKey(Sighting, on_delete=models.CASCADE, related_name="other_copies")
    address = models.CharField(max_length=2000)
    name = models.CharField(max_length=60, help_text="In whose keeping.")
    is_archive = models.BooleanField()
    named_at = models.DateTimeField()
    looked_at = models.DateTimeField(null=True)
    verdict = models.CharField(max_length=12, blank=True)
    because = models.CharField(max_length=300, blank=True)
    distance = models.PositiveSmallIntegerField(null=True)
    quality = models.PositiveSmallIntegerField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "address"], name="an_address_is_named_once"),
            models.CheckConstraint(
                condition=Q(verdict="") | Q(looked_at__isnull=False),
                name="a_verdict_says_when",
            ),
        ]
