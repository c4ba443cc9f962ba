"""The hash tree: salted leaves under an RFC 9162 tree.

leaf = SHA-256(0x00 || salt || canonical JSON), node = SHA-256(0x01 || left || right). The salt
(16 random bytes) lets a payload be erased later while the tree still verifies, and keeps a
short payload from being guessed out of its leaf.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence

from jikimi.trail.errors import LeafDiffers, RootDiffers

Plain = str | int | bool | None
Payload = Mapping[str, Plain]


def canonical(payload: Payload) -> bytes:
    """The one spelling of a payload that is hashed: sorted keys, no spaces, UTF-8."""
    return json.dumps(
        dict(payload), sort_keys=True, separators=(",", ":"), ensure_ascii=False
    ).encode()


def leaf_of(salt: bytes, payload: Payload) -> bytes:
    """The 32-byte leaf of one entry."""
    return hashlib.sha256(b"\x00" + salt + canonical(payload)).digest()


def root_of(leaves: Sequence[bytes]) -> bytes:
    """The 32-byte root over all leaves in order (RFC 9162, section 2.1.1)."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    level = list(leaves)
    while len(level) > 1:
        paired = [_node(a, b) for a, b in zip(level[::2], level[1::2], strict=False)]
        level = paired + level[len(paired) * 2 :]
    return level[0]


def check_leaves(
    entries: Iterable[tuple[int, bytes, Payload]], leaves: Sequence[bytes], root: bytes
) -> None:
    """Raise unless each (position, salt, payload) gives its leaf and all leaves give the root."""
    for position, salt, payload in entries:
        if not 0 <= position < len(leaves) or leaf_of(salt, payload) != leaves[position]:
            raise LeafDiffers(position)
    if root_of(leaves) != root:
        raise RootDiffers


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()
