"""How a letter leaves the house. Each way is one folder behind this contract.

A folder here with a `CHANNEL` in it is a channel; nothing else has to be told of it.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Literal, Protocol
from uuid import UUID

from jikimi.takedown.rules.letter import Letter
from jikimi.venues.pack_values import Recipient

BY_HAND = ""
"""What stands in a channel's place where a person fills in a form or makes a call."""


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """What surrounds a letter, fixed when it is approved."""

    outbound_id: UUID
    """Names this one sending, and is the same at each try: what an interface knows a repeat by."""
    message_id: str
    """As RFC 5322 has it, in angle brackets."""
    sender: str
    reply_to: str
    """Empty where no inbox is set."""
    address: str
    """Of a mailbox or of an interface, from the recipient's entry."""
    written_at: datetime
    answers: tuple[str, ...] = ()
    """Message-IDs of the thread that it goes on, the answered one last; none if it begins one."""


@dataclass(frozen=True, kw_only=True)
class Parcel:
    """A letter ready to go, as its channel composed it; opened from its seal just before."""

    outbound_id: UUID
    message_id: str
    sender: str
    address: str
    domains: tuple[str, ...]
    """The recipient's own; an interface on any other host is not called."""
    content: bytes = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Taken:
    """It was taken; by what reference the recipient knows it, if it said so at once."""

    reference: str = ""


class DeliveryTrouble(Exception):
    """Base of what can happen on the way. `safe_words` may be shown and stored.

    It is `ours` where our own mail server, process or seal failed: no recipient is to blame.
    """

    def __init__(self, safe_words: str, *, ours: bool = False) -> None:
        super().__init__(safe_words)
        self.safe_words = safe_words
        self.ours = ours


class NotSentYet(DeliveryTrouble):
    """Certainly not taken; may be tried again, after `wait` if the other side named a time."""

    def __init__(
        self, safe_words: str, *, wait: timedelta | None = None, ours: bool = False
    ) -> None:
        super().__init__(safe_words, ours=ours)
        self.wait = wait


class ServerAway(NotSentYet):
    """The server itself takes nothing now: no other letter to it would fare better.

    Mail to everybody goes through one server of ours; an interface is its recipient's own.
    """


class RefusedForGood(DeliveryTrouble):
    """Certainly not taken, and trying again will not help."""


class MaybeSent(DeliveryTrouble):
    """It broke off after the content was on its way: nobody knows."""


class Channel(Protocol):
    """One way to the outside."""

    name: str
    """Its folder's."""
    route_type: Literal["email", "api"]
    """Which routes of a recipient it serves."""

    def why_not(self) -> str:
        """Return a sentence saying what is to be set up before it can send; "" if nothing is."""
        ...

    def compose(self, letter: Letter, envelope: Envelope) -> bytes:
        """Return what leaves: links, words and fingerprints, never a picture. Touches nothing."""
        ...

    def send(self, parcel: Parcel) -> Taken:
        """Return when it was taken, else raise NotSentYet, RefusedForGood or MaybeSent."""
        ...


@cache
def channels() -> dict[str, Channel]:
    """Every channel by its name."""
    folders = (one.name for one in iter_modules(__path__) if one.ispkg)
    return {name: import_module(f"{__name__}.{name}").CHANNEL for name in sorted(folders)}


def channel_for(recipient: Recipient, route_id: str) -> str:
    """Name the channel that reaches a recipient on one of its routes; BY_HAND if none does.

    The recipient's entry names a format of its own (`adapter_format`); without one, mail is mail.
    An interface whose keys are missing here reaches nobody: a person does it.
    """
    route = next(one for one in recipient.routes if one.id == route_id)
    special = channels().get(recipient.adapter)
    if special and special.route_type == route.type and route.auto_send:
        return BY_HAND if route.type == "api" and special.why_not() else special.name
    return "email" if route.type == "email" else BY_HAND
