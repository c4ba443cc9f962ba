"""Whether a change may be proposed, and what its second person has to type."""

from __future__ import annotations

from datetime import date, timedelta

from jikimi.venues.addresses import (
    domain_of,
    plain_address,
    plain_domains,
    refuse_unsafe_domain,
)
from jikimi.venues.errors import ProposalRefused, UnknownEntry
from jikimi.venues.hosts import host_of
from jikimi.venues.pack_changes import EntryChange, EntryKey, ReadAt, content_of, lay_over
from jikimi.venues.pack_in_use import InUse, problems_with
from jikimi.venues.pack_values import RecipientId

LONGEST_REVIEW = timedelta(days=366)
OLDEST_READING = timedelta(days=90)
STANDINGS = {
    "recipients": ("verified", "degraded", "dead", "unverified"),
    "laws": ("verified", "unverified"),
    "helplines": ("verified",),
}
"""What two people may say of an entry, by section."""


def address_change(
    in_use: InUse, *, entry_id: str, route_id: str, address: str, domains: str, read: ReadAt
) -> EntryChange:
    """Make a change of a recipient's address out of what was typed; empty leaves it as it is.

    Raises ProposalRefused or UnknownEntry.
    """
    recipient = in_use.packs.recipients.get(RecipientId(entry_id))
    routes = {route.id: route for route in recipient.routes} if recipient else {}
    if recipient is None or route_id not in routes:
        raise UnknownEntry
    route = routes[route_id]
    old = tuple(in_use.documents["recipients", entry_id].raw["domains_allowed"])
    change = EntryChange(
        kind="address",
        section="recipients",
        entry_id=entry_id,
        route_id=route_id,
        old_address=route.address,
        address=plain_address(address, route.type) if address.strip() else route.address,
        old_domains=old,
        domains=plain_domains(domains, old) or old,
        seen_at=read.link,
        seen_on=read.on,
        confidence=read.confidence,
    )
    others = tuple(one for one in in_use.packs.recipients.values() if one.id != recipient.id)
    for domain in change.domains_added:
        refuse_unsafe_domain(domain, recipient, others)
    if (change.address, change.domains) == (change.old_address, change.old_domains):
        raise ProposalRefused("That is what the entry says already. Nothing would change.")
    return change


def standing_change(
    in_use: InUse,
    *,
    entry: EntryKey,
    standing: str,
    review_by: date | None,
    expires: date | None,
    read: ReadAt,
    today: date,
) -> EntryChange:
    """Make a change of what is known of an entry: verified until a day, or working no more.

    Raises ProposalRefused or UnknownEntry.
    """
    section, entry_id = entry
    document = in_use.documents.get(entry)
    if document is None or standing not in STANDINGS.get(section, ()):
        raise UnknownEntry
    if document.raw.get("status") == "stand_in":
        raise ProposalRefused("This is a stand-in for tests and the demo. Nobody verifies it.")
    is_verified = standing == "verified"
    if is_verified:
        _refuse_bad_dates(review_by, expires, today)
    return EntryChange(
        kind="standing",
        section=section,
        entry_id=entry_id,
        standing=standing if "status" in document.raw else "",
        review_by=review_by if is_verified else None,
        expires=expires if is_verified else None,
        content=content_of(document.raw),
        seen_at=read.link,
        seen_on=read.on,
        confidence=read.confidence,
    )


def refuse_bad_reading(read: ReadAt, today: date, *, needs_link: bool) -> None:
    """Refuse a source that nobody could have read like that. Raises ProposalRefused."""
    if (read.link or needs_link) and host_of(read.link) is None:
        raise ProposalRefused("Give the link of the page where you read it, with https://.")
    if not read.link.isascii() or any(letter.isspace() for letter in read.link):
        raise ProposalRefused("The source holds a space or a letter outside a to z. Copy it.")
    if not today - OLDEST_READING <= read.on <= today:
        raise ProposalRefused("Read it again: it was read over 90 days ago, or not yet.")


def refuse_what_does_not_hold(in_use: InUse, change: EntryChange, *, allow_stand_ins: bool) -> None:
    """Hold a change against what the packs say now, and against all their checks.

    Raises ProposalRefused with what `jikimi packs check` would say.
    """
    if change.entry in in_use.misfits:
        raise ProposalRefused(f"{in_use.misfits[change.entry]} Take that change back first.")
    laid = lay_over(in_use.documents, [change])
    if change.entry in laid.misfits:
        raise ProposalRefused("The entry has changed meanwhile. Refuse this and propose it anew.")
    problems = problems_with(laid.documents, allow_stand_ins=allow_stand_ins)
    if problems:
        raise ProposalRefused(" ".join(f"{one.what} {one.what_to_do}" for one in problems))


def words_to_type(change: EntryChange) -> tuple[str, ...]:
    """What the second person types: each domain, or number, that would be trusted from now on.

    For a change that adds none, the entry's id.
    """
    words = list(change.domains_added)
    if change.kind == "address" and change.address != change.old_address:
        words.append(domain_of(change.address) or change.address.replace(" ", ""))
    return tuple(dict.fromkeys(words)) or (change.entry_id,)


def is_typed_right(change: EntryChange, typed: str) -> bool:
    """Whether somebody typed just those words, in any order, in any case."""
    asked = {word.lower() for word in words_to_type(change)}
    words = typed.lower().replace(",", " ").split()
    return set(words) == asked or {"".join(words)} == asked


def _refuse_bad_dates(review_by: date | None, expires: date | None, today: date) -> None:
    if review_by is None or expires is None:
        raise ProposalRefused("Say until when it holds: the next review, and the last day.")
    if not today < review_by <= expires <= today + LONGEST_REVIEW:
        raise ProposalRefused(
            "The next review has to lie ahead, the last day after it, and both within a year."
        )
