"""The list of our own reports follows what survivors agree to."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from jikimi.cases.actions import hold_case
from jikimi.cases.lookups import those_resembling_a_minors
from jikimi.cases.models import Case, CaseStatus
from jikimi.exchange.actions.changing import (
    WRITTEN_AT_ONCE,
    count_added,
    fresh_ids,
    hold_own_list,
    open_change,
    withdraw_entries,
)
from jikimi.exchange.actions.keeping_off import MARK_BYTES, tell_what_is_kept_off
from jikimi.exchange.lookups import entries_of_case
from jikimi.exchange.models import Change, Entry, Holding, PrintList
from jikimi.exchange.rules.lists import LEAST_QUALITY
from jikimi.exchange.rules.own_reports import (
    MOST_FRAMES_LISTED,
    CasePrint,
    CaseStanding,
    Listing,
    listing_of,
    may_be_listed,
    spread,
)
from jikimi.trail.actions import record
from jikimi.trail.lookups import consents_of
from jikimi.trail.models import ConsentScope


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """What of a case an entry stands for: a picture, or a frame of a video."""

    pdq: bytes
    """32 bytes."""
    picture: UUID | None = None
    video: UUID | None = None

    @property
    def mark(self) -> bytes:
        """What tells it from every other, and does not tell what it is: MARK_BYTES."""
        whose = self.picture or self.video
        return sha256((whose.bytes if whose else b"") + self.pdq).digest()[:MARK_BYTES]


@transaction.atomic
def keep_in_step(case_id: UUID, *, now: datetime) -> Listing[Source]:
    """Bring the list in line with one case, in this transaction; a repeat changes nothing.

    Taking off is quick; before anything is put on, it is compared with every minor's fingerprint.
    Raises Case.DoesNotExist.
    """
    case = hold_case(case_id)
    standing, listed = _standing(case), _listed(case)
    if not listed and not may_be_listed(standing):
        tell_what_is_kept_off(case, frozenset(), now=now)
        return Listing(add=frozenset(), withdraw=frozenset())
    # Held before anything is compared: a minor's case that comes in meanwhile finds what we add.
    own = hold_own_list(now)
    qualities = _qualities_of(case) if may_be_listed(standing) else {}
    listing = listing_of(standing, _prints_of(qualities), frozenset(listed))
    tell_what_is_kept_off(case, {one.mark for one in listing.near_a_minors}, now=now)
    if listing.add or listing.withdraw:
        change = open_change(now)
        _take_off([listed[one] for one in listing.withdraw], change)
        _put_on({one: qualities[one] for one in listing.add}, own, change)
        record(
            "own list changed",
            at=now,
            case_ref=case.pk,
            added=len(listing.add),
            withdrawn=len(listing.withdraw),
            near_a_minors=sum(one in listing.near_a_minors for one in listing.withdraw),
        )
    return listing


def _standing(case: Case) -> CaseStanding:
    return CaseStanding(
        is_minor=case.is_minor,
        is_withdrawn=case.status == CaseStatus.WITHDRAWN,
        may_be_acted_on=case.may_be_acted_on,
        agreed=ConsentScope.BLOCK_LIST in consents_of(case.pk),
        is_paused=case.paused_at is not None,
    )


def _qualities_of(case: Case) -> dict[Source, int]:
    """All that a case could list, with its quality: pictures, and frames spread over its videos."""
    pictures = {
        Source(pdq=bytes(one.pdq), picture=one.pk): one.quality for one in case.fingerprints.all()
    }
    frames = {
        Source(pdq=frame.pdq, video=video.pk): frame.quality
        for video in case.videos.all()
        for frame in spread(video.read(), most=MOST_FRAMES_LISTED)
    }
    return pictures | frames


def _prints_of(qualities: Mapping[Source, int]) -> Iterator[CasePrint[Source]]:
    """Compared only once the first is asked for: a case that lists nothing asks for none."""
    near = those_resembling_a_minors((one.pdq for one in qualities), least_quality=LEAST_QUALITY)
    for one, quality in qualities.items():
        yield CasePrint(ref=one, quality=quality, resembles_a_minors=one.pdq in near)


def _listed(case: Case) -> dict[Source, int]:
    """What a case has listed, with the holding of each."""
    held = Holding.objects.filter(entry__in=entries_of_case(case)).select_related("entry")
    ours = held.filter(Q(fingerprint__case=case) | Q(video__case=case))
    return {
        Source(pdq=bytes(one.entry.pdq), picture=one.fingerprint_id, video=one.video_id): one.pk
        for one in ours
    }


def _take_off(holdings: Collection[int], change: Change) -> None:
    """Entries that something else holds too stay."""
    left = Holding.objects.filter(pk__in=holdings)
    entries = set(left.values_list("entry_id", flat=True))
    left.delete()
    shared = set(Holding.objects.filter(entry__in=entries).values_list("entry_id", flat=True))
    withdraw_entries(sorted(entries - shared), change)


def _put_on(added: Mapping[Source, int], own: PrintList, change: Change) -> None:
    qualities = {one.pdq: quality for one, quality in added.items()}
    there = Entry.objects.filter(list=own, pdq__in=list(qualities))
    entry_of = {bytes(pdq): pk for pk, pdq in there.values_list("pk", "pdq")}
    new = [pdq for pdq in qualities if pdq not in entry_of]
    entry_of |= dict(zip(new, fresh_ids(len(new)).tolist(), strict=True))
    Entry.objects.bulk_create(
        [
            Entry(
                id=entry_of[pdq],
                list=own,
                pdq=pdq,
                quality=qualities[pdq],
                added_on=change.at.date(),
                change=change,
            )
            for pdq in new
        ],
        batch_size=WRITTEN_AT_ONCE,
    )
    Holding.objects.bulk_create(
        [
            Holding(entry_id=entry_of[one.pdq], fingerprint_id=one.picture, video_id=one.video)
            for one in added
        ],
        batch_size=WRITTEN_AT_ONCE,
    )
    if new:
        count_added(own, len(new), change.at)
