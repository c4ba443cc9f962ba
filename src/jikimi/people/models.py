"""Accounts of staff. A survivor never has one."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _


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
