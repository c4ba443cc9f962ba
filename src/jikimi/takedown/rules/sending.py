"""What keeps a notice a draft: entries that are unread, out of date, or no longer working."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from jikimi.takedown.rules.health import known_not_to_work
from jikimi.venues.packs import LawPack, Recipient

_READ_FIRST = "a reviewer must read its sources and set it to verified"


def is_expired(recipient: Recipient, law: LawPack | None, day: date) -> bool:
    """Whether the last day of the recipient's or the law's entry is over."""
    return recipient.review.expired_on(day) or (law is not None and law.review.expired_on(day))


def why_it_stays(
    recipient: Recipient | None, laws: Iterable[LawPack], address: str, day: date
) -> str:
    """Say why an approved letter may not leave after all; empty if it may.

    What was right at the approval may have been changed since: the address above all.
    """
    if recipient is None:
        return "its recipient stands in no entry any more"
    if address not in {route.address for route in recipient.routes}:
        return f"the address of {recipient.name} has been changed"
    blockers = [*recipient_blockers(recipient, day)]
    blockers += [blocker for law in laws for blocker in law_blockers(law, day)]
    return "; ".join(dict.fromkeys(blockers))


def recipient_blockers(recipient: Recipient, day: date) -> tuple[str, ...]:
    """Say why nothing may be sent to a recipient on a day; empty if it may."""
    blockers = []
    if recipient.status == "unverified":
        blockers.append(f"the entry for {recipient.name} is unverified: {_READ_FIRST}")
    if known_not_to_work(recipient):
        blockers.append(f"{recipient.name} is known not to work at present")
    if recipient.review.expired_on(day):
        blockers.append(f"the entry for {recipient.name} expired on {recipient.review.expires}")
    return tuple(blockers)


def law_blockers(law: LawPack, day: date) -> tuple[str, ...]:
    """Say why nothing may be sent under a law on a day; empty if it may."""
    blockers = []
    if law.status != "verified":
        blockers.append(f"the law pack {law.id} is {law.status}: {_READ_FIRST}")
    if law.review.expired_on(day):
        blockers.append(f"the law pack {law.id} expired on {law.review.expires}")
    if not law.in_force_on(day):
        blockers.append(f"{law.title['en']} is not in force on {day}")
    if not law.filers & {"anyone", "authorised_representative"}:
        blockers.append(
            f"{law.title['en']} names only designated bodies and the person depicted as filers"
        )
    return tuple(blockers)
