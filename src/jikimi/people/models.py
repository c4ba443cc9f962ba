"""Accounts of staff, what a day at the desk asks of them, and partners with their keys.

A survivor never has an account.
"""

import uuid
from enum import StrEnum
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from jikimi.people.partner_rules import PartnerKind
from jikimi.people.rules import GoOn, Reason, RevealState, Sharpness


def _choices(of: type[StrEnum]) -> list[tuple[str, str]]:
    return [(member.value, member.value.replace("_", " ")) for member in of]


class StaffManager(BaseUserManager["Staff"]):
    """Makes accounts that are known by their e-mail address."""

    def create_staff(self, *, email: str, password: str) -> "Staff":
        staff = self.model(email=self.normalize_email(email).lower())
        staff.set_password(password)
        staff.save(using=self._db)
        return staff

    def get_by_natural_key(self, username: str | None) -> "Staff":
        return self.get(email__iexact=username or "")


class Staff(AbstractUser):
    """Somebody who works at the centre."""

    username = None  # type: ignore[assignment]  # an address is the only name to sign in with
    email = models.EmailField(_("e-mail address"), unique=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[Any] = StaffManager()

    def __str__(self) -> str:
        return self.email


class SetupLink(models.Model):
    """A link that makes one account, once. Only its hash is kept."""

    token_hash = models.BinaryField(max_length=32, unique=True)
    made_at = models.DateTimeField()
    spent_at = models.DateTimeField(null=True)


class Reveal(models.Model):
    """One view of a picture, promised to one session of one person. Never the picture itself."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    staff = models.ForeignKey(Staff, on_delete=models.SET_NULL, null=True, related_name="+")
    session = models.BinaryField(max_length=32, help_text="Hash of the session it belongs to.")
    case_ref = models.UUIDField(db_index=True)
    sighting_ref = models.UUIDField(db_index=True)
    reason = models.CharField(max_length=20, choices=_choices(Reason))
    sharpness = models.CharField(max_length=8, choices=_choices(Sharpness))
    state = models.CharField(
        max_length=8, choices=_choices(RevealState), default=RevealState.ASKED.value
    )
    because = models.TextField(blank=True, help_text="Why nothing was shown.")
    asked_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["staff", "asked_at"], name="views_of_a_day")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=[state.value for state in RevealState]),
                name="reveal_state_known",
            )
        ]


class DeskStretch(models.Model):
    """When somebody had cases on the screen without a break. Shown to that person alone."""

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="+")
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["staff", "-ended_at"], name="stretches_latest")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ended_at__gte=models.F("began_at")),
                name="a_stretch_ends_after_it_began",
            )
        ]


class WentOn(models.Model):
    """That somebody stayed after the day's hours, and why. Shown to nobody else."""

    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    reason = models.CharField(max_length=16, choices=_choices(GoOn))


class Partner(models.Model):
    """Somebody outside whose programs talk with ours: a platform or a hotline."""

    name = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=8, choices=_choices(PartnerKind))
    made_at = models.DateTimeField()


class PartnerKey(models.Model):
    """A key of a partner. Only its digest is kept; one that has ended stays on record."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="keys")
    digest = models.BinaryField(max_length=32, unique=True)
    scopes = ArrayField(models.CharField(max_length=16))
    lookups_a_second = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(lookups_a_second__gte=1), name="a_key_may_ask_something"
            )
        ]
