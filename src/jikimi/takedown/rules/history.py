"""What a letter may say of the notices that went before it, and to whom it may say that. Pure.

Everything told is about the same place, and says to whom, when, under which number and law, and how
it ended: never in a recipient's own words, which may name her, and never by a copyright that she
may have taken back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from jikimi.takedown.rules.clock import to_utc
from jikimi.takedown.rules.hotline_route import HAS_LEFT
from jikimi.takedown.rules.notice import NoticeState
from jikimi.takedown.rules.route_values import PastNotice
from jikimi.takedown.rules.safe_text import one_line
from jikimi.venues.pack_values import Packs, Recipient, RecipientKind

Outcome = Literal["refused", "overdue", "removed", "open"]

_AUTHORITIES: frozenset[RecipientKind] = frozenset({"regulator", "police", "hotline"})
_HOLDERS: frozenset[RecipientKind] = frozenset({"platform", "search"})
"""Who has the content itself, or leads to it: told of its own notices alone."""
_OUTCOMES: Mapping[NoticeState, Outcome] = {
    NoticeState.REFUSED: "refused",
    NoticeState.OVERDUE: "overdue",
    NoticeState.REMOVED: "removed",
}


@dataclass(frozen=True, kw_only=True)
class Earlier:
    """An earlier notice as it may stand in a letter: every text safe, every time in UTC."""

    reference: str
    to: str
    cite: str
    """The provision; empty for a report, a complaint, and for copyright."""
    sent_at: datetime
    outcome: Outcome
    outcome_at: datetime | None
    """When it was refused or found removed, or when its time ran out; None while it is open."""
    their_reference: str = ""
    """What the recipient itself calls it, if it said so."""


def told_of(earlier: Iterable[PastNotice], to: Recipient, packs: Packs) -> tuple[Earlier, ...]:
    """Give what a recipient may be told of earlier notices, oldest first.

    An authority is told all; a hotline, which may be a sister centre abroad, not that the police
    know. A network, host or registrar is told whom else we asked, but of no
    authority, police or hotline. A platform or search engine is told of its own notices only.
    """
    told = (_told(past, packs) for past in earlier if _may_hear(to, past, packs))
    return tuple(sorted((one for one in told if one), key=lambda one: one.sent_at))


def can_be_quoted(past: PastNotice) -> bool:
    """Tell whether a notice certainly went out, and has a number and a day."""
    has_left = past.state in HAS_LEFT or past.state is NoticeState.REMOVED
    return bool(past.reference and past.sent_at and has_left)


def _may_hear(to: Recipient, past: PastNotice, packs: Packs) -> bool:
    if not can_be_quoted(past):
        return False
    if past.recipient_id == to.id:
        return True
    asked = packs.recipients.get(past.recipient_id)
    if to.kind in _AUTHORITIES:
        return to.kind != "hotline" or asked is None or not asked.is_police
    return to.kind not in _HOLDERS and asked is not None and asked.kind not in _AUTHORITIES


def _told(past: PastNotice, packs: Packs) -> Earlier | None:
    """Put one into safe words; None where the day of its end is not known."""
    recipient = packs.recipients.get(past.recipient_id)
    # Nobody is told as found what nobody of us saw, nor that the police let a time pass.
    had_no_time = past.state is NoticeState.OVERDUE and recipient and recipient.is_police
    outcome = "open" if past.on_word_of or had_no_time else _OUTCOMES.get(past.state, "open")
    at = past.due_at if outcome == "overdue" else past.ended_at
    if past.sent_at is None or (outcome != "open" and at is None):
        return None
    law = packs.laws.get(past.law_id) if past.law_id else None
    return Earlier(
        reference=one_line(past.reference),
        their_reference=one_line(past.their_reference),
        to=one_line(past.recipient_name or (recipient.name if recipient else past.recipient_id)),
        cite=law.cite if law and not law.asks_for_ownership else "",
        sent_at=to_utc(past.sent_at),
        outcome=outcome,
        outcome_at=to_utc(at) if at and outcome != "open" else None,
    )
