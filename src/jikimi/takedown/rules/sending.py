"""What keeps a notice a draft: entries that are unread, out of date, or no longer working.

Unread ones a person may hand a notice over by, once she has compared them with their sources.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from jikimi.takedown.rules.health import known_not_to_work
from jikimi.venues.pack_values import RecipientKind
from jikimi.venues.packs import LawPack, Recipient

_READ_FIRST = "a reviewer must read its sources and set it to verified"
_BODIES_THAT_FILE = frozenset({"hotline", "regulator"})


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
    blockers += [blocker for law in laws for blocker in law_blockers(law, recipient.kind, day)]
    return "; ".join(dict.fromkeys(blockers))


def recipient_blockers(recipient: Recipient, day: date) -> tuple[str, ...]:
    """Say why nothing may be sent to a recipient on a day; empty if it may."""
    blockers = []
    if recipient.status == "unverified":
        blockers.append(f"the entry for {recipient.name} is unverified: {_READ_FIRST}")
    if known_not_to_work(recipient):
        blockers.append(f"{recipient.name} is known not to work at present")
    return (*blockers, *_too_old(recipient, day))


def law_blockers(law: LawPack, told: RecipientKind | None, day: date) -> tuple[str, ...]:
    """Say why nothing may be sent under a law on a day; empty if it may.

    `told` is what the recipient is; None if no entry says.
    """
    unread = [f"the law pack {law.id} is {law.status}: {_READ_FIRST}"]
    return (*(unread if law.status != "verified" else ()), *_does_not_carry(law, told, day))


def unread_entries(recipient: Recipient, law: LawPack | None) -> tuple[str, ...]:
    """Name the entries whose sources no reviewer has read, by their ids."""
    of_recipient = (str(recipient.id),) if recipient.status == "unverified" else ()
    return of_recipient + ((str(law.id),) if law and law.status != "verified" else ())


def refused_by_hand(recipient: Recipient, law: LawPack | None, day: date) -> tuple[str, ...]:
    """Say why a notice may not be handed over by a person either; empty if it may.

    What is unread she may compare, and where a recipient has stalled she may try.
    """
    of_law = _does_not_carry(law, recipient.kind, day) if law else ()
    return _too_old(recipient, day) + of_law


def _too_old(recipient: Recipient, day: date) -> tuple[str, ...]:
    if recipient.review.expired_on(day):
        return (f"the entry for {recipient.name} expired on {recipient.review.expires}",)
    return ()


def _does_not_carry(law: LawPack, told: RecipientKind | None, day: date) -> tuple[str, ...]:
    blockers = []
    if law.review.expired_on(day):
        blockers.append(f"the law pack {law.id} expired on {law.review.expires}")
    if not law.in_force_on(day):
        blockers.append(f"{law.title['en']} is not in force on {day}")
    if not _may_ask(law, told):
        blockers.append(
            f"{law.title['en']} names only designated bodies and the person depicted as filers"
        )
    return tuple(blockers)


def _may_ask(law: LawPack, told: RecipientKind | None) -> bool:
    """Tell whether the centre may file, or tells the designated body that does."""
    if law.filers & {"anyone", "authorised_representative"}:
        return True
    return "designated_body" in law.filers and told in _BODIES_THAT_FILE
