"""Letting caseworkers in."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from jikimi.people.errors import AccountExists, SetupLinkSpent
from jikimi.people.models import SetupLink, Staff
from jikimi.trail.actions import record

SETUP_LINK_LIVES = timedelta(hours=24)


@transaction.atomic
def make_setup_link(*, now: datetime) -> str:
    """A fresh one-time token that makes one account within a day."""
    token = secrets.token_urlsafe(24)
    SetupLink.objects.create(token_hash=_hash(token), made_at=now)
    record("setup link made", at=now)
    return token


def is_setup_open(token: str, *, now: datetime) -> bool:
    """Whether this token can still make an account."""
    return SetupLink.objects.filter(
        token_hash=_hash(token), spent_at=None, made_at__gt=now - SETUP_LINK_LIVES
    ).exists()


@transaction.atomic
def set_up_account(token: str, *, email: str, password: str, now: datetime) -> Staff:
    """Spend the link and make the account. Raises SetupLinkSpent or AccountExists.

    Every start without an account prints a link. The first account ends all of those, so that
    none works on in an old log.
    """
    spent = SetupLink.objects.filter(
        token_hash=_hash(token), spent_at=None, made_at__gt=now - SETUP_LINK_LIVES
    ).update(spent_at=now)
    if not spent:
        raise SetupLinkSpent
    if not Staff.objects.exists():
        SetupLink.objects.filter(spent_at=None).update(spent_at=now)
    try:
        with transaction.atomic():
            staff: Staff = Staff.objects.create_staff(email=email, password=password)
    except IntegrityError as error:
        raise AccountExists from error
    record("account made", at=now, actor=f"staff {staff.pk}", staff=staff.pk)
    return staff


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
