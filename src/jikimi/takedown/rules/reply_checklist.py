"""What an answer should hold, and whether one seems to: a suggestion for a caseworker. Pure.

The list is the law's (`reply_expected` of its pack). That no account may be asked for stands in the
letters of the US Federal Trade Commission of May 2026, and is looked for in every answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from jikimi.takedown.rules.reply import ReplyKind
from jikimi.venues.pack_values import Expected

NO_ACCOUNT = "no_account"
_OUTCOMES = frozenset({ReplyKind.REMOVAL, ReplyKind.REFUSAL})


@dataclass(frozen=True, kw_only=True)
class Check:
    """One thing that an answer should hold."""

    id: str
    text: str
    lacks: bool
    because: str
    """What the rules go by."""


@dataclass(frozen=True, kw_only=True)
class SaidInReply:
    """What the rules make of a mail that came in."""

    kind: ReplyKind
    reason: str
    """Of a refusal, where one was understood."""
    number: str
    """By which the recipient calls our notice; "" if none is known."""
    asks_for_account: str
    """Its words for that, of our own lists; "" if it does not."""


def checklist(expected: Iterable[Expected], said: SaidInReply) -> tuple[Check, ...]:
    """What an answer should hold and seems to lack; what does not apply to it is left out."""
    return tuple(_checks(expected, said))


def _checks(expected: Iterable[Expected], said: SaidInReply) -> Iterator[Check]:
    for one in expected:
        if found := _judged(one.id, said):
            lacks, because = found
            yield Check(id=one.id, text=one.text["en"], lacks=lacks, because=because)
    asked = said.asks_for_account
    yield Check(
        id=NO_ACCOUNT,
        text="no account is asked for",
        lacks=bool(asked),
        because=f"it says “{asked}”" if asked else "none of the words for it are in it",
    )


def _judged(id_: str, said: SaidInReply) -> tuple[bool, str] | None:
    """Whether it lacks that, and why; None where that does not apply to it."""
    match id_:
        case "tracking_number":
            number = said.number
            return not number, f"it is {number}" if number else "no number is found or noted"
        case "outcome":
            lacks = said.kind not in _OUTCOMES
            return lacks, "it says neither removed nor refused" if lacks else "it says one"
        case "reasoned_refusal":
            if said.kind is not ReplyKind.REFUSAL:
                return None
            return not said.reason, said.reason or "no reason on our lists is in it"
        case _:
            return True, "no rule knows this one: read the mail"
