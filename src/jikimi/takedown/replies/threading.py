"""Which notice a mail answers: by the mail it answers, by the address it came to, by reference."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from uuid import UUID

from django.db.models.functions import Upper

from jikimi.takedown.models import Notice, OutboundLetter
from jikimi.takedown.replies.mail_values import ReadMail
from jikimi.takedown.rules.notice import MAY_COME_BACK
from jikimi.takedown.rules.reply import MatchedBy
from jikimi.takedown.rules.reply_numbers import SHORTEST
from jikimi.venues.hosts import falls_under
from jikimi.venues.lookups import packs_in_use
from jikimi.venues.pack_values import RecipientId

_REFERENCE = re.compile(r"(?<![0-9a-z])jk-([0-9a-f]{10})(?![0-9a-z])", re.IGNORECASE)
_PLUS = re.compile(r"\+jk-([0-9a-f]{10})@", re.IGNORECASE)
_HEX_DIGITS = 32
_MOST_REFERENCES = 50
_NUMBER = re.compile(r"(?<![\w.-])[A-Za-z0-9][\w./-]{3,119}", re.ASCII)
"""What may be a recipient's number for something, if there is a digit in it."""
_NUMBERS_WITHIN = 20_000


@dataclass(frozen=True, kw_only=True)
class Threaded:
    """The notice that a mail answers, if one is known, and by what."""

    notice: Notice | None
    by: MatchedBy
    contradicted: bool = False
    """The mail also names another notice of ours."""
    returns: OutboundLetter | None = None
    """The answer of ours that comes back in it."""


def notice_answered(mail: ReadMail) -> Threaded:
    """The notice, by the strongest sign there is; none where the signs do not single one out."""
    in_subject = _by_reference(_REFERENCE.findall(mail.subject))
    named = in_subject or _by_reference(_REFERENCE.findall(mail.text))
    ids = [*mail.answers, *(mail.returned.message_ids if mail.returned else ())]
    if ours := _by_message_id(ids):
        letter, notice_of_it = ours
        threaded = _threaded(notice_of_it, MatchedBy.MESSAGE_ID, named)
        is_answer = mail.returned is not None and letter.answers_id is not None
        return replace(threaded, returns=letter) if is_answer else threaded
    threaded = _by_what_it_names(mail, named)
    if mail.returned is None or threaded.notice is None:
        return threaded
    return replace(threaded, returns=answer_that_may_return(threaded.notice))


def _by_what_it_names(mail: ReadMail, named: list[Notice]) -> Threaded:
    to_plus = _by_reference(found for one in mail.addressed_to for found in _PLUS.findall(one))
    if len(to_plus) == 1:
        return _threaded(to_plus[0], MatchedBy.PLUS_ADDRESS, named)
    if len(named) == 1:
        return _threaded(named[0], MatchedBy.REFERENCE, named)
    if not named and (notice := _by_their_number(mail)):
        return Threaded(notice=notice, by=MatchedBy.THEIR_NUMBER)
    return Threaded(notice=None, by=MatchedBy.NOTHING)


def answer_that_may_return(notice: Notice) -> OutboundLetter | None:
    """The last answer that left for a notice: who wrote back had its letter, which did arrive."""
    answers = OutboundLetter.objects.filter(answers__notice=notice, state__in=sorted(MAY_COME_BACK))
    return answers.order_by("-claimed_at", "pk").first()


def notice_with_reference(typed: str) -> Notice | None:
    """The one notice whose reference stands in a text, or None."""
    found = _by_reference(_REFERENCE.findall(typed))
    return found[0] if len(found) == 1 else None


def plus_address(address: str, reference: str) -> str:
    """`centre+jk-0123456789@example.org`: answers to it name their notice."""
    name, _, domain = address.rpartition("@")
    return f"{name}+{reference.lower()}@{domain}"


def _threaded(notice: Notice, by: MatchedBy, named: list[Notice]) -> Threaded:
    same = [one for one in named if one == notice or _in_one_letter(one, notice)]
    return Threaded(notice=notice, by=by, contradicted=bool(named) and not same)


def _in_one_letter(one: Notice, other: Notice) -> bool:
    return one.letter_id is not None and one.letter_id == other.letter_id


def _by_message_id(ids: list[str]) -> tuple[OutboundLetter, Notice] | None:
    """The first of our own mails among these ids, and its notice; the answered one comes first."""
    ours = {
        letter.message_id: (letter, notice)
        for letter in OutboundLetter.objects.filter(message_id__in=ids)
        if (notice := _names(letter))
    }
    return next((ours[one] for one in ids if one in ours), None)


def _names(letter: OutboundLetter) -> Notice | None:
    """The notice by whose reference a letter goes: the oldest in it, or of the mail it answers."""
    if letter.answers:
        return letter.answers.notice
    standing = letter.notices.select_related("sighting__case")
    return standing.order_by("drafted_at", "pk").first()


def _by_their_number(mail: ReadMail) -> Notice | None:
    """The notice of the one letter whose number, as its recipient gave it, stands in its mail."""
    words = _NUMBER.findall(f"{mail.subject}\n{mail.text[:_NUMBERS_WITHIN]}")
    whole = (word.rstrip(".-/").upper() for word in words if any(map(str.isdigit, word)))
    numbers = {number for number in whole if len(number) >= SHORTEST}
    known = OutboundLetter.objects.annotate(number=Upper("their_reference"))
    letters = [
        letter
        for letter in known.filter(number__in=numbers)
        if any(falls_under(mail.sender_domain, domain) for domain in domains_of(letter))
    ]
    return _names(letters[0]) if len(letters) == 1 else None


def domains_of(letter: OutboundLetter) -> tuple[str, ...]:
    """The recipient's own; of one that a registry named, the domain that was written to."""
    recipient = packs_in_use().recipients.get(RecipientId(letter.recipient_id))
    return recipient.domains if recipient else (letter.address.rpartition("@")[2],)


def _by_reference(digits: Iterable[str]) -> list[Notice]:
    """Every notice whose id begins with one of these ten digits, each once."""
    found: dict[UUID, Notice] = {}
    for ten in list(dict.fromkeys(one.lower() for one in digits))[:_MOST_REFERENCES]:
        first, last = UUID(ten.ljust(_HEX_DIGITS, "0")), UUID(ten.ljust(_HEX_DIGITS, "f"))
        for notice in Notice.objects.filter(pk__range=(first, last)).select_related(
            "sighting__case"
        ):
            found[notice.pk] = notice
    return list(found.values())
