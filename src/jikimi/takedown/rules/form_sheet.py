"""What to put into a recipient's form, field by field, from a letter. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from jikimi.takedown.rules.letter_values import Letter
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

    It holds what the letter says, and so no name, statement or picture of hers.
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
    said = {"subject": letter.subject, "letter": letter.text}
    facts = letter.form_facts
    if facts is None:
        return said
    return said | {
        "links": "\n".join(facts.links),
        "first_link": facts.links[0] if facts.links else "",
        "handles": "\n".join(facts.handles),
        "fingerprints": "\n".join(f"{one.type} {one.value}" for one in facts.fingerprints),
        "reference": facts.reference,
        "reasons": facts.reasons,
        "law": facts.law,
        "reported_on": facts.reported_on,
        "signed_on": facts.signed_on,
        "signature": facts.signature,
        "centre_name": facts.centre.name,
        "centre_address": facts.centre.address,
        "centre_email": facts.centre.email,
        "centre_phone": facts.centre.phone,
        "representative": facts.centre.representative,
    }
