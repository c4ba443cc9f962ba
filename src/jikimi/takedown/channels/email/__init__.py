"""Mail: the letter for people, and the same for machines beside it."""

from email.headerregistry import BaseHeader, HeaderRegistry
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Literal

from django.conf import settings

from jikimi.takedown.channels import Envelope, Parcel, Taken
from jikimi.takedown.channels.email.sending import SmtpSender
from jikimi.takedown.rules.letter import Letter


class _HeaderClasses(HeaderRegistry):
    """Makes the class of a header once; the library makes a new one for each header it writes."""

    def __init__(self) -> None:
        super().__init__()
        self._made: dict[str, type[BaseHeader]] = {}

    def __getitem__(self, name: str) -> type[BaseHeader]:
        if name not in self._made:
            self._made[name] = super().__getitem__(name)
        return self._made[name]


_POLICY = SMTP.clone(header_factory=_HeaderClasses())
# The library puts a Message-ID that is longer than a line into another code, and nobody knows it
# then; a line may hold 998 characters (RFC 5322, 2.1.1).
_IN_A_THREAD = _POLICY.clone(max_line_length=998)


class EmailChannel:
    """The centre's mail server, as JIKIMI_MAIL names it."""

    name = "email"
    route_type: Literal["email"] = "email"

    def why_not(self) -> str:
        return "" if settings.MAIL_URL else "No mail server is set: JIKIMI_MAIL is missing."

    def compose(self, letter: Letter, envelope: Envelope) -> bytes:
        """Write the mail: the same bytes for the same letter and envelope."""
        mail = mail_with_headers(letter, envelope)
        mail.set_content(letter.text)
        if letter.html:
            mail.make_alternative(boundary=f"alternative-{envelope.outbound_id.hex}")
            mail.add_alternative(letter.html, subtype="html")
        if letter.notice_json:
            mail.make_mixed(boundary=f"mixed-{envelope.outbound_id.hex}")
            mail.add_attachment(
                letter.notice_json.encode(),
                maintype="application",
                subtype="json",
                filename="notice.json",
            )
        return mail.as_bytes()

    def send(self, parcel: Parcel) -> Taken:
        SmtpSender().send(parcel)
        return Taken()


def mail_with_headers(letter: Letter, envelope: Envelope) -> EmailMessage:
    """A mail with its headers and nothing in it yet."""
    mail = EmailMessage(policy=_IN_A_THREAD if envelope.answers else _POLICY)
    mail["From"] = envelope.sender
    if envelope.reply_to:
        mail["Reply-To"] = envelope.reply_to
    mail["To"] = envelope.address
    mail["Subject"] = letter.subject
    mail["Date"] = format_datetime(envelope.written_at)
    mail["Message-ID"] = envelope.message_id
    if envelope.answers:
        mail["In-Reply-To"] = envelope.answers[-1]
        mail["References"] = " ".join(envelope.answers)
    return mail


CHANNEL = EmailChannel()
