"""Changing an entry of the packs: one person proposes, another confirms, each on the trail."""

import hashlib
import json
from dataclasses import asdict
from datetime import UTC, date, datetime
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max

from jikimi.trail.actions import record
from jikimi.venues.errors import (
    ChangeDecided,
    NeedsAnother,
    ProposalRefused,
    TypedOtherwise,
    UnknownEntry,
)
from jikimi.venues.jobs import Job, ask_for
from jikimi.venues.lookups import changes_in_effect, changes_of, in_use, proposals
from jikimi.venues.models import PackChange
from jikimi.venues.pack_changes import EntryChange, EntryKey, ReadAt
from jikimi.venues.pack_in_use import load_in_use
from jikimi.venues.pack_proposals import (
    address_change,
    is_typed_right,
    refuse_bad_reading,
    refuse_what_does_not_hold,
    standing_change,
)

# One decision at a time: two that are right alone may be wrong together.
_CHANGES_LOCK = 0x6A696B71


@transaction.atomic
def propose_address(
    *,
    entry_id: str,
    route_id: str,
    address: str,
    domains: str,
    why: str,
    read: ReadAt,
    staff_id: int,
    now: datetime,
) -> PackChange:
    """Propose another address for a recipient's route, or other domains for it.

    `domains` are all that would be allowed, with spaces between them; empty leaves them, as an
    empty `address` does. Raises ProposalRefused or UnknownEntry, and then nothing is kept.
    """
    _take_turns()
    refuse_bad_reading(read, _day(now), needs_link=True)
    change = address_change(
        in_use(), entry_id=entry_id, route_id=route_id, address=address, domains=domains, read=read
    )
    return _propose(change, why=why, staff_id=staff_id, now=now)


@transaction.atomic
def propose_standing(
    *,
    entry: EntryKey,
    standing: str,
    review_by: date | None,
    expires: date | None,
    why: str,
    read: ReadAt,
    staff_id: int,
    now: datetime,
) -> PackChange:
    """Propose that an entry is verified until a day, or that its recipient does not work.

    Raises ProposalRefused or UnknownEntry, and then nothing is kept.
    """
    _take_turns()
    refuse_bad_reading(read, _day(now), needs_link=standing == "verified")
    change = standing_change(
        in_use(),
        entry=entry,
        standing=standing,
        review_by=review_by,
        expires=expires,
        read=read,
        today=_day(now),
    )
    return _propose(change, why=why, staff_id=staff_id, now=now)


@transaction.atomic
def propose_undo(change_id: UUID, *, why: str, staff_id: int, now: datetime) -> PackChange:
    """Propose to take a change back: the latest of its entry, so that no other rests on it.

    Raises ProposalRefused or UnknownEntry.
    """
    _take_turns()
    undone = PackChange.objects.filter(pk=change_id).first()
    if undone is None:
        raise UnknownEntry
    entry = undone.as_change().entry
    of_entry = [one for one in changes_in_effect() if one.as_change().entry == entry]
    if of_entry[-1:] != [undone]:
        raise ProposalRefused("Only the latest change of an entry can be taken back.")
    _refuse_bad_undo(undone)
    return _keep(undone.as_change(), why=why, staff_id=staff_id, now=now, undoes=undone)


@transaction.atomic
def confirm_change(change_id: UUID, *, typed: str, staff_id: int, now: datetime) -> PackChange:
    """Confirm what somebody else proposed, by typing its domain again; it takes effect at once.

    Raises ChangeDecided, NeedsAnother, TypedOtherwise or ProposalRefused, and then nothing changes.
    """
    _take_turns()
    row = _waiting(change_id)
    if row.proposed_by_id == staff_id:
        raise NeedsAnother
    if not row.proposed_by.is_active:
        raise ProposalRefused("Who proposed this has no account any more. Refuse it.")
    wanted = effect_of(row)
    if not is_typed_right(wanted, typed):
        raise TypedOtherwise
    if row.undoes:
        _refuse_bad_undo(row.undoes)
    else:
        _refuse_bad(row.as_change())
    row.turn = (PackChange.objects.aggregate(last=Max("turn"))["last"] or 0) + 1
    _decide(row, "confirmed", staff_id=staff_id, now=now)
    ask_for(Job.HANDLE_PACK_CHANGE, row.pk)
    return row


@transaction.atomic
def refuse_change(change_id: UUID, *, staff_id: int, now: datetime) -> PackChange:
    """Refuse a proposal, or withdraw one's own. Raises ChangeDecided."""
    _take_turns()
    row = _waiting(change_id)
    _decide(row, "refused", staff_id=staff_id, now=now)
    return row


def effect_of(row: PackChange) -> EntryChange:
    """What a row would put in place: its change, or what was there before it."""
    return row.as_change().turned_back() if row.undoes_id else row.as_change()


def _propose(change: EntryChange, *, why: str, staff_id: int, now: datetime) -> PackChange:
    _refuse_bad(change)
    return _keep(change, why=why, staff_id=staff_id, now=now)


def _keep(
    change: EntryChange,
    *,
    why: str,
    staff_id: int,
    now: datetime,
    undoes: PackChange | None = None,
) -> PackChange:
    if not why.strip():
        raise ProposalRefused("Say why, for whoever confirms it and whoever reads it next year.")
    if changes_of(*change.entry).filter(state="proposed").exists():
        raise ProposalRefused("Something is proposed for this entry already. Decide that first.")
    row = PackChange.objects.create(
        **asdict(change),
        why=why.strip()[:500],
        undoes=undoes,
        proposed_by_id=staff_id,
        proposed_at=now,
    )
    _record(row, staff_id, now)
    return row


def _refuse_bad(change: EntryChange) -> None:
    refuse_what_does_not_hold(in_use(), change, allow_stand_ins=_allow_stand_ins())


def _refuse_bad_undo(undone: PackChange) -> None:
    """What stays when a change is taken back has to pass the checks like anything else."""
    if undone.as_change().entry in in_use().misfits:
        return  # It is not in effect. Taking it back can only help.
    rest = [row.as_change() for row in changes_in_effect(without=undone)]
    left = load_in_use(tuple(settings.PACK_FOLDERS), rest, allow_stand_ins=_allow_stand_ins())
    if left.misfits.keys() - in_use().misfits.keys():
        raise ProposalRefused("Without it the packs disagree. First change what rests on it.")


def _waiting(change_id: UUID) -> PackChange:
    row = proposals().select_for_update(of=("self",)).filter(pk=change_id).first()
    if row is None:
        raise ChangeDecided
    return row


def _decide(row: PackChange, state: str, *, staff_id: int, now: datetime) -> None:
    row.state, row.decided_by_id, row.decided_at = state, staff_id, now
    row.save(update_fields=["state", "decided_by", "decided_at", "turn"])
    _record(row, staff_id, now)


def _record(row: PackChange, staff_id: int, now: datetime) -> None:
    """Ids and states, and a hash that shows later whether the row was altered."""
    change = json.dumps(asdict(row.as_change()), sort_keys=True, default=str)
    record(
        f"pack change {row.state}",
        at=now,
        actor=f"staff {staff_id}",
        change=str(row.pk),
        entry=f"{row.section}/{row.entry_id}",
        kind=row.kind,
        undoes=str(row.undoes_id) if row.undoes_id else None,
        content=hashlib.sha256(change.encode()).hexdigest(),
    )


def _allow_stand_ins() -> bool:
    return bool(settings.STAND_IN_PORTS)


def _day(now: datetime) -> date:
    return now.astimezone(UTC).date()


def _take_turns() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_CHANGES_LOCK])
