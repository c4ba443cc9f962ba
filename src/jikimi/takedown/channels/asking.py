"""What a recipient says became of a notice, where its interface can be asked."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, runtime_checkable


class Standing(StrEnum):
    """Where a notice stands, by the recipient's own word."""

    UNKNOWN = "unknown"  # it says nothing that we can read
    RECEIVED = "received"  # it has it, and works on it
    SETTLED = "settled"  # it says that it acted, or that the thing is gone: a claim
    REFUSED = "refused"
    ASKS_MORE = "asks_more"


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is asked about."""

    reference: str
    """Theirs, as they gave it when they took the notice."""
    address: str
    """Where the notice was handed over."""
    domains: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Told:
    """What was answered."""

    standing: Standing
    word: str = ""
    """Their own code for it, such as `no_abuse_found`."""


@runtime_checkable
class AskableChannel(Protocol):
    """A channel whose recipient can be asked what became of a notice."""

    name: str

    def ask_about(self, question: Question) -> Told:
        """Ask once. Raises NotSentYet where no answer is to be had now, else RefusedForGood."""
        ...
