"""Tips, the places they name, and how many named each in which hour."""

import uuid
from enum import StrEnum

from django.conf import settings
from django.db import models
from django.db.models import Q

from jikimi.intake.tips.rules import (
    Outcome,
    PlaceState,
    SchoolLevel,
    Seen,
    Service,
    TipKind,
    Word,
)


def _choices(of: type[StrEnum]) -> list[tuple[str, str]]:
    return [(member.value, member.value.replace("_", " ")) for member in of]


class TippedPlace(models.Model):
    """A room, an account or a page that tips named. Nothing of ours ever opens it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    mark = models.CharField(max_length=64, unique=True, help_text="Of where it is.")
    address = models.CharField(max_length=2000, blank=True, help_text="Empty once erased.")
    host = models.CharField(max_length=260, blank=True)
    service = models.CharField(max_length=10, choices=_choices(Service))
    kind = models.CharField(max_length=10, choices=_choices(TipKind))
    tips = models.PositiveIntegerField(default=0)
    of_minors = models.PositiveIntegerField(default=0, help_text="Tips that name a school.")
    first_at = models.DateTimeField(help_text="To the hour.")
    last_at = models.DateTimeField(help_text="To the hour.")
    state = models.CharField(
        max_length=8, choices=_choices(PlaceState), default=PlaceState.WAITING.value
    )
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    outcome = models.CharField(max_length=10, choices=_choices(Outcome), blank=True)
    settled_at = models.DateTimeField(null=True)
    told = models.CharField(
        max_length=10, choices=_choices(Word), blank=True, help_text="What tellers may hear."
    )

    class Meta:
        indexes = [
            models.Index(
                fields=["-last_at"], name="tipped_places_open", condition=~Q(state="settled")
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="settled", settled_at__isnull=False)
                | (~Q(state="settled") & Q(settled_at__isnull=True, outcome="")),
                name="a_settled_place_says_when",
            ),
        ]


class TippedHour(models.Model):
    """How many tips named a place within one hour. Stays when the tips are erased."""

    place = models.ForeignKey(TippedPlace, on_delete=models.CASCADE, related_name="hours")
    hour = models.DateTimeField()
    tips = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["place", "hour"], name="one_count_an_hour_and_place")
        ]
        indexes = [models.Index(fields=["hour"], name="tipped_hours")]


class Tip(models.Model):
    """One tip as it came in. Who sent it is not known here."""

    form = models.BinaryField(max_length=32, unique=True, help_text="Digest of the form's mark.")
    code = models.BinaryField(max_length=32, help_text="SHA-256 of the code.")
    hand = models.UUIDField(
        default=uuid.uuid4, help_text="Drawn at random; the same for tips under one code."
    )
    arrived_at = models.DateTimeField(help_text="To the hour.")
    mark = models.CharField(max_length=64)
    address = models.CharField(max_length=2000)
    host = models.CharField(max_length=260, blank=True)
    service = models.CharField(max_length=10, choices=_choices(Service))
    kind = models.CharField(max_length=10, choices=_choices(TipKind))
    region = models.CharField(max_length=6, blank=True, help_text="ISO 3166-2, or ZZ.")
    level = models.CharField(max_length=10, choices=_choices(SchoolLevel), blank=True)
    seen = models.CharField(max_length=8, choices=_choices(Seen), default=Seen.UNKNOWN.value)
    ref = models.UUIDField(null=True, help_text="What the school's name is sealed to.")
    school = models.BinaryField(null=True, help_text="The school's name, sealed to the centre.")
    elsewhere = models.BinaryField(
        null=True, help_text="A region in words, sealed to the centre under the same."
    )
    place = models.ForeignKey(
        TippedPlace, on_delete=models.SET_NULL, null=True, related_name="told_by"
    )

    class Meta:
        indexes = [
            models.Index(fields=["id"], name="tips_not_counted", condition=Q(place__isnull=True)),
            models.Index(fields=["arrived_at"], name="tips_by_age"),
            models.Index(fields=["code"], name="tips_by_code"),
            models.Index(fields=["hand", "mark"], name="tips_by_hand"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(school__isnull=True, elsewhere__isnull=True) | Q(ref__isnull=False),
                name="a_school_is_sealed",
            )
        ]


class TipReport(models.Model):
    """That somebody was told of a place, by a caseworker and by hand."""

    place = models.ForeignKey(TippedPlace, on_delete=models.CASCADE, related_name="reports")
    recipient_id = models.CharField(max_length=60)
    recipient_name = models.CharField(max_length=200)
    their_number = models.CharField(max_length=120, blank=True)
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["place", "recipient_id"], name="a_recipient_is_told_of_a_place_once"
            )
        ]
