"""The secret of a code, stretched once; what checks it and what unlocks by it are derived apart.

Argon2id (RFC 9106) makes each guess cost 32 MiB and a core for a moment. From its 32 bytes HKDF's
second step (RFC 5869; the first is for keys that are not uniform yet) derives two values under
two names: whoever reads the one in the database learns nothing about the other.
"""

from dataclasses import dataclass, field
from typing import NewType

from argon2.low_level import Type, hash_secret_raw
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

Unlocking = NewType("Unlocking", bytes)


@dataclass(frozen=True, kw_only=True)
class Stretched:
    """What became of a secret and a salt, 32 bytes each. Only the verifier may be kept."""

    verifier: bytes
    unlocking: Unlocking = field(repr=False)


def stretch(secret: str, salt: bytes) -> Stretched:
    """Stretch a code's secret with 16 random bytes of its own. Slow on purpose."""
    slow = hash_secret_raw(
        secret.encode(),
        salt,
        time_cost=2,
        memory_cost=32 * 1024,
        parallelism=1,
        hash_len=32,
        type=Type.ID,
    )
    return Stretched(
        verifier=_derived(slow, b"jikimi code verifier/1"),
        unlocking=Unlocking(_derived(slow, b"jikimi survivor key lock/2")),
    )


def _derived(slow: bytes, purpose: bytes) -> bytes:
    return HKDFExpand(algorithm=SHA256(), length=32, info=purpose).derive(slow)
