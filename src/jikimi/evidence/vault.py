"""The sealing itself: no database, no clock, no choice of primitive beyond these.

A text is sealed with AES-256-GCM under its case's key of one epoch; that key is wrapped by HPKE
(RFC 9180, X25519, HKDF-SHA256, AES-256-GCM) to each recipient's public key. Case, epoch and
recipient are bound into the wrap, and the item's id and purpose into the seal, so neither can
be moved to another place and still open.
"""

import os
from dataclasses import dataclass
from typing import NewType
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from jikimi.evidence.errors import WillNotOpen

CaseKey = NewType("CaseKey", bytes)
Sealed = NewType("Sealed", bytes)
Wrapped = NewType("Wrapped", bytes)

_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_NONCE = 12
_BLOCK = 256


@dataclass(frozen=True, kw_only=True)
class Epoch:
    """Which key of which case."""

    case_ref: UUID
    number: int


def new_case_key() -> CaseKey:
    """32 random bytes for one case and epoch."""
    return CaseKey(os.urandom(32))


def wrap(key: CaseKey, epoch: Epoch, recipient: str, public: X25519PublicKey) -> Wrapped:
    """The case key for one recipient: 80 bytes."""
    return Wrapped(_SUITE.encrypt(key, public, info=_wrap_info(epoch, recipient)))


def unwrap(wrapped: bytes, epoch: Epoch, recipient: str, private: X25519PrivateKey) -> CaseKey:
    """The case key back. Raises WillNotOpen for another key, case, epoch or recipient."""
    return CaseKey(_decrypt(wrapped, private, _wrap_info(epoch, recipient)))


def seal(key: CaseKey, text: str, *, item: UUID, purpose: str) -> Sealed:
    """Nonce and ciphertext of a text, padded so that its length tells little."""
    nonce = os.urandom(_NONCE)
    return Sealed(nonce + AESGCM(key).encrypt(nonce, _padded(text.encode()), _place(item, purpose)))


def unseal(key: CaseKey, sealed: bytes, *, item: UUID, purpose: str) -> str:
    """The text back. Raises WillNotOpen when the bytes, the item or the purpose differ."""
    try:
        padded = AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], _place(item, purpose))
    except (InvalidTag, ValueError) as error:
        raise WillNotOpen from error
    return padded.rstrip(b"\x00")[:-1].decode()


def new_own_key() -> X25519PrivateKey:
    """A key pair for one survivor."""
    return X25519PrivateKey.generate()


def lock(private: X25519PrivateKey, under: bytes, *, owner: UUID) -> bytes:
    """A private key under 32 bytes that only its owner can bring; bound to the owner's id."""
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(under).encrypt(nonce, private.private_bytes_raw(), _owner_info(owner))


def unlock(locked: bytes, under: bytes, *, owner: UUID) -> X25519PrivateKey:
    """The private key back. Raises WillNotOpen for another key or owner."""
    try:
        raw = AESGCM(under).decrypt(locked[:_NONCE], locked[_NONCE:], _owner_info(owner))
    except (InvalidTag, ValueError) as error:
        raise WillNotOpen from error
    return X25519PrivateKey.from_private_bytes(raw)


def seal_to(public: X25519PublicKey, content: bytes, *, info: bytes) -> Sealed:
    """Content for one recipient alone, bound to a place by `info`."""
    return Sealed(_SUITE.encrypt(content, public, info=info))


def unseal_from(private: X25519PrivateKey, sealed: bytes, *, info: bytes) -> bytes:
    """The content back. Raises WillNotOpen for another key or place."""
    return _decrypt(sealed, private, info)


def _decrypt(sealed: bytes, private: X25519PrivateKey, info: bytes) -> bytes:
    try:
        return _SUITE.decrypt(sealed, private, info=info)
    except (InvalidTag, ValueError) as error:
        raise WillNotOpen from error


def _wrap_info(epoch: Epoch, recipient: str) -> bytes:
    return f"jikimi case key/1|{epoch.case_ref}|{epoch.number}|{recipient}".encode()


def _owner_info(owner: UUID) -> bytes:
    return f"jikimi survivor key/1|{owner}".encode()


def _place(item: UUID, purpose: str) -> bytes:
    return f"jikimi item/1|{item}|{purpose}".encode()


def _padded(content: bytes) -> bytes:
    marked = content + b"\x01"
    return marked + b"\x00" * (-len(marked) % _BLOCK)
