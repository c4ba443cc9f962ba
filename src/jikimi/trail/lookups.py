"""Questions to the trail."""

from collections.abc import Iterator
from itertools import zip_longest
from uuid import UUID

from jikimi.trail.errors import LeafDiffers
from jikimi.trail.models import Consent, ConsentScope, Entry, EntryContent
from jikimi.trail.rules import check_leaves, root_of


def consents_of(case_ref: UUID) -> frozenset[ConsentScope]:
    """The scopes that hold now: the latest choice of each scope."""
    latest = Consent.objects.filter(case_ref=case_ref).order_by("scope", "-id").distinct("scope")
    return frozenset(ConsentScope(consent.scope) for consent in latest if consent.granted)


def entries_of(case_ref: UUID) -> Iterator[EntryContent]:
    """What happened to one case, oldest first."""
    return (
        EntryContent.objects.filter(entry__case_ref=case_ref)
        .select_related("entry")
        .order_by("entry_id")
        .iterator()
    )


def all_leaves() -> list[bytes]:
    """Every leaf of the tree, in order."""
    return [
        bytes(leaf) for leaf in Entry.objects.order_by("position").values_list("leaf", flat=True)
    ]


def current_root() -> bytes:
    """The root over the tree as it stands."""
    return root_of(all_leaves())


def check_whole_trail() -> int:
    """Recompute every leaf from its content and the tree's numbering; return how many there are.

    Raises TrailError when an entry was changed, removed or slipped in.
    """
    leaves = all_leaves()
    contents = list(EntryContent.objects.order_by("entry_id"))
    # Nothing is erased in this version: a leaf that no content explains was slipped in.
    for position, content in zip_longest(range(len(leaves)), contents):
        if position is None or content is None or content.entry_id != position:
            raise LeafDiffers(content.entry_id if position is None else position)
    numbered = ((c.entry_id, bytes(c.salt), c.payload) for c in contents)
    check_leaves(numbered, leaves, root_of(leaves))
    return len(leaves)
