"""What a letter says, for the channels that speak to machines."""

import json
from dataclasses import dataclass, field

from jikimi.takedown.errors import MayNotSend
from jikimi.takedown.rules.letter import Letter
from jikimi.takedown.rules.plain_json import text_at, texts_at


@dataclass(frozen=True, kw_only=True)
class SaidNotice:
    """A removal request about an adult, as its `jikimi-notice/1` has it. It names no survivor."""

    reference: str
    """Ours, which the recipient is asked to quote."""
    links: tuple[str, ...] = field(repr=False)
    reported_at: str
    """UTC, YYYY-MM-DDThh:mm:ssZ."""
    is_fake: bool
    reasons: str
    """One English sentence."""
    law: str
    centre: str
    """The centre's name."""
    email: str
    phone: str


def said_in(letter: Letter) -> SaidNotice | None:
    """Read what a letter says; None for a picture of somebody who is or may be a minor.

    None as well for a letter without a form for machines, such as a complaint.
    """
    form: object = json.loads(letter.notice_json or "{}")
    if text_at(form, "subject") != "adult" or text_at(form, "type") != "removal_request":
        return None
    return SaidNotice(
        reference=text_at(form, "notice_id"),
        links=tuple(dict.fromkeys(texts_at(form, "links"))),
        reported_at=text_at(form, "reported_at"),
        is_fake=text_at(form, "situation") == "fake",
        reasons=text_at(form, "reasons"),
        law=text_at(form, "legal_basis", "cite"),
        centre=text_at(form, "submitter", "name"),
        email=text_at(form, "submitter", "email"),
        phone=text_at(form, "submitter", "phone"),
    )


def said_of_an_adult(letter: Letter) -> SaidNotice:
    """Read what a letter says. Raises MayNotSend unless it is about an adult and holds a link."""
    said = said_in(letter)
    if said is None:
        raise MayNotSend(
            "An interface takes removal requests alone, and none about anybody who is or may be "
            "under 18: for them, tell the hotline."
        )
    if not said.links:
        raise MayNotSend("This interface takes links, and the notice holds none.")
    return said


def one_link_of(said: SaidNotice) -> str:
    """The only link of a notice. Raises MayNotSend where there are more."""
    if len(said.links) != 1:
        raise MayNotSend("This interface takes one link a report: approve them one by one.")
    return said.links[0]
