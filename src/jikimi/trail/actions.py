"""Writing to the trail: always inside the transaction that does the thing itself.

Writers never wait for each other: an entry gets its place in the tree later (`ordering`).
"""

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection, transaction

from jikimi.trail.errors import TrailError
from jikimi.trail.models import Consent, ConsentScope, EntryContent, Erasure
from jikimi.trail.rules import Payload, Plain, leaf_of

# Arrays keep it one statement, planned once. Its locks come before its ids: `ordering` rests on it.
_APPEND: Final = """
WITH fresh AS MATERIALIZED (
    SELECT nextval(pg_get_serial_sequence('trail_entry', 'id')) AS id, row.*
    FROM unnest(%s::timestamptz[], %s::uuid[], %s::bytea[], %s::bytea[], %s::text[])
        AS row (at, case_ref, leaf, salt, payload)
), entries AS (
    INSERT INTO trail_entry (id, at, case_ref, leaf) SELECT id, at, case_ref, leaf FROM fresh
)
INSERT INTO trail_entrycontent (entry_id, salt, payload)
SELECT id, salt, payload::jsonb FROM fresh
"""


@dataclass(frozen=True, kw_only=True)
class Event:
    """One thing that happened, to be recorded. Ids and states only, never a survivor's words."""

    name: str
    at: datetime
    case_ref: UUID | None = None
    actor: str = "system"
    facts: Mapping[str, Plain] = field(default_factory=dict)

    @property
    def payload(self) -> Payload:
        """What is hashed and kept."""
        return {
            "event": self.name,
            "at": self.at.isoformat(),
            "case": str(self.case_ref) if self.case_ref else None,
            "actor": self.actor,
            **self.facts,
        }


def record(
    event: str, *, at: datetime, case_ref: UUID | None = None, actor: str = "system", **facts: Plain
) -> None:
    """Append one event. Ids and states only, never a survivor's words.

    Raises TrailError outside a transaction: a record must stand or fall with what it records.
    """
    record_many([Event(name=event, at=at, case_ref=case_ref, actor=actor, facts=facts)])


def record_many(events: Sequence[Event]) -> None:
    """Append events in this order, with one statement however many they are.

    Raises TrailError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise TrailError("The trail must be written in the transaction of what it records.")
    if not events:
        return
    salts = [os.urandom(16) for _ in events]
    payloads = [event.payload for event in events]
    with connection.cursor() as cursor:
        cursor.execute(
            _APPEND,
            [
                [event.at for event in events],
                [event.case_ref for event in events],
                [leaf_of(*one) for one in zip(salts, payloads, strict=True)],
                salts,
                [json.dumps(payload) for payload in payloads],
            ],
        )


@transaction.atomic
def erase_contents(case_ref: UUID, *, at: datetime) -> None:
    """Erase what a case's entries say, and its choices. The leaves stay, and the tree verifies.

    The database lets contents go for a case alone whose erasure stands in its own table.
    """
    Erasure.objects.get_or_create(case_ref=case_ref, defaults={"at": at})
    contents = EntryContent.objects.filter(entry__case_ref=case_ref)
    if contents.exists():
        contents.delete()
    choices = Consent.objects.filter(case_ref=case_ref)
    if choices.exists():
        choices.delete()


@transaction.atomic
def record_consents(
    case_ref: UUID, scopes: Iterable[ConsentScope], *, granted: bool, at: datetime, actor: str
) -> None:
    """Note choices that were made together, each with an entry of its own."""
    chosen = list(scopes)
    Consent.objects.bulk_create(
        Consent(case_ref=case_ref, scope=scope, granted=granted, at=at) for scope in chosen
    )
    name = "consent given" if granted else "consent taken back"
    record_many(
        [
            Event(name=name, at=at, case_ref=case_ref, actor=actor, facts={"scope": scope.value})
            for scope in chosen
        ]
    )
