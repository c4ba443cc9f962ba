"""Write a notice: the recipient's language, then English, and the same for machines. Pure.

The words come from the packs; this module decides what may be said to whom. No letter names a
survivor, carries a picture, or gives a minor's fingerprint to anybody but a hotline that takes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TypeVar

from jikimi.takedown.rules.by_hand import never_to_add, to_add_by_hand
from jikimi.takedown.rules.clock import to_utc
from jikimi.takedown.rules.history import told_of
from jikimi.takedown.rules.letter_batches import check_links
from jikimi.takedown.rules.letter_html import letter_html
from jikimi.takedown.rules.letter_text import (
    BETWEEN_LANGUAGES,
    in_order,
    letter_paragraphs,
    letter_subject,
    present_facts,
    reasons,
)
from jikimi.takedown.rules.letter_values import (
    CentreIdentity,
    Draft,
    HandedOver,
    Letter,
    NoticeFacts,
    NoticeFingerprint,
    Parts,
)
from jikimi.takedown.rules.note import LONGEST_NOTE
from jikimi.takedown.rules.notice_form import notice_form
from jikimi.takedown.rules.route_values import ChosenRoute
from jikimi.takedown.rules.safe_text import exact_link, one_line, safe_handle
from jikimi.venues.pack_values import Packs, Recipient

__all__ = ["CentreIdentity", "Letter", "NoticeFacts", "NoticeFingerprint", "write_letter"]

Item = TypeVar("Item")


def write_letter(
    *,
    route: ChosenRoute,
    packs: Packs,
    facts: NoticeFacts,
    centre: CentreIdentity,
    now: datetime,
) -> Letter:
    """Write the notice for a chosen route.

    Raises UnsafeAddress for a link or handle that may not stand in a letter; LinksDoNotFit for more
    or other links than the route takes in one notice; and ValueError for a time without a zone, an
    empty reference, a report without a law that is not about a minor, or copyright for one that is.
    """
    draft = _draft(route, packs, facts, centre, now)
    check_links(draft.told.links, route, packs)
    languages = in_order(route.languages, english_first=facts.english_first)
    wordings = [packs.wordings[language] for language in languages]
    subject = letter_subject(draft, wordings[0])
    parts = [
        Parts(language=wording.language, paragraphs=letter_paragraphs(draft, wording))
        for wording in wordings
    ]
    missing, law = tuple(_missing(draft)), draft.law
    return Letter(
        subject=subject,
        text=BETWEEN_LANGUAGES.join("\n\n".join(part.paragraphs) for part in parts) + "\n",
        notice_json=notice_form(draft, reasons(draft, packs.wordings["en"])),
        missing=missing,
        html=letter_html(subject, parts),
        to_add=tuple(to_add_by_hand(law, missing, minor=draft.minor)) if law else (),
        never=tuple(never_to_add(law, missing, minor=draft.minor)) if law else (),
    )


def _draft(
    route: ChosenRoute, packs: Packs, facts: NoticeFacts, centre: CentreIdentity, now: datetime
) -> Draft:
    if route.law_id is None and not facts.minor:
        raise ValueError("a report without a law is for a minor's picture")
    notice_id = one_line(facts.notice_id)
    if not notice_id:
        raise ValueError("a notice needs a reference that the recipient can quote")
    recipient = packs.recipients[route.recipient_id]
    law = packs.laws[route.law_id] if route.law_id else None
    if law and facts.minor and law.asks_for_ownership:
        raise ValueError("copyright is never a basis for a minor's picture")
    return Draft(
        recipient=recipient,
        law=law,
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


def _missing(draft: Draft) -> Iterator[str]:
    """Name the mandatory elements that are not in the letter; the law's, or a hotline's."""
    present = present_facts(draft)
    if draft.law:
        yield from (
            element.id
            for element in draft.law.elements
            if element.required and not present.issuperset(element.needs)
        )
        return
    if "link" in draft.recipient.may_receive:
        if not present & {"links", "handles"}:
            yield "link"
    elif "fingerprints" not in present:
        yield "fingerprint"
    if not present.issuperset({"centre_name", "centre_email"}):
        yield "contact"
