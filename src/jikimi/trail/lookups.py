"""Questions to the trail."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Final
from uuid import UUID

from jikimi.trail.models import Consent, ConsentScope, EntryContent, Place, TreeHead
from jikimi.trail.rules import Plain, Tree, split_peaks

# Ids of entries begin at 0.
NOTHING_SETTLED: Final = -1


def consents_of(case_ref: UUID) -> frozenset[ConsentScope]:
    """The scopes that hold now: the latest choice of each scope."""
    latest = Consent.objects.filter(case_ref=case_ref).order_by("scope", "-id").distinct("scope")
    return frozenset(ConsentScope(consent.scope) for consent in latest if consent.granted)


def last_taken_back(case_ref: UUID, scope: ConsentScope) -> datetime | None:
    """When a choice that does not hold now was taken back; None if it holds or never was given."""
    latest = Consent.objects.filter(case_ref=case_ref, scope=scope).order_by("-id").first()
    return latest.at if latest and not latest.granted else None


def cases_agreeing(scopes: frozenset[ConsentScope]) -> frozenset[UUID]:
    """The cases in which every one of these choices holds now. One query, whatever their number."""
    latest = (
        Consent.objects.filter(scope__in=scopes)
        .order_by("case_ref", "scope", "-id")
        .distinct("case_ref", "scope")
        .values_list("case_ref", "granted")
    )
    given = Counter(case_ref for case_ref, granted in latest if granted)
    return frozenset(case_ref for case_ref, number in given.items() if number == len(scopes))


def entries_of(case_ref: UUID) -> Iterator[EntryContent]:
    """What happened to one case, oldest first, whether it has its place in the tree yet or not."""
    return (
        EntryContent.objects.filter(entry__case_ref=case_ref)
        .select_related("entry")
        .order_by("entry_id")
        .iterator()
    )


def recorded_values(event: str, fact: str, *, case_ref: UUID) -> frozenset[Plain]:
    """What every event of this name on a case's trail says of one fact."""
    found = EntryContent.objects.filter(
        entry__case_ref=case_ref, payload__contains={"event": event}
    )
    return frozenset(found.values_list(f"payload__{fact}", flat=True))


def placed_entries_of(case_ref: UUID, size: int) -> Iterator[EntryContent]:
    """Those of a case's entries that stand among the first `size` leaves, oldest first."""
    return (
        EntryContent.objects.filter(entry__case_ref=case_ref, entry__place__position__lt=size)
        .select_related("entry__place")
        .order_by("entry_id")
        .iterator()
    )


def leaves_of_tree(size: int) -> list[bytes]:
    """The first `size` leaves of the tree, in order."""
    held = Place.objects.filter(position__lt=size).order_by("position")
    return [bytes(leaf) for leaf in held.values_list("entry__leaf", flat=True).iterator()]


def latest_head() -> TreeHead | None:
    """The newest tree head, or None before anything has a place."""
    return TreeHead.objects.order_by("-last_id").first()


def latest_tree() -> Tree:
    """The tree over everything that has a place, from its newest head: size, peaks, root."""
    head = latest_head()
    if head is None:
        return Tree()
    return Tree(size=head.last_id + 1, peaks=split_peaks(bytes(head.peaks)))
