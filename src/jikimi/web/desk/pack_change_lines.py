"""A change of an entry as the desk shows it: old and new side by side, and what to look out for."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from jikimi.people.models import Staff
from jikimi.venues.actions import effect_of
from jikimi.venues.addresses import domain_of
from jikimi.venues.hosts import falls_under, host_of
from jikimi.venues.lookups import changes_in_effect
from jikimi.venues.models import PackChange
from jikimi.venues.pack_changes import EntryChange
from jikimi.venues.pack_proposals import words_to_type
from jikimi.web.desk.wording import Said

CONFIDENCES = {
    "P": Said(words="primary", tone="ok"),
    "S": Said(words="secondary", tone="plain"),
    "K": Said(words="known, not read", tone="warn"),
    "?": Said(words="unsure", tone="warn"),
}
_STATES = {
    "proposed": Said(words="waits for a second person", tone="warn"),
    "confirmed": Said(words="confirmed", tone="ok"),
    "refused": Said(words="refused", tone="plain"),
}
_FOREIGN = "xn--"


@dataclass(frozen=True, kw_only=True)
class ChangeLine:
    """One change that was proposed, and what may be done about it."""

    pk: UUID
    section: str
    entry_id: str
    state: Said
    waits: bool
    what: str
    is_address: bool
    before: str
    after: str
    domain_before: str
    domain_after: str
    domains_added: tuple[str, ...]
    domains_dropped: tuple[str, ...]
    warnings: tuple[str, ...]
    to_type: str
    """What the second person is asked to type; it does not say the words themselves."""
    why: str
    seen_at: str
    seen_on: date
    confidence: Said
    proposed: str
    proposed_at: datetime
    decided: str
    decided_at: datetime | None
    is_mine: bool
    may_undo: bool

    @property
    def changes_domain(self) -> bool:
        """Whether another domain would be written to."""
        return self.domain_before != self.domain_after


def change_lines(rows: Iterable[PackChange], staff: Staff) -> tuple[ChangeLine, ...]:
    """Each change as a line."""
    latest = {row.as_change().entry: row.pk for row in changes_in_effect()}
    undoable = set(latest.values())
    return tuple(_line(row, staff, may_undo=row.pk in undoable) for row in rows)


def _line(row: PackChange, staff: Staff, *, may_undo: bool) -> ChangeLine:
    change, waits = effect_of(row), row.state == "proposed"
    return ChangeLine(
        pk=row.pk,
        section=row.section,
        entry_id=row.entry_id,
        state=_STATES[row.state],
        waits=waits,
        what=_what(row, change),
        is_address=row.kind == "address",
        before=change.old_address,
        after=change.address,
        domain_before=domain_of(change.old_address),
        domain_after=domain_of(change.address),
        domains_added=change.domains_added,
        domains_dropped=change.domains_dropped,
        warnings=tuple(_warnings(change)) if waits else (),
        to_type=_to_type(change),
        why=row.why,
        seen_at=row.seen_at,
        seen_on=row.seen_on,
        confidence=CONFIDENCES[row.confidence],
        proposed=_who(row.proposed_by_id, staff),
        proposed_at=row.proposed_at,
        decided=_who(row.decided_by_id, staff),
        decided_at=row.decided_at,
        is_mine=row.proposed_by_id == staff.pk,
        may_undo=may_undo,
    )


def _what(row: PackChange, change: EntryChange) -> str:
    undone = "Take back: " if row.undoes_id else ""
    if change.kind == "address":
        return f"{undone}another address for {change.route_id}"
    if change.review_by and change.expires:
        return f"{undone}verified; read again by {change.review_by}, used until {change.expires}"
    return f"{undone}{change.standing}"


def _warnings(change: EntryChange) -> Iterator[str]:
    """What an attacker would count on nobody noticing."""
    new = words_to_type(change) if change.kind == "address" else ()
    for domain in new:
        if _FOREIGN in domain:
            yield (
                f"“{domain}” stands for letters of another script. It shows as "
                f"“{_as_shown(domain)}” and may be made to look like another name."
            )
    seen = host_of(change.seen_at)
    if change.kind == "address" and seen and not _is_theirs(seen, change.old_domains):
        yield (
            f"It was read at {seen}, which is none of the domains known so far. Find the same "
            "address on a page of theirs before you confirm it."
        )


def _is_theirs(host: str, domains: tuple[str, ...]) -> bool:
    return any(falls_under(host, domain) for domain in domains)


def _as_shown(domain: str) -> str:
    try:
        return domain.encode("ascii").decode("idna")
    except UnicodeError:
        return domain


def _to_type(change: EntryChange) -> str:
    words = words_to_type(change)
    if words == (change.entry_id,):
        return f"Type “{change.entry_id}” to confirm"
    if len(words) > 1:
        return f"Type each of the {len(words)} new domains, letter by letter"
    if change.kind == "address" and not domain_of(change.address):
        return "Type the new number"
    return "Type the domain of the new address, letter by letter"


def _who(staff_id: int | None, reader: Staff) -> str:
    if staff_id is None:
        return ""
    return "you" if staff_id == reader.pk else f"staff {staff_id}"
