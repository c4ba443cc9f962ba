"""Put the sentences of the packs in order and fill them, in one language at a time. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from jikimi.takedown.rules.filling import earlier_lines, fill
from jikimi.takedown.rules.letter_values import Draft
from jikimi.takedown.rules.safe_text import one_line
from jikimi.venues.pack_values import Language, LawPack, Wording

BETWEEN_LANGUAGES = f"\n\n{'-' * 40}\n\n"
_ENGLISH = "en"
_LONGEST_SUBJECT = 200


def in_order(languages: Sequence[Language], *, english_first: bool) -> tuple[Language, ...]:
    """Give a letter's languages in the order they stand in: the recipient's first, or English."""
    return tuple(sorted(languages, key=lambda one: one != _ENGLISH) if english_first else languages)


def letter_subject(draft: Draft, wording: Wording) -> str:
    """Return the subject of a request or a report."""
    key = "subject_request" if draft.law else "subject_report"
    return subject_line(wording.sentences[key], draft, wording)


def reasons(draft: Draft, wording: Wording) -> str:
    """Say in one sentence why the content is illegal."""
    return fill(wording.sentences["reasons"], _values(draft, wording))


def letter_paragraphs(draft: Draft, wording: Wording) -> tuple[str, ...]:
    """Return the whole letter in one language; a list stands below its first line, indented."""
    templates = _request(draft, draft.law, wording) if draft.law else _report(draft, wording)
    return paragraphs(templates, draft, wording)


def paragraphs(templates: Iterable[str], draft: Draft, wording: Wording) -> tuple[str, ...]:
    """Fill sentences of a wording with what a draft knows."""
    values = _values(draft, wording)
    return tuple(fill(template, values) for template in templates)


def subject_line(template: str, draft: Draft, wording: Wording) -> str:
    """Return a subject as one line that no name or link can break."""
    return one_line(fill(template, _values(draft, wording)), _LONGEST_SUBJECT)


def present_facts(draft: Draft) -> frozenset[str]:
    """Name the facts that the notice has, of those that an element may need."""
    return frozenset(name for name, value in _facts(draft).items() if value)


def _request(draft: Draft, law: LawPack, wording: Wording) -> Iterator[str]:
    say, language = wording.sentences, wording.language
    present = present_facts(draft)
    yield say["greeting"]
    yield say["reference"]
    yield say["opening_minor" if draft.minor else "opening_request"]
    yield say["basis"]
    elements = [element for element in law.elements if present.issuperset(element.needs)]
    for number, element in enumerate(elements, start=1):
        yield f"{number}. {element.template[language]}"
    if draft.earlier:
        yield f"{say['earlier']}\n{{earlier}}"
    yield say["demand_authority" if draft.to_authority else "demand"]
    if "known_identical_copies" in law.scope and not draft.to_authority:
        yield say["demand_copies"]
    if draft.note:
        yield f"{say['note']}\n{{note}}"
    yield law.manner[language]
    yield "\n".join([say["reply"], *(f"  - {one.text[language]}" for one in law.reply_expected)])
    yield from _end(wording, "signature")


def _report(draft: Draft, wording: Wording) -> Iterator[str]:
    """Yield what a hotline is told of a minor's picture: where, when, and the reporter's word."""
    say = wording.sentences
    yield say["greeting"]
    yield say["reference"]
    yield say["opening_report"]
    if draft.told.links:
        yield f"{say['report_links']}\n{{links}}"
    if draft.told.handles:
        yield f"{say['report_handles']}\n{{handles}}"
    if draft.told.fingerprints:
        yield f"{say['report_fingerprints']}\n{{fingerprints}}"
    yield say["report_time"]
    yield say["report_category"]
    yield say["report_ask"]
    yield from _end(wording, "signature_report")


def _end(wording: Wording, signature: str) -> Iterator[str]:
    for key in ("care", "machine", "contact", "closing", signature):
        yield wording.sentences[key]


def _values(draft: Draft, wording: Wording) -> Mapping[str, str]:
    """Give every placeholder its words in one language."""
    title = draft.law.title[wording.language] if draft.law else ""
    return {
        **_facts(draft),
        "situation": wording.situations[draft.situation],
        "recipient": draft.recipient.name,
        "law": title,
        "cite": draft.law.cite if draft.law else "",
        "contact": ", ".join(
            part
            for part in (
                draft.centre.name,
                draft.centre.address,
                draft.centre.email,
                draft.centre.phone,
            )
            if part
        ),
        "signed_on": f"{draft.written_at:%Y-%m-%d}",
        "noticed_on": f"{draft.reported_at:%Y-%m-%d %H:%M}",
        "earlier": earlier_lines(draft.earlier, wording),
        "note": draft.note,
    }


def _facts(draft: Draft) -> Mapping[str, str]:
    """Give every fact that an element may need as safe text; "" is one that is not known."""
    return {
        "links": _lines(draft.told.links),
        "handles": _lines(draft.told.handles),
        "fingerprints": _lines(
            f"{one.type} {one.value} (quality {one.quality})" for one in draft.told.fingerprints
        ),
        "situation": draft.situation,
        "good_faith": "declared" if draft.good_faith else "",
        "owns_copyright": "confirmed" if draft.owns_copyright else "",
        "notice_id": draft.notice_id,
        "centre_name": draft.centre.name,
        "centre_address": draft.centre.address,
        "centre_email": draft.centre.email,
        "centre_phone": draft.centre.phone,
        "representative": draft.centre.representative,
    }


def _lines(items: Iterable[str]) -> str:
    return "\n".join(f"   {item}" for item in items)
