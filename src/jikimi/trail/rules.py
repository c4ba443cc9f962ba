"""The hash tree: salted leaves under an RFC 9162 tree.

leaf = SHA-256(0x00 || salt || canonical JSON), node = SHA-256(0x01 || left || right). The salt
(16 random bytes) lets a payload be erased later while the tree still verifies, and keeps a
short payload from being guessed out of its leaf.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

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


@dataclass(frozen=True, kw_only=True)
class Tree:
    """A tree of `size` leaves, as the roots of the full trees it is made of, largest first.

    That is all that is needed to add leaves and to name the root: 32 bytes for each bit of the
    size that is set, one hash more for each leaf added.
    """

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def grown(self, leaves: Iterable[bytes]) -> "Tree":
        """This tree with more leaves after its last."""
        size, peaks = self.size, list(self.peaks)
        for leaf in leaves:
            node, full = leaf, size
            while full & 1:
                node, full = _node(peaks.pop(), node), full >> 1
            peaks.append(node)
            size += 1
        return Tree(size=size, peaks=tuple(peaks))

    @property
    def root(self) -> bytes:
        """The 32-byte root over all leaves in order (RFC 9162, section 2.1.1)."""
        if not self.peaks:
            return hashlib.sha256(b"").digest()
        *larger, root = self.peaks
        for peak in reversed(larger):
            root = _node(peak, root)
        return root


def split_peaks(joined: bytes) -> tuple[bytes, ...]:
    """Peaks that were kept one after another, 32 bytes each."""
    return tuple(joined[at : at + 32] for at in range(0, len(joined), 32))


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The 32-byte root over all leaves in order."""
    return Tree().grown(leaves).root


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
