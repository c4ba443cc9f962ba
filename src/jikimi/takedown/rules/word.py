"""Whether somebody's word that a picture is gone may be taken, where no look can tell. Pure.

A word counts for less than a look: it is taken only after looks that could not decide, it is marked
wherever it is shown, and a look that finds the picture ends it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from jikimi.takedown.rules.recheck import Verdict

LOOKS_THAT_CANNOT_TELL = 3
OVER = timedelta(days=1)
"""Three looks over a day or more: a fault, a maintenance window and "come back later" pass within
that time, and a page that asks everybody to sign in does not (docs/decisions/0039)."""


class Word(StrEnum):
    """Who says that it is gone."""

    RECIPIENT = "recipient"  # in its answer, its form or by telephone
    SHE = "she"  # she saw that it is gone
    HELPER = "helper"  # who reported for her saw it
    CASEWORKER = "caseworker"  # saw a page that says so, and no picture


@dataclass(frozen=True, kw_only=True)
class TakenWord:
    """Who says so, and how, as a caseworker writes it down."""

    by: Word
    words: str


@dataclass(frozen=True, kw_only=True)
class PastLook:
    """What one look at a place said."""

    at: datetime
    verdict: Verdict


@dataclass(frozen=True, kw_only=True)
class WordQuestion:
    """What bears on taking a word for one place."""

    may_look: bool
    """Whether looks may go there at all."""
    is_minors: bool
    """Whether it is a minor's place, in this case or another."""
    recipient_says_so: bool
    """Whether a recipient's claim is noted."""
    looks: Sequence[PastLook]
    """Those since the last notice about it went out, oldest first; all of them if none did."""


def why_no_word(word: Word, question: WordQuestion) -> str:
    """Say what stands against taking this word; empty if nothing does."""
    if word is Word.RECIPIENT and not question.recipient_says_so:
        return "No recipient has said that it is gone. Note its reply first."
    if word is not Word.RECIPIENT and question.is_minors:
        return (
            "Nobody is to look at a picture of somebody under 18, so only a recipient’s word is "
            "taken here."
        )
    return why_a_look_decides(question) if question.may_look else ""


def why_a_look_decides(question: WordQuestion) -> str:
    """Say why looks may still decide; empty once they cannot."""
    looks = question.looks
    if any(look.verdict is Verdict.STILL_THERE for look in looks):
        return (
            "A look has found the picture there since it was last asked for. Ask again, or ask "
            "somebody else; a word is not taken against a look."
        )
    undecided = [look for look in looks if look.verdict in _UNDECIDED]
    if len(undecided) < LOOKS_THAT_CANNOT_TELL or undecided[-1].at - undecided[0].at < OVER:
        return (
            "A look may still decide. A word is taken once "
            f"{LOOKS_THAT_CANNOT_TELL} looks, over a day or more since it was last asked for, "
            f"could not tell: so far {len(undecided)}. Use “Look now”, and again tomorrow."
        )
    return ""


_UNDECIDED = frozenset({Verdict.BLOCKED_HERE, Verdict.CANNOT_TELL})
