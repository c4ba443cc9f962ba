"""What is known for one letter, made safe, before anything is put into words. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar

from jikimi.takedown.rules.clock import to_utc
from jikimi.takedown.rules.history import told_of
from jikimi.takedown.rules.letter_values import (
    CentreIdentity,
    Draft,
    FormFacts,
    HandedOver,
    NoticeFacts,
    NoticeFingerprint,
)
from jikimi.takedown.rules.note import LONGEST_NOTE
from jikimi.takedown.rules.route_values import ChosenRoute
from jikimi.takedown.rules.safe_text import exact_link, one_line, safe_handle
from jikimi.venues.pack_values import Packs, Recipient

Item = TypeVar("Item")


def draft_of(
    route: ChosenRoute, packs: Packs, facts: NoticeFacts, centre: CentreIdentity, now: datetime
) -> Draft:
    """Gather what a letter may say to the recipient of a chosen route.

    Raises UnsafeAddress for a link or handle that may not stand in a letter, and ValueError for a
    time without a zone or an empty reference.
    """
    notice_id = one_line(facts.notice_id)
    if not notice_id:
        raise ValueError("a notice needs a reference that the recipient can quote")
    recipient = packs.recipients[route.recipient_id]
    return Draft(
        recipient=recipient,
        law=packs.laws[route.law_id] if route.law_id else None,
        notice_id=notice_id,
        situation=facts.situation,
        minor=facts.minor,
        good_faith=facts.good_faith,
        owns_copyright=facts.owns_copyright,
        reported_at=to_utc(facts.reported_at),
        told=_handed_over(recipient, facts),
        note="" if facts.minor else one_line(facts.note, LONGEST_NOTE),
        earlier=told_of(route.earlier, recipient, packs),
        centre=CentreIdentity(
            name=one_line(centre.name),
            address=one_line(centre.address),
            email=one_line(centre.email),
            phone=one_line(centre.phone),
            representative=one_line(centre.representative),
        ),
        written_at=to_utc(now),
    )


def form_facts(draft: Draft, *, reasons: str = "") -> FormFacts:
    """Give what a recipient's form may be filled with from a draft.

    A report to a hotline asks for nothing under a law, and so nobody signs it.
    """
    is_report = draft.law is None and draft.minor
    return FormFacts(
        links=draft.told.links,
        handles=draft.told.handles,
        fingerprints=draft.told.fingerprints,
        reference=draft.notice_id,
        reasons=reasons,
        law=draft.law.cite if draft.law else "",
        reported_on=f"{draft.reported_at:%Y-%m-%d}",
        signature="" if is_report else draft.centre.representative,
        signed_on="" if is_report else f"{draft.written_at:%Y-%m-%d}",
        centre=draft.centre,
    )


def _handed_over(recipient: Recipient, facts: NoticeFacts) -> HandedOver:
    takes_links = "link" in recipient.may_receive
    return HandedOver(
        links=_once(map(exact_link, facts.links)) if takes_links else (),
        handles=_once(map(safe_handle, facts.handles)) if takes_links else (),
        fingerprints=_once(
            one for one in facts.fingerprints if _may_have(recipient, one, facts.minor)
        ),
    )


def _once(items: Iterable[Item]) -> tuple[Item, ...]:
    return tuple(dict.fromkeys(items))


def _may_have(recipient: Recipient, fingerprint: NoticeFingerprint, minor: bool) -> bool:
    if "fingerprint" not in recipient.may_receive:
        return False
    return not minor or (recipient.kind == "hotline" and fingerprint.made_on_her_device)
