"""Words both ways. Text only; sealed before they reach the database."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction

from jikimi.aftercare.errors import CaseHasEnded, NothingWritten, TooManyMessages
from jikimi.aftercare.lookups import messages_of, written_today
from jikimi.aftercare.models import Message
from jikimi.aftercare.rules.messages import may_write
from jikimi.cases.actions import hold_case
from jikimi.cases.models import Case, CaseStatus
from jikimi.evidence.actions import open_item, open_own, seal_for_case
from jikimi.evidence.errors import WillNotOpen
from jikimi.evidence.models import Purpose
from jikimi.evidence.own_key import OwnKey
from jikimi.intake.actions import ACTOR
from jikimi.people.models import Staff
from jikimi.trail.actions import record


@dataclass(frozen=True, kw_only=True)
class ReadMessage:
    """A message that was opened for one answer; `words` is None where the key does not open it."""

    is_hers: bool
    at: datetime
    words: str | None = field(repr=False)


@transaction.atomic
def write_to_centre(case_id: UUID, words: str, *, now: datetime) -> None:
    """What she writes. Raises NothingWritten, TooManyMessages or CaseHasEnded."""
    _write(hold_case(case_id), words, None, now)


@transaction.atomic
def answer_survivor(case_id: UUID, words: str, *, staff: Staff, now: datetime) -> None:
    """What a caseworker writes to her. Raises as `write_to_centre` does."""
    _write(hold_case(case_id), words, staff, now)


def open_for_her(case: Case, key: OwnKey | None) -> Iterator[ReadMessage]:
    """Her messages and the centre's, newest first, as far as her own key opens them."""
    for message in messages_of(case).reverse():
        yield ReadMessage(is_hers=message.is_hers, at=message.at, words=_own(message, key))


@transaction.atomic
def open_for_staff(case: Case, *, staff: Staff, now: datetime) -> tuple[ReadMessage, ...]:
    """The same for a caseworker: each opening is on the trail. Raises EvidenceError."""
    actor = f"staff {staff.pk}"
    opened = tuple(
        ReadMessage(
            is_hers=message.is_hers,
            at=message.at,
            words=open_item(message.item, actor=actor, now=now),
        )
        for message in messages_of(case).reverse()
    )
    Message.objects.filter(case=case, written_by=None, read_at=None).update(read_at=now)
    return opened


def _write(case: Case, words: str, staff: Staff | None, now: datetime) -> None:
    if case.status == CaseStatus.WITHDRAWN:
        raise CaseHasEnded
    if not words.strip():
        raise NothingWritten
    if not may_write(written_today(case, by_her=staff is None, now=now)):
        raise TooManyMessages
    item = seal_for_case(case.pk, Purpose.MESSAGE, words.strip(), now=now)
    Message.objects.create(case=case, item=item, written_by=staff, at=now)
    actor = f"staff {staff.pk}" if staff else ACTOR
    record("message written", at=now, case_ref=case.pk, actor=actor, item=str(item.pk))


def _own(message: Message, key: OwnKey | None) -> str | None:
    try:
        return open_own(message.item, key) if key else None
    except WillNotOpen:
        return None
