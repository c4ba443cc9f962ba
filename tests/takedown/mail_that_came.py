"""Mail from a recipient, as it comes in."""

from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from uuid import uuid4

from jikimi.takedown.actions.receiving import read_inbox
from jikimi.takedown.models import Notice, OutboundLetter
from jikimi.takedown.replies.models import ReceivedReply
from tests.contracts.inboxes import MemoryInbox

OURS = "mx.centre.example"
"""Our own mail server, which vouches for senders."""


def a_reply(text: str, domain: str, *, proven: bool = True, **headers: str) -> bytes:
    mail = EmailMessage(policy=SMTP)
    if proven:
        mail["Authentication-Results"] = f"{OURS}; dmarc=pass header.from={domain}"
    standard = {"From": f"Safety <safety@{domain}>", "Message-ID": f"<{uuid4()}@{domain}>"}
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    for name, value in {**standard, "To": "centre@jikimi.example", **given}.items():
        mail[name] = value
    mail.set_content(text)
    return mail.as_bytes()


def message_id(notice: Notice) -> str:
    return OutboundLetter.objects.get(notices=notice).message_id


def come_in(raw: bytes, now: datetime) -> ReceivedReply:
    """One mail arrives and is read."""
    inbox = MemoryInbox(uid_validity=uuid4().int % 2**31)
    inbox.deliver(raw)
    before = set(ReceivedReply.objects.values_list("pk", flat=True))
    assert read_inbox(inbox, lambda: now) == 1
    assert inbox.waiting() == ()
    return ReceivedReply.objects.exclude(pk__in=before).get()
