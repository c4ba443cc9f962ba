"""What a caseworker copies into a regulator's form: who was asked, when, and that it led nowhere.

A complaint is about a recipient, not to one: it asks for no removal under a law that the regulator
does not itself answer for. In the regulator's language, then English, for a person to put into the
form's own words. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from jikimi.takedown.rules.clock import to_utc
from jikimi.takedown.rules.filling import earlier_lines, fill
from jikimi.takedown.rules.history import told_of
from jikimi.takedown.rules.letter_html import letter_html
from jikimi.takedown.rules.letter_text import BETWEEN_LANGUAGES, in_order
from jikimi.takedown.rules.letter_values import CentreIdentity, Letter, NoticeFacts, Parts
from jikimi.takedown.rules.note import LONGEST_NOTE
from jikimi.takedown.rules.route_values import ChosenRoute
from jikimi.takedown.rules.safe_text import exact_link, one_line
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
    zone. It names no survivor; it has no form for machines.
    """
    earlier = told_of(route.earlier, packs.recipients[route.recipient_id], packs)
    languages = in_order(route.languages, english_first=facts.english_first)
    note = one_line(facts.note, LONGEST_NOTE)
    parts: list[Parts] = []
    subjects: list[str] = []
    for wording in (packs.wordings[language] for language in languages):
        values = {
            **_values(route, packs, facts, centre, now),
            "situation": wording.situations[facts.situation],
            "earlier": earlier_lines(earlier, wording),
            "note": note,
        }
        templates = _paragraphs(wording, bool(earlier), has_note=bool(note))
        said = tuple(fill(template, values) for template in templates)
        parts.append(Parts(language=wording.language, paragraphs=said))
        subjects.append(one_line(fill(wording.sentences["subject_complaint"], values)))
    return Letter(
        subject=subjects[0],
        text=BETWEEN_LANGUAGES.join("\n\n".join(part.paragraphs) for part in parts) + "\n",
        notice_json="",
        missing=() if facts.links and earlier else ("history",),
        html=letter_html(subjects[0], parts),
    )


def _paragraphs(wording: Wording, has_history: bool, *, has_note: bool) -> Iterator[str]:
    say = wording.sentences
    yield from (say["greeting"], say["reference"], say["opening_complaint"])
    yield f"{say['report_links']}\n{{links}}"
    if has_history:
        yield f"{say['earlier']}\n{{earlier}}"
    yield say["complaint_ask"]
    if has_note:
        yield f"{say['note']}\n{{note}}"
    yield from (say["contact"], say["closing"], say["signature"])


def _values(
    route: ChosenRoute, packs: Packs, facts: NoticeFacts, centre: CentreIdentity, now: datetime
) -> Mapping[str, str]:
    reach = (centre.name, centre.address, centre.email, centre.phone)
    return {
        "recipient": packs.recipients[route.recipient_id].name,
        "notice_id": one_line(facts.notice_id),
        "signed_on": f"{to_utc(now):%Y-%m-%d}",
        "centre_name": one_line(centre.name),
        "representative": one_line(centre.representative),
        "links": "\n".join(f"   {exact_link(link)}" for link in dict.fromkeys(facts.links)),
        "contact": ", ".join(one_line(part) for part in reach if part),
    }
