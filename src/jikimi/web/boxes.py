"""Texts that are encrypted with the secret of this house before they lie anywhere else."""

import hashlib
from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


def box_for(purpose: str) -> MultiFernet:
    """What locks and opens texts of one purpose; no other purpose's box opens them.

    The current secret seals; a retired one (SECRET_KEY_FALLBACKS) still opens.
    """
    return MultiFernet([Fernet(_key_from(purpose, secret)) for secret in secrets_of_house()])


def secrets_of_house() -> tuple[str, ...]:
    """The current secret, then the retired ones, by which older things are still told."""
    return (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)


def _key_from(purpose: str, secret: str) -> bytes:
    return urlsafe_b64encode(hashlib.sha256(f"{purpose}|{secret}".encode()).digest())
