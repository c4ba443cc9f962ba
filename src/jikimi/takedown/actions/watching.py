"""Naming a page to be watched, and what a caseworker does with a watch."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from jikimi.cases.actions import hold_case
from jikimi.cases.errors import NotALinkOrHandle
from jikimi.cases.lookups import is_known_from_a_minors_case
from jikimi.cases.models import Case, CaseStatus
from jikimi.cases.rules import SightingKind, read_place
from jikimi.people.models import Staff
from jikimi.takedown.actions.moving import name_of
from jikimi.takedown.errors import MayNotWatch, NeedsAnother, UnknownWatch
from jikimi.takedown.rules.watching import WatchScope, WatchState, preview_of
from jikimi.takedown.watch.models import Watch
from jikimi.trail.actions import record

WITHDRAWN = "She has withdrawn."


@dataclass(frozen=True, kw_only=True)
class NewWatch:
    """What a caseworker names."""

    address: str = field(repr=False)
    scope: WatchScope
    case_id: UUID | None
    """Whose pictures are looked for; None for every case that may take part."""
    why: str = field(repr=False)
    every_hours: int


@transaction.atomic
def name_watch(new: NewWatch, *, staff: Staff, now: datetime) -> Watch:
    """Start watching a page. Raises MayNotWatch."""
    if new.case_id is not None:
        _permit_for(hold_case(new.case_id))
    address = _address_of(new)
    try:
        with transaction.atomic():
            watch = Watch.objects.create(
                address=address,
                scope=new.scope,
                case_id=new.case_id,
                why=new.why.strip(),
                every_hours=new.every_hours,
                named_by=staff,
                named_at=now,
                next_visit_at=now,
            )
    except IntegrityError:
        raise MayNotWatch("This address is watched already.") from None
    _note("watch named", watch, staff, now)
    return watch


@transaction.atomic
def pause_watch(watch_id: UUID, *, staff: Staff, now: datetime) -> None:
    """Let it rest; a visit under way ends within seconds. Raises UnknownWatch."""
    watch = _held(watch_id)
    watch.state, watch.because = WatchState.PAUSED, ""
    watch.save()
    _note("watch paused", watch, staff, now)


@transaction.atomic
def resume_watch(watch_id: UUID, *, staff: Staff, now: datetime) -> None:
    """Go on, with a visit at once. Raises UnknownWatch or MayNotWatch."""
    watch = _held(watch_id)
    if watch.case is not None:
        _permit_for(watch.case)
    watch.state, watch.because, watch.failures = WatchState.ACTIVE, "", 0
    watch.next_visit_at = now
    watch.save()
    _note("watch resumed", watch, staff, now)


@transaction.atomic
def end_watch(watch_id: UUID, *, staff: Staff, now: datetime) -> None:
    """End it for good. Raises UnknownWatch."""
    watch = _held(watch_id)
    watch.state, watch.because, watch.next_visit_at = WatchState.ENDED, "", None
    watch.save()
    _note("watch ended", watch, staff, now)


@transaction.atomic
def ask_to_ignore_robots(watch_id: UUID, reason: str, *, staff: Staff, now: datetime) -> None:
    """Say why robots.txt should not count here. Raises UnknownWatch or MayNotWatch."""
    watch = _held(watch_id)
    if not reason.strip():
        raise MayNotWatch("Write down why robots.txt should not count here.")
    watch.robots_reason, watch.robots_asked_by = reason.strip(), staff
    watch.robots_allowed_by = watch.robots_allowed_at = None
    watch.save()
    _note("ignoring robots.txt asked for", watch, staff, now)


@transaction.atomic
def allow_ignoring_robots(watch_id: UUID, *, staff: Staff, now: datetime) -> None:
    """The second yes; the next visit comes at once. Raises UnknownWatch or NeedsAnother."""
    watch = _held(watch_id)
    if watch.robots_asked_by is None:
        raise UnknownWatch
    if watch.robots_asked_by == staff or not watch.robots_asked_by.is_active:
        raise NeedsAnother
    watch.robots_allowed_by, watch.robots_allowed_at = staff, now
    if watch.state == WatchState.ACTIVE:
        watch.next_visit_at = now
    watch.save()
    _note("ignoring robots.txt allowed", watch, staff, now)


@transaction.atomic
def heed_robots(watch_id: UUID, *, staff: Staff, now: datetime) -> None:
    """Take the wish or the permission back: robots.txt counts again. Raises UnknownWatch."""
    watch = _held(watch_id)
    watch.robots_reason = ""
    watch.robots_asked_by = watch.robots_allowed_by = watch.robots_allowed_at = None
    watch.save()
    _note("robots.txt heeded again", watch, staff, now)


@transaction.atomic
def end_watches_of(case_id: UUID, *, now: datetime) -> None:
    """End the watches of a case that was withdrawn."""
    hold_case(case_id)
    theirs = Watch.objects.select_for_update(of=("self",)).filter(case=case_id)
    for watch in theirs.exclude(state=WatchState.ENDED).order_by("pk"):
        watch.state, watch.because, watch.next_visit_at = WatchState.ENDED, WITHDRAWN, None
        watch.save()
        _note("watch ended", watch, None, now)


def _permit_for(case: Case) -> None:
    if case.is_minor:
        raise MayNotWatch(
            "Nothing is watched for this case: it takes a minor’s path. Its fingerprints go to "
            "hotlines and partners only."
        )
    if case.status == CaseStatus.WITHDRAWN:
        raise MayNotWatch("She has withdrawn. Nothing is watched for this case.")


def _address_of(new: NewWatch) -> str:
    try:
        place = read_place(new.address)
    except NotALinkOrHandle:
        raise MayNotWatch("Give the whole address of a page, beginning with https://.") from None
    if place.kind is not SightingKind.LINK:
        raise MayNotWatch("Give the whole address of a page, beginning with https://.")
    address = preview_of(place.address) if new.scope is WatchScope.CHANNEL else place.address
    address = address.partition("#")[0]
    if is_known_from_a_minors_case(address) or is_known_from_a_minors_case(place.address):
        raise MayNotWatch("A minor’s case names this address. It is never opened.")
    return address


def _held(watch_id: UUID) -> Watch:
    """The watch and its case, held until the transaction ends. Raises UnknownWatch."""
    found = Watch.objects.filter(pk=watch_id).exclude(state=WatchState.ENDED)
    case_id = found.values_list("case", flat=True).first()
    if case_id is not None:
        hold_case(case_id)
    watch = found.select_for_update(of=("self",)).select_related("case").first()
    if watch is None:
        raise UnknownWatch
    return watch


def _note(event: str, watch: Watch, staff: Staff | None, now: datetime) -> None:
    actor = name_of(staff) if staff else "system"
    record(event, at=now, case_ref=watch.case_id, actor=actor, watch=str(watch.pk))
