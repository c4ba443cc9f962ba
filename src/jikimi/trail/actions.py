"""Writing to the trail: always inside the transaction that does the thing itself.

Writers never wait for each other: an entry gets its place in the tree later (`ordering`).
"""

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from jikimi.trail.errors import TrailError
from jikimi.trail.models import Consent, ConsentScope, Entry, EntryContent, Erasure
from jikimi.trail.rules import Payload, Plain, leaf_of


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
    """Append events in this order, with two statements however many they are.

    Raises TrailError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise TrailError("The trail must be written in the transaction of what it records.")
    salts = [os.urandom(16) for _ in events]
    payloads = [event.payload for event in events]
    entries = Entry.objects.bulk_create(
        Entry(at=event.at, case_ref=event.case_ref, leaf=leaf_of(salt, payload))
        for event, salt, payload in zip(events, salts, payloads, strict=True)
    )
    EntryContent.objects.bulk_create(
        EntryContent(entry=entry, salt=salt, payload=dict(payload))
        for entry, salt, payload in zip(entries, salts, payloads, strict=True)
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
