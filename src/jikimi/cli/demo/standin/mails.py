"""The stand-in's mail server: real SMTP, with the faults that real servers have."""

import asyncio
import email
import email.policy
import json
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import parseaddr
from enum import StrEnum

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from jikimi.cli.demo.standin.shelf import Diary

LARGEST_MAIL_BYTES = 10_000_000

_LINK = re.compile(r"https?://[^\s<>\"')\]]+")
_LONGER_THAN_ANY_CLIENT_WAITS = 3600
_PATIENCE_SECONDS = 60.0  # for its thread to begin


class MailAnswer(StrEnum):
    """What the server says when a mail's data has been sent."""

    ACCEPT = "accept"
    DEFER = "defer"
    """451: try again later."""
    REJECT = "reject"
    """550: never."""
    HANG = "hang"
    """Nothing at all, with the connection open. The mail is not kept."""
    DROP_AFTER_DATA = "drop_after_data"
    """Keeps the mail and acts on it, but closes the connection without a reply: the sender
    cannot know."""


_REPLIES = {
    MailAnswer.ACCEPT: "250 Message accepted by the stand-in platform",
    MailAnswer.DEFER: "451 The stand-in platform was told to defer this message",
    MailAnswer.REJECT: "550 The stand-in platform was told to reject this message",
}


@dataclass(frozen=True, kw_only=True)
class ReceivedMail:
    """A mail that was kept."""

    message_id: str
    sender: str
    """Address in From."""
    answer_to: str
    """Address in Reply-To, else in From."""
    recipients: tuple[str, ...]
    """From the envelope."""
    answers: str
    """The Message-ID in In-Reply-To; "" if it begins a thread."""
    subject: str
    text: str
    notice: dict[str, object] | None
    """The first JSON object among the parts of type application/json."""

    @property
    def urls(self) -> tuple[str, ...]:
        """The links the notice names, or, without a notice, those in the text."""
        listed = (self.notice or {}).get("links")
        if isinstance(listed, list):
            return tuple(url for url in listed if isinstance(url, str))
        return tuple(found.rstrip(".,;") for found in _LINK.findall(self.text))


class MailDoor(Controller):
    """Real SMTP on 127.0.0.1; with port 0 it takes a free one and tells it in ``port``."""

    def __init__(self, mailbox: "Mailbox", port: int) -> None:
        super().__init__(
            mailbox,
            hostname="127.0.0.1",
            port=port,
            server_hostname="standin.example",
            data_size_limit=LARGEST_MAIL_BYTES,
            ready_timeout=_PATIENCE_SECONDS,
        )

    def _trigger_server(self) -> None:
        # aiosmtpd knocks at the port it asked for, which is not yet known when it was 0.
        if isinstance(self.server, asyncio.Server):
            self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]


class Mailbox:
    """What aiosmtpd calls; keeps mails and hands each one on."""

    def __init__(self, diary: Diary, on_mail: Callable[[ReceivedMail], None]) -> None:
        self._diary = diary
        self._on_mail = on_mail
        self._mails: list[ReceivedMail] = []
        self._lock = threading.Lock()
        self.answer = MailAnswer.ACCEPT

    def mails(self) -> tuple[ReceivedMail, ...]:
        with self._lock:
            return tuple(self._mails)

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self,
        server: SMTP,
        session: Session,  # noqa: ARG002
        envelope: Envelope,
    ) -> str:
        """Answer as told."""
        answer = self.answer
        mail = _read(bytes(envelope.original_content or b""), tuple(envelope.rcpt_tos))
        if answer in (MailAnswer.DEFER, MailAnswer.REJECT, MailAnswer.HANG):
            self._diary.write(f"mail_answered_with_{answer}", message_id=mail.message_id)
            if answer is MailAnswer.HANG:
                await asyncio.sleep(_LONGER_THAN_ANY_CLIENT_WAITS)
            return _REPLIES[answer]
        self._keep(mail)
        if answer is MailAnswer.DROP_AFTER_DATA:
            self._diary.write("mail_connection_dropped", message_id=mail.message_id)
            if isinstance(server.transport, asyncio.WriteTransport):
                server.transport.abort()
            raise asyncio.CancelledError
        return _REPLIES[answer]

    def _keep(self, mail: ReceivedMail) -> None:
        with self._lock:
            self._mails.append(mail)
        self._diary.write("mail_received", message_id=mail.message_id)
        self._on_mail(mail)


def _read(raw: bytes, recipients: tuple[str, ...]) -> ReceivedMail:
    message = email.message_from_bytes(raw, policy=email.policy.default)
    sender = parseaddr(str(message.get("From", "")))[1]
    body = message.get_body(("plain", "html"))
    return ReceivedMail(
        message_id=str(message.get("Message-ID", "")).strip(),
        sender=sender,
        answer_to=parseaddr(str(message.get("Reply-To", "")))[1] or sender,
        recipients=recipients,
        answers=str(message.get("In-Reply-To", "")).strip(),
        subject=str(message.get("Subject", "")),
        text=str(body.get_content()) if body is not None else "",
        notice=_notice(message),
    )


def _notice(message: EmailMessage) -> dict[str, object] | None:
    for part in message.walk():
        payload = part.get_payload(decode=True)
        if part.get_content_type() != "application/json" or not isinstance(payload, bytes):
            continue
        try:
            document = json.loads(payload)
        except ValueError:
            continue
        if isinstance(document, dict):
            return document
    return None
