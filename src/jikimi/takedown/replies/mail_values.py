"""A mail from outside, once read: texts and signs, no attachment and no picture."""

from dataclasses import dataclass, field

from jikimi.takedown.rules.reply import SenderProof


@dataclass(frozen=True, kw_only=True)
class Returned:
    """A mail of ours that a mail server gave back."""

    permanent: bool
    """False while it is still trying."""
    status: str
    """The enhanced status code (RFC 3463), such as "5.1.1"; empty when told by wording alone."""
    message_ids: tuple[str, ...]
    """Of the mail that came back, with angle brackets."""


@dataclass(frozen=True, kw_only=True)
class ReadMail:
    """What is taken from a mail; every text is limited and without control characters."""

    message_id: str
    sender: str = field(repr=False)
    """The address in From, in lower case; empty when there is not exactly one."""
    subject: str = field(repr=False)
    text: str = field(repr=False)
    answers: tuple[str, ...]
    """Message-IDs of In-Reply-To, then of References from the last to the first."""
    addressed_to: tuple[str, ...] = field(repr=False)
    automatic: str
    """The header that says a machine wrote it."""
    returned: Returned | None
    proof: SenderProof
    left_out: int
    """Attachments and pictures, none of them opened."""
    cut: bool
    """Only its beginning was read."""

    @property
    def sender_domain(self) -> str:
        """The domain behind the last @."""
        return self.sender.rpartition("@")[2]
