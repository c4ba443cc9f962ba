"""A survivor's own key pair: made with her first code, locked under each code she holds.

The public half is kept in clear, so that a message can be sealed to her while she is away. The
private half exists outside its locks only while she has her page open.
"""

import base64
import os
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from django.db import transaction

from jikimi.evidence import vault
from jikimi.evidence.errors import WillNotOpen
from jikimi.evidence.models import KeyLock, SurvivorKey
from jikimi.evidence.stretching import Unlocking

Kind = Literal["receipt", "spare"]


@dataclass(frozen=True, kw_only=True)
class OwnKey:
    """An unlocked key. It has no repr and is kept nowhere as it is."""

    owner: UUID
    private: X25519PrivateKey = field(repr=False)


@transaction.atomic
def make_own_key(case_ref: UUID, *, now: datetime) -> OwnKey:
    """A fresh pair for a case, in the place of an older one, which then opens nothing more."""
    SurvivorKey.objects.filter(case_ref=case_ref).delete()
    private = vault.new_own_key()
    row = SurvivorKey.objects.create(
        case_ref=case_ref, public=private.public_key().public_bytes_raw(), made_at=now
    )
    return OwnKey(owner=row.pk, private=private)


@transaction.atomic
def lock_own_key(key: OwnKey, kind: Kind, by: Unlocking) -> None:
    """Lock it under a code, in the place of the last code of that kind."""
    KeyLock.objects.filter(key=key.owner, kind=kind).delete()
    KeyLock.objects.create(
        key_id=key.owner, kind=kind, locked=vault.lock(key.private, by, owner=key.owner)
    )


def unlock_own_key(case_ref: UUID, kind: Kind, by: Unlocking) -> OwnKey | None:
    """The key of a case, by a code that was checked already; None if it has none."""
    held = KeyLock.objects.filter(key__case_ref=case_ref, kind=kind).first()
    if held is None:
        return None
    try:
        private = vault.unlock(bytes(held.locked), by, owner=held.key_id)
    except WillNotOpen:
        return None
    return OwnKey(owner=held.key_id, private=private)


def carry(key: OwnKey) -> tuple[str, str]:
    """The key for one visit: what the session keeps, and the secret for the browser's cookie.

    Neither opens anything without the other.
    """
    secret = os.urandom(32)
    locked = vault.lock(key.private, secret, owner=key.owner)
    return f"{key.owner} {_text(locked)}", _text(secret)


def carried(kept: str, secret: str) -> OwnKey | None:
    """The key back, from the session and the cookie; None if they do not belong together."""
    try:
        owner, locked = kept.split(" ")
        private = vault.unlock(_bytes(locked), _bytes(secret), owner=UUID(owner))
    except (ValueError, WillNotOpen):
        return None
    return OwnKey(owner=UUID(owner), private=private)


def public_half(row: SurvivorKey) -> X25519PublicKey:
    """The half that seals."""
    return X25519PublicKey.from_public_bytes(bytes(row.public))


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode()


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text)
