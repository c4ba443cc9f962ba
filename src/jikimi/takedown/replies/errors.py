"""What can go wrong with mail that comes in."""

from jikimi.takedown.errors import TakedownError


class InboxTrouble(TakedownError):
    """The inbox cannot be read now. The sentence names no address, user or password."""


class MailUnreadable(TakedownError):
    """A mail could not be parsed within its limits; a person reads it in the mailbox."""

    def __init__(self) -> None:
        super().__init__("This mail could not be read safely. It lies in the mailbox.")


class WordsMalformed(TakedownError):
    """A file of words does not hold what it must."""


class UnknownReply(TakedownError):
    """There is no such reply, or somebody has settled it."""

    def __init__(self) -> None:
        super().__init__("This reply is settled already. Somebody else may have been faster.")


class NoSuchReference(TakedownError):
    """No notice, or more than one, carries this reference."""

    def __init__(self) -> None:
        super().__init__("No notice has this reference. It looks like JK-0123456789.")


class NoNoticeYet(TakedownError):
    """A reply that belongs to no notice cannot say anything about one."""

    def __init__(self) -> None:
        super().__init__("First say which notice this mail answers.")
