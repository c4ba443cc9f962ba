"""Whether a mail is one of ours that came back: by its delivery report (RFC 3464), else by wording.

Wording is left to flufl.bounce, which knows how mail servers phrase it.
"""

import email
import re
from collections.abc import Iterator
from email.message import Message
from email.policy import compat32

from flufl.bounce import all_failures

from jikimi.takedown.replies.headers import MALFORMED, message_ids_in, raw_values
from jikimi.takedown.replies.mail_values import Returned

_FAILED, _TRYING = frozenset({"failed"}), frozenset({"delayed"})
_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
_ENCLOSED = frozenset({"message/rfc822", "message/global", "text/rfc822-headers"})
_MACHINES = re.compile(r"mailer-daemon|postmaster", re.IGNORECASE)


def returned_in(mail: Message, raw: bytes, sender: str) -> Returned | None:
    """What came back, or None for any other mail."""
    reports = [part for part in mail.walk() if part.get_content_type() == "message/delivery-status"]
    if reports:
        return _by_report(mail, reports)
    if _MACHINES.match(sender) or "<>" in raw_values(mail, "return-path"):
        return _by_wording(mail, raw)
    return None


def _by_report(mail: Message, reports: list[Message]) -> Returned | None:
    groups = [group for report in reports for group in _groups(report)]
    actions = {_field(group, "action").lower() for group in groups}
    if not actions & (_FAILED | _TRYING):
        return None  # a receipt that it was delivered
    codes = [_STATUS.match(_field(group, "status")) for group in groups]
    return Returned(
        permanent=bool(actions & _FAILED),
        status=next((code[0] for code in codes if code), ""),
        message_ids=_enclosed_ids(mail),
    )


def _by_wording(mail: Message, raw: bytes) -> Returned | None:
    try:
        trying, failed = all_failures(email.message_from_bytes(raw, policy=compat32))
    except MALFORMED:
        return None
    if not trying and not failed:
        return None
    return Returned(permanent=bool(failed), status="", message_ids=_enclosed_ids(mail))


def _groups(report: Message) -> list[Message]:
    inside = report.get_payload()
    return [one for one in inside if isinstance(one, Message)] if isinstance(inside, list) else []


def _field(group: Message, name: str) -> str:
    return next(iter(raw_values(group, name)), "").strip()


def _enclosed_ids(mail: Message) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one for part in _enclosed(mail) for one in part))


def _enclosed(mail: Message) -> Iterator[list[str]]:
    """Message-IDs of what came back; servers enclose the mail, its headers, or quote it as text."""
    for part in mail.walk():
        if part.get_content_type() not in _ENCLOSED:
            continue
        inside = part.get_payload()
        if isinstance(inside, list):
            for one in inside:
                if isinstance(one, Message):
                    yield message_ids_in(raw_values(one, "message-id"))
        elif isinstance(inside, str):
            yield message_ids_in(
                line for line in inside.splitlines() if line.lower().startswith("message-id:")
            )
