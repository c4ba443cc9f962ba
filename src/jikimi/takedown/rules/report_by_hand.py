"""What a caseworker takes to the police, or to a sister centre abroad, about a place.

Where it is, what was asked before and, for the police, which offences: in the reader's language,
then English, for a person to read out, paste or print. No survivor is named, no fingerprint given.
Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Literal

from jikimi.takedown.rules.draft import draft_of, form_facts
from jikimi.takedown.rules.filling import earlier_lines, fill
from jikimi.takedown.rules.letter_html import letter_html
from jikimi.takedown.rules.letter_text import BETWEEN_LANGUAGES, in_order
from jikimi.takedown.rules.letter_values import (
    CentreIdentity,
    Draft,
    Letter,
    NoticeFacts,
    Parts,
)
from jikimi.takedown.rules.route_values import ChosenRoute
from jikimi.takedown.rules.safe_text import one_line
from jikimi.venues.pack_values import Packs, Recipient, Wording

Reader = Literal["police", "partner"]
"""Who reads it; a partner reads of adults only, a hotline's report of a minor is a letter's."""


def write_report_by_hand(
    *,
    route: ChosenRoute,
    packs: Packs,
    facts: NoticeFacts,
    centre: CentreIdentity,
    now: datetime,
) -> Letter:
    """Write what the police or the partner of a chosen route are told; no form for machines.

    Raises UnsafeAddress for a link or handle that may not stand in it, and ValueError for a time
    without a zone, or for a minor's picture to a partner.
    """
    reader: Reader = "police" if route.rung == "police" else "partner"
    if facts.minor and reader == "partner":
        raise ValueError("a minor's picture is reported to a hotline in a letter")
    draft = draft_of(route, packs, replace(facts, fingerprints=()), centre, now)
    day = draft.written_at.date()
    offences = offences_in(draft.recipient, packs, day) if reader == "police" else ()
    same_in_every_language = {**_values(draft), "offences": _lines(offences)}
    parts: list[Parts] = []
    subjects: list[str] = []
    for language in in_order(route.languages, english_first=facts.english_first):
        wording = packs.wordings[language]
        values = {
            **same_in_every_language,
            "situation": wording.situations[facts.situation],
            "earlier": earlier_lines(draft.earlier, wording),
        }
        said = tuple(fill(one, values) for one in _paragraphs(wording, values, reader, facts.minor))
        parts.append(Parts(language=language, paragraphs=said))
        subjects.append(one_line(fill(wording.sentences[f"subject_{reader}"], values)))
    return Letter(
        subject=subjects[0],
        text=BETWEEN_LANGUAGES.join("\n\n".join(part.paragraphs) for part in parts) + "\n",
        notice_json="",
        missing=() if draft.told.links or draft.told.handles else ("link",),
        form_facts=form_facts(draft),
        html=letter_html(subjects[0], parts),
    )


def offences_in(police: Recipient, packs: Packs, day: date) -> tuple[str, ...]:
    """Give the provisions that the law packs of its countries name as offences on a day."""
    laws = (packs.laws[id_] for id_ in sorted(packs.laws))
    cites = (
        offence.cite
        for law in laws
        if law.jurisdiction in police.serves and not law.review.expired_on(day)
        for offence in law.offences
        if offence.in_force is None or offence.in_force <= day
    )
    return tuple(dict.fromkeys(cites))


def _paragraphs(
    wording: Wording, values: Mapping[str, str], reader: Reader, minor: bool
) -> Iterator[str]:
    """Yield the sentences; what there is nothing to say about is left out."""
    say = wording.sentences
    opening = f"opening_{reader}_minor" if minor else f"opening_{reader}"
    yield from (say["greeting"], say["reference"], say[opening])
    for sentence, fact in (("report_links", "links"), ("report_handles", "handles")):
        if values[fact]:
            yield f"{say[sentence]}\n{{{fact}}}"
    yield say["report_time"]
    for fact in ("earlier", "offences"):
        if values[fact]:
            yield f"{say[fact]}\n{{{fact}}}"
    yield say[f"{reader}_ask"]
    if values["note"]:
        yield f"{say['note']}\n{{note}}"
    yield from (say["contact"], say["closing"])
    yield say["signature_report" if minor else "signature"]


def _values(draft: Draft) -> Mapping[str, str]:
    centre = draft.centre
    reach = (centre.name, centre.address, centre.email, centre.phone)
    return {
        "recipient": draft.recipient.name,
        "notice_id": draft.notice_id,
        "signed_on": f"{draft.written_at:%Y-%m-%d}",
        "noticed_on": f"{draft.reported_at:%Y-%m-%d %H:%M}",
        "centre_name": centre.name,
        "representative": centre.representative,
        "links": _lines(draft.told.links),
        "handles": _lines(draft.told.handles),
        "note": draft.note,
        "contact": ", ".join(filter(None, reach)),
    }


def _lines(items: Iterable[str]) -> str:
    return "\n".join(f"   {item}" for item in items)
