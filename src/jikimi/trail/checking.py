"""Checking the whole trail in the database against itself, while others go on writing."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db.models import Exists, F, OuterRef

from jikimi.trail.errors import LeafDiffers, PlaceDiffers, RootDiffers, WaitingEntryDiffers
from jikimi.trail.lookups import NOTHING_SETTLED
from jikimi.trail.models import Entry, Erasure
from jikimi.trail.rules import Payload, Tree, leaf_of


def check_whole_trail() -> int:
    """Recompute every leaf, place and tree head; return how many entries there are.

    Raises TrailError when an entry was changed, removed, slipped in or moved. Entries without a
    place yet are held against their own leaves. One query, so that it sees one moment.
    """
    walk = _Walk()
    for row in _rows():
        if row.position is None:
            walk.check_waiting(row)
        else:
            walk.check_placed(row, row.position)
    walk.check_end()
    return walk.tree.size + walk.waiting


@dataclass(frozen=True, kw_only=True)
class _Row:
    """An entry with its place, its content, and the tree head that ends with it; None if none."""

    id: int
    position: int | None
    leaf: bytes
    salt: bytes | None
    payload: Payload | None
    peaks: bytes | None
    settled: int | None
    is_erased: bool

    @property
    def fits(self) -> bool:
        """Whether the content gives the leaf, or is gone because its case was erased."""
        if self.salt is None or self.payload is None:
            return self.is_erased
        return leaf_of(self.salt, self.payload) == self.leaf


def _rows() -> Iterator[_Row]:
    """All entries: those with a place in the order of the tree, then the others."""
    erased = Exists(Erasure.objects.filter(case_ref=OuterRef("case_ref")))
    found = (
        Entry.objects.annotate(is_erased=erased)
        .order_by(F("place__position").asc(nulls_last=True), "pk")
        .values_list(
            "pk",
            "place__position",
            "leaf",
            "content__salt",
            "content__payload",
            "place__head__peaks",
            "place__head__settled",
            "is_erased",
        )
    )
    for pk, position, leaf, salt, payload, peaks, settled, is_erased in found.iterator():
        yield _Row(
            id=pk,
            position=position,
            leaf=bytes(leaf),
            salt=None if salt is None else bytes(salt),
            payload=payload,
            peaks=None if peaks is None else bytes(peaks),
            settled=settled,
            is_erased=is_erased,
        )


@dataclass(kw_only=True)
class _Walk:
    """How far the check has come: the tree up to a head, and the leaves since."""

    tree: Tree = field(default_factory=Tree)
    since: list[bytes] = field(default_factory=list)
    settled: int = NOTHING_SETTLED
    waiting: int = 0

    def check_placed(self, row: _Row, position: int) -> None:
        expected = self.tree.size + len(self.since)
        if position != expected:
            raise PlaceDiffers(expected)
        if not row.fits:
            raise LeafDiffers(position)
        self.since.append(row.leaf)
        if row.peaks is not None and row.settled is not None:
            self._check_head(row.peaks, row.settled)

    def check_waiting(self, row: _Row) -> None:
        # After a head that had settled its id, an entry can only have been put there by hand.
        if row.id <= self.settled or not row.fits:
            raise WaitingEntryDiffers(row.id)
        self.waiting += 1

    def check_end(self) -> None:
        if self.since:  # places beyond the last head
            raise PlaceDiffers(self.tree.size)

    def _check_head(self, peaks: bytes, settled: int) -> None:
        self.tree = self.tree.grown(self.since)
        if b"".join(self.tree.peaks) != peaks:
            raise RootDiffers
        self.since, self.settled = [], settled
