"""How a notice leaves the house. Each way is one module behind this contract."""

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, kw_only=True)
class Parcel:
    """One mail, ready to go: who it is from and to, and its bytes (RFC 5322)."""

    sender: str
    recipient: str
    content: bytes = field(repr=False)


class DeliveryTrouble(Exception):
    """Base of what can happen on the way. `safe_words` may be shown and stored."""

    def __init__(self, safe_words: str) -> None:
        super().__init__(safe_words)
        self.safe_words = safe_words


class NotSentYet(DeliveryTrouble):
    """Certainly not taken; may be tried again."""


class ServerAway(NotSentYet):
    """The mail server itself cannot be reached: no other mail would fare better now."""


class RefusedForGood(DeliveryTrouble):
    """Certainly not taken, and trying again will not help."""


class MaybeSent(DeliveryTrouble):
    """It broke off after the content was on its way: nobody knows."""


class Channel(Protocol):
    """Hands one parcel to the outside."""

    def send(self, parcel: Parcel) -> None:
        """Return when it was taken, else raise NotSentYet, RefusedForGood or MaybeSent."""
        ...
