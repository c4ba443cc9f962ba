"""Mail that an abuse desk's machine can read: the letter, then ARF with a XARF report inside.

Sources: RFC 5965 (ARF), RFC 6522 (multipart/report), XARF v4 over mail (xarf.org). It leaves by the
same mail server as every other mail.
"""

import json
from email.message import EmailMessage
from email.policy import SMTP
from typing import Literal

from jikimi.takedown.channels import Envelope, Parcel, Taken
from jikimi.takedown.channels.email import CHANNEL as EMAIL
from jikimi.takedown.channels.email import mail_with_headers
from jikimi.takedown.channels.said import said_in
from jikimi.takedown.channels.xarf.report import xarf_report
from jikimi.takedown.rules.letter import Letter

_FEEDBACK = b"Feedback-Type: xarf\r\nUser-Agent: Jikimi/1\r\nVersion: 1\r\n"


class XarfChannel:
    """Mail to a host's abuse desk."""

    name = "xarf"
    route_type: Literal["email"] = "email"

    def why_not(self) -> str:
        return EMAIL.why_not()

    def compose(self, letter: Letter, envelope: Envelope) -> bytes:
        """Write the mail.

        What XARF has for pictures of children asks for a grade of them, which nobody here may give:
        nobody looks. Such a notice goes as plain mail.
        """
        said = said_in(letter)
        if said is None or not said.links:
            return EMAIL.compose(letter, envelope)
        mail = mail_with_headers(letter, envelope)
        mail["MIME-Version"] = "1.0"
        mail["Content-Type"] = 'multipart/report; report-type="feedback-report"'
        mail.attach(_words(letter))
        mail.attach(_feedback())
        mail.attach(_report(json.dumps(xarf_report(said, envelope.outbound_id), indent=2)))
        return mail.as_bytes()

    def send(self, parcel: Parcel) -> Taken:
        return EMAIL.send(parcel)


def _words(letter: Letter) -> EmailMessage:
    """The letter for people: RFC 6522 wants it first."""
    part = EmailMessage(policy=SMTP)
    part.set_content(letter.text)
    return part


def _feedback() -> EmailMessage:
    part = EmailMessage(policy=SMTP)
    part.set_content(_FEEDBACK, maintype="message", subtype="feedback-report", cte="7bit")
    part["Content-Disposition"] = "inline"
    return part


def _report(report: str) -> EmailMessage:
    part = EmailMessage(policy=SMTP)
    part.set_content(report.encode(), maintype="application", subtype="json", filename="xarf.json")
    return part


CHANNEL = XarfChannel()
