"""What a caseworker copies into a regulator's form: who was asked, when, and that it led nowhere.

A complaint is about a recipient, not to one: it asks for no removal under a law that the regulator
does not itself answer for. In the regulator's language, then English, for a person to put into the
form's own words. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from jikimi.takedown.rules.draft import draft_of, form_facts
from jikimi.takedown.rules.letter_html import letter_html
from jikimi.takedown.rules.letter_text import (
    BETWEEN_LANGUAGES,
    in_order,
    paragraphs,
    present_facts,
    subject_line,
)
from jikimi.takedown.rules.letter_values import CentreIdentity, Draft, Letter, NoticeFacts, Parts
from jikimi.takedown.rules.route_values import ChosenRoute
from jikimi.venues.pack_values import Packs, Wording


def write_complaint(
    *,
    route: ChosenRoute,
    packs: Packs,
    facts: NoticeFacts,
    centre: CentreIdentity,
    now: datetime,
) -> Letter:
    """Write the facts of a complaint to the regulator of a chosen route.

    Raises UnsafeAddress for a link that may not stand in it, and ValueError for a time without a
    zone or an empty reference. It names no survivor; of the picture it tells the links alone; it
    has no form for machines.
    """
    draft = draft_of(route, packs, replace(facts, handles=(), fingerprints=()), centre, now)
    languages = in_order(route.languages, english_first=facts.english_first)
    wordings = [packs.wordings[language] for language in languages]
    subject = subject_line(wordings[0].sentences["subject_complaint"], draft, wordings[0])
    parts = [
        Parts(
            language=wording.language,
            paragraphs=paragraphs(_sentences(draft, wording), draft, wording),
        )
        for wording in wordings
    ]
    return Letter(
        subject=subject,
        text=BETWEEN_LANGUAGES.join("\n\n".join(part.paragraphs) for part in parts) + "\n",
        notice_json="",
        missing=tuple(_missing(draft)),
        form_facts=form_facts(draft),
        html=letter_html(subject, parts),
    )


def _sentences(draft: Draft, wording: Wording) -> Iterator[str]:
    say = wording.sentences
    yield from (say["greeting"], say["reference"], say["opening_complaint"])
    yield f"{say['report_links']}\n{{links}}"
    if draft.earlier:
        yield f"{say['earlier']}\n{{earlier}}"
    yield say["complaint_ask"]
    if draft.note:
        yield f"{say['note']}\n{{note}}"
    yield from (say["contact"], say["closing"], say["signature"])


def _missing(draft: Draft) -> Iterator[str]:
    """Name what no complaint goes without: where it is, what was tried, and who answers for it."""
    present = present_facts(draft)
    if "links" not in present:
        yield "link"
    if not draft.earlier:
        yield "history"
    if not present.issuperset({"centre_name", "centre_email"}):
        yield "contact"
    if "representative" not in present:
        yield "signature"
