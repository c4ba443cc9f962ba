"""Write a notice: the recipient's language, then English, and the same for machines. Pure.

The words come from the packs; this module decides what may be said to whom. No letter names a
survivor, carries a picture, or gives a minor's fingerprint to anybody but a hotline that takes it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from jikimi.takedown.rules.by_hand import never_to_add, to_add_by_hand
from jikimi.takedown.rules.draft import draft_of, form_facts
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
    Letter,
    NoticeFacts,
    NoticeFingerprint,
    Parts,
)
from jikimi.takedown.rules.notice_form import notice_form
from jikimi.takedown.rules.route_values import ChosenRoute
from jikimi.venues.pack_values import Packs

__all__ = ["CentreIdentity", "Letter", "NoticeFacts", "NoticeFingerprint", "write_letter"]


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
    draft = draft_of(route, packs, facts, centre, now)
    if draft.law is None and not draft.minor:
        raise ValueError("a report without a law is for a minor's picture")
    if draft.law and draft.minor and draft.law.asks_for_ownership:
        raise ValueError("copyright is never a basis for a minor's picture")
    check_links(draft.told.links, route, packs)
    languages = in_order(route.languages, english_first=facts.english_first)
    wordings = [packs.wordings[language] for language in languages]
    subject = letter_subject(draft, wordings[0])
    parts = [
        Parts(language=wording.language, paragraphs=letter_paragraphs(draft, wording))
        for wording in wordings
    ]
    missing, law = tuple(_missing(draft)), draft.law
    why = reasons(draft, packs.wordings["en"])
    return Letter(
        subject=subject,
        text=BETWEEN_LANGUAGES.join("\n\n".join(part.paragraphs) for part in parts) + "\n",
        notice_json=notice_form(draft, why),
        missing=missing,
        form_facts=form_facts(draft, reasons=why if law else ""),
        html=letter_html(subject, parts),
        to_add=tuple(to_add_by_hand(law, missing, minor=draft.minor)) if law else (),
        never=tuple(never_to_add(law, missing, minor=draft.minor)) if law else (),
    )


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
