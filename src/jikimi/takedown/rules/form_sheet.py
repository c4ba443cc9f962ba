"""What to put into a recipient's form, field by field, from the letter of a notice. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from jikimi.takedown.rules.letter_values import Letter
from jikimi.takedown.rules.plain_json import items_at, text_at, texts_at
from jikimi.venues.pack_values import TO_CHOOSE, Route

_EVERYTHING = {
    "Links": "links",
    "Accounts or rooms": "handles",
    "What it is about": "reasons",
    "Legal basis": "law",
    "Our reference": "reference",
    "Subject": "subject",
    "Message": "letter",
    "Organisation": "centre_name",
    "Name of the person who reports": "representative",
    "Address": "centre_address",
    "E-mail": "centre_email",
    "Telephone": "centre_phone",
    "Signature": "signature",
    "Date of signature": "signed_on",
    "Fingerprints": "fingerprints",
}
"""What is offered for a form whose fields nobody has written down."""


@dataclass(frozen=True, kw_only=True)
class SheetField:
    """One field of the form, ready to paste or to choose."""

    label: str
    text: str
    is_choice: bool
    lines: int


@dataclass(frozen=True, kw_only=True)
class FormSheet:
    """A form, filled."""

    fields: tuple[SheetField, ...]
    was_read: bool
    """Whether a person has held its labels against the form."""
    is_ours: bool
    """Whether the labels are ours, because the recipient's entry has none."""


def form_sheet(route: Route, letter: Letter) -> FormSheet:
    """Fill the form of a route from a letter; a field that the letter has nothing for is left out.

    It holds what the letter and its form for machines say, and so no name, statement or picture.
    """
    wanted = {entry.label: entry.fact for entry in route.form} or _EVERYTHING
    facts = _facts(letter)
    fields = (_filled(label, fact, facts) for label, fact in wanted.items())
    return FormSheet(
        fields=tuple(one for one in fields if one.text),
        was_read=bool(route.form) and route.form_was_read,
        is_ours=not route.form,
    )


def _filled(label: str, fact: str, facts: Mapping[str, str]) -> SheetField:
    is_choice = fact.startswith(TO_CHOOSE)
    text = fact.removeprefix(TO_CHOOSE) if is_choice else facts.get(fact, "")
    return SheetField(label=label, text=text, is_choice=is_choice, lines=text.count("\n") + 1)


def _facts(letter: Letter) -> Mapping[str, str]:
    form: object = json.loads(letter.notice_json or "{}")
    links = texts_at(form, "links")
    return {
        "links": "\n".join(links),
        "first_link": links[0] if links else "",
        "handles": "\n".join(texts_at(form, "handles")),
        "fingerprints": "\n".join(
            f"{text_at(one, 'type')} {text_at(one, 'value')}"
            for one in items_at(form, "fingerprints")
        ),
        "reference": text_at(form, "notice_id"),
        "subject": letter.subject,
        "letter": letter.text,
        "reasons": text_at(form, "reasons"),
        "law": text_at(form, "legal_basis", "cite"),
        "reported_on": text_at(form, "reported_at")[:10],
        "signed_on": text_at(form, "signature", "signed_at")[:10],
        "signature": text_at(form, "signature", "name"),
        "centre_name": text_at(form, "submitter", "name"),
        "centre_address": text_at(form, "submitter", "address"),
        "centre_email": text_at(form, "submitter", "email"),
        "centre_phone": text_at(form, "submitter", "phone"),
        "representative": text_at(form, "submitter", "representative"),
    }
