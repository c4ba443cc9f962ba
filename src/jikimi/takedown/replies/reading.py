"""Reading a raw mail: the signs that thread and judge it, and its words. Runs in its own process.

Attachments and pictures are counted and never decoded; of HTML only the words are taken.
"""

import email
import re
from email.message import Message
from email.policy import default

from jikimi.takedown.replies.bodies import MOST_TEXT, words_of
from jikimi.takedown.replies.bounces import returned_in
from jikimi.takedown.replies.headers import (
    addresses_in,
    clean,
    decoded,
    message_ids_in,
    raw_items,
    raw_values,
)
from jikimi.takedown.replies.mail_values import ReadMail
from jikimi.takedown.replies.proofs import proof_of

MOST_IDS = 60
LONGEST_SUBJECT = 300
LONGEST_ADDRESS = 320
_TO = ("to", "cc", "delivered-to", "x-original-to", "envelope-to", "x-delivered-to")
_BY_MACHINE = (
    ("auto-submitted", re.compile(r"(?!\s*no\b)\s*\S", re.IGNORECASE)),
    ("x-autoreply", re.compile(r"\s*(?!no\b)\S", re.IGNORECASE)),
    ("x-autorespond", re.compile(r"\s*(?!no\b)\S", re.IGNORECASE)),
    ("x-auto-response-suppress", re.compile(r"\s*(oof|autoreply|all)\b", re.IGNORECASE)),
    ("precedence", re.compile(r"\s*(auto_reply|bulk|junk)\b", re.IGNORECASE)),
)


def read_mail(raw: bytes, *, authserv: str, cut: bool) -> ReadMail:
    """Everything that is taken from a mail of RFC 5322 bytes; malformed ones give what they can.

    `authserv` names our own mail server in Authentication-Results; `cut` says that `raw` is only a
    beginning.
    """
    mail = email.message_from_bytes(raw, policy=default)
    sender = _sender(mail)
    text, left_out = words_of(mail)
    return ReadMail(
        message_id=next(iter(message_ids_in(raw_values(mail, "message-id"))), ""),
        sender=sender,
        subject=decoded(mail, "subject", LONGEST_SUBJECT),
        text=clean(text, MOST_TEXT, lines=True),
        answers=_answers(mail),
        addressed_to=tuple(one for name in _TO for one in addresses_in(raw_values(mail, name)))[
            :MOST_IDS
        ],
        automatic=_automatic(mail),
        returned=returned_in(mail, raw, sender),
        proof=proof_of(raw_items(mail), authserv, sender.rpartition("@")[2]),
        left_out=left_out,
        cut=cut,
    )


def _sender(mail: Message) -> str:
    """The one address in From; with two of them nobody knows who vouches for which."""
    values = raw_values(mail, "from")
    found = addresses_in([_without_name(value) for value in values])
    return clean(found[0], LONGEST_ADDRESS) if len(found) == 1 and len(values) == 1 else ""


def _without_name(value: str) -> str:
    """What stands in the brackets, if there are any: a name can spell an address too."""
    inside = re.findall(r"<([^<>]*)>", value)
    return " ".join(inside) if inside else value


def _answers(mail: Message) -> tuple[str, ...]:
    first = message_ids_in(raw_values(mail, "in-reply-to"))
    then = message_ids_in(raw_values(mail, "references"))[::-1]
    return tuple(dict.fromkeys([*first, *then]))[:MOST_IDS]


def _automatic(mail: Message) -> str:
    for name, says_so in _BY_MACHINE:
        if any(says_so.match(value) for value in raw_values(mail, name)):
            return name.title()
    return ""
