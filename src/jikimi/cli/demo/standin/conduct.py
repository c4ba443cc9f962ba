"""How the stand-in treats a notice."""

import smtplib
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from enum import StrEnum

from jikimi.cli.demo.standin.mails import ReceivedMail
from jikimi.cli.demo.standin.shelf import Diary, Shelf

MAILBOX = "abuse@standin.example"

_SMTP_SECONDS = 10
_SAYS_WHAT_IT_IS = "This is the stand-in platform of a demonstration or a test, not a real company."
_ACKNOWLEDGES = "We have received your notice and will look into it."
_REFUSES = (
    "We will not remove the content. Reason: we found that it does not break our rules. "
    "You may object to this decision by answering this mail."
)


class Behaviour(StrEnum):
    """What happens after a notice."""

    REMOVES = "removes"
    ACKNOWLEDGES = "acknowledges"
    """Answers that it was received, and does nothing."""
    REFUSES = "refuses"
    """Answers with a reason, and does nothing."""
    IGNORES = "ignores"
    REUPLOADS = "reuploads"
    """Removes, and the same picture comes back as a new post."""


@dataclass(frozen=True, kw_only=True)
class MailServer:
    """Where the stand-in's own mails go out."""

    host: str
    port: int


class Conduct:
    """Does to a notice what it was told to: at once, or after a delay in threads of its own."""

    def __init__(
        self,
        *,
        shelf: Shelf,
        diary: Diary,
        behaviour: Behaviour,
        delay: float,
        replies_through: MailServer | None,
    ) -> None:
        """``delay``: seconds between a notice and what follows."""
        self._shelf = shelf
        self._diary = diary
        self._replies_through = replies_through
        self._waiting: list[threading.Timer] = []
        self.behaviour = behaviour
        self.delay = delay

    def answer(self, mail: ReceivedMail, port: int) -> None:
        """Begin to act on a mail, if it names a post on this server's ``port``."""
        posts = self._shelf.named_in(mail.urls, port)
        if not posts:
            self._diary.write("mail_names_nothing_here", message_id=mail.message_id)
            return
        deed = self._deeds()[self.behaviour]
        if self.delay == 0 and self._replies_through is None:
            deed(mail, posts)  # whoever sent it finds it done when the mail is taken
            return
        timer = threading.Timer(self.delay, deed, args=(mail, posts))
        timer.daemon = True
        self._waiting.append(timer)
        timer.start()

    def stop(self) -> None:
        """Forget what has not happened yet."""
        for timer in self._waiting:
            timer.cancel()

    def _deeds(self) -> dict[Behaviour, Callable[[ReceivedMail, tuple[str, ...]], None]]:
        return {
            Behaviour.REMOVES: self._remove,
            Behaviour.ACKNOWLEDGES: self._acknowledge,
            Behaviour.REFUSES: self._refuse,
            Behaviour.IGNORES: self._ignore,
            Behaviour.REUPLOADS: self._reupload,
        }

    def _remove(self, mail: ReceivedMail, posts: tuple[str, ...]) -> None:
        for post in posts:
            self._shelf.take_down(post)
            self._diary.write("removed", post=post, message_id=mail.message_id)

    def _acknowledge(self, mail: ReceivedMail, posts: tuple[str, ...]) -> None:
        self._note("acknowledged", mail, posts)
        self._reply(mail, _ACKNOWLEDGES)

    def _refuse(self, mail: ReceivedMail, posts: tuple[str, ...]) -> None:
        self._note("refused", mail, posts)
        self._reply(mail, _REFUSES)

    def _ignore(self, mail: ReceivedMail, posts: tuple[str, ...]) -> None:
        self._note("ignored", mail, posts)

    def _reupload(self, mail: ReceivedMail, posts: tuple[str, ...]) -> None:
        self._remove(mail, posts)
        for _ in posts:
            self._diary.write("reuploaded", post=self._shelf.upload())

    def _note(self, event: str, mail: ReceivedMail, posts: tuple[str, ...]) -> None:
        for post in posts:
            self._diary.write(event, post=post, message_id=mail.message_id)

    def _reply(self, mail: ReceivedMail, says: str) -> None:
        if self._replies_through is None or not mail.answer_to:
            return
        server = self._replies_through
        try:
            with smtplib.SMTP(server.host, server.port, timeout=_SMTP_SECONDS) as connection:
                connection.send_message(_reply_to(mail, says))
        except (OSError, smtplib.SMTPException):
            self._diary.write("reply_failed", message_id=mail.message_id)
        else:
            self._diary.write("reply_sent", message_id=mail.message_id)


def _reply_to(mail: ReceivedMail, says: str) -> EmailMessage:
    reply = EmailMessage()
    reply["From"] = MAILBOX
    reply["To"] = mail.answer_to
    reply["Subject"] = f"Re: {mail.subject}"
    reply["Date"] = format_datetime(datetime.now(UTC))
    reply["Message-ID"] = make_msgid(domain="standin.example")
    reply["In-Reply-To"] = mail.message_id
    reply["References"] = mail.message_id
    reply["Auto-Submitted"] = "auto-replied"
    reply.set_content(f"{says}\n\n{_SAYS_WHAT_IT_IS}\n")
    return reply
