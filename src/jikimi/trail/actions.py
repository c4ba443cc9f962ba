"""Writing to the trail: always inside the transaction that does the thing itself."""

import os
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from jikimi.trail.errors import TrailError
from jikimi.trail.models import Consent, ConsentScope, Entry, EntryContent
from jikimi.trail.rules import Payload, Plain, leaf_of

# One writer at a time, so that positions have no holes and follow the order of commits.
_WRITERS_LOCK = 0x6A696B69


def record(
    event: str, *, at: datetime, case_ref: UUID | None = None, actor: str = "system", **facts: Plain
) -> int:
    """Append one event and return its position. Ids and states only, never a survivor's words.

    Raises TrailError outside a transaction: a record must stand or fall with what it records.
    """
    if not connection.in_atomic_block:
        raise TrailError("trail.record must run in the transaction of what it records.")
    payload: Payload = {
        "event": event,
        "at": at.isoformat(),
        "case": str(case_ref) if case_ref else None,
        "actor": actor,
        **facts,
    }
    salt = os.urandom(16)
    position = _next_position()
    entry = Entry.objects.create(
        position=position, at=at, case_ref=case_ref, leaf=leaf_of(salt, payload)
    )
    EntryContent.objects.create(entry=entry, salt=salt, payload=dict(payload))
    return position


@transaction.atomic
def record_consent(
    case_ref: UUID, scope: ConsentScope, *, granted: bool, at: datetime, actor: str
) -> None:
    """Note one choice, and that it was made."""
    Consent.objects.create(case_ref=case_ref, scope=scope, granted=granted, at=at)
    event = "consent given" if granted else "consent taken back"
    record(event, at=at, case_ref=case_ref, actor=actor, scope=scope.value)


def _next_position() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_WRITERS_LOCK])
        cursor.execute("SELECT coalesce(max(position) + 1, 0) FROM trail_entry")
        row = cursor.fetchone()
    return int(row[0])
