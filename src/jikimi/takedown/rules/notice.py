"""The life of a notice: its states, what each means, and which may follow which."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class NoticeState(StrEnum):
    """Where a notice stands."""

    DRAFT = "draft"  # written, or taken back before it left; waits for a caseworker
    APPROVED = "approved"  # a caseworker said yes; waits to go out, or to be handed over by hand
    SENDING = "sending"  # claimed by the dispatcher; the network may have been touched
    UNKNOWN = "unknown"  # it broke off while sending; nobody knows; never blindly sent again
    UNDELIVERABLE = "undeliverable"  # a mail server refused it for good, at once or later
    SENT = "sent"  # accepted by the recipient's side; the clock runs
    ACKNOWLEDGED = "acknowledged"  # the recipient says it has it
    OVERDUE = "overdue"  # the clock ran out
    REFUSED = "refused"  # the recipient says no
    REMOVED = "removed"  # a look saw it down; or no look can tell, and somebody's word was taken
    CANCELLED = "cancelled"  # stopped before it left


class OutboxState(StrEnum):
    """Where a letter stands."""

    READY = "ready"
    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"
    REFUSED = "refused"
    STOPPED = "stopped"


NOT_ARRIVED = frozenset({OutboxState.UNKNOWN, OutboxState.REFUSED, OutboxState.STOPPED})
"""It did not leave, came back, or nobody knows."""
MAY_COME_BACK = frozenset({OutboxState.SENT, OutboxState.UNKNOWN})
"""It left, or may have."""

S = NoticeState
ENDS = frozenset({S.REMOVED, S.CANCELLED})
FOLLOWS: dict[NoticeState, frozenset[NoticeState]] = {
    S.DRAFT: frozenset({S.APPROVED, *ENDS}),
    S.APPROVED: frozenset({S.DRAFT, S.SENDING, S.SENT, *ENDS}),
    S.SENDING: frozenset({S.SENT, S.APPROVED, S.UNKNOWN, S.UNDELIVERABLE}),
    S.UNKNOWN: frozenset({S.SENT, S.APPROVED, *ENDS}),
    S.UNDELIVERABLE: frozenset({S.APPROVED, *ENDS}),
    S.SENT: frozenset({S.ACKNOWLEDGED, S.OVERDUE, S.REFUSED, S.REMOVED, S.UNDELIVERABLE}),
    S.ACKNOWLEDGED: frozenset({S.OVERDUE, S.REFUSED, S.REMOVED}),
    S.OVERDUE: frozenset({S.ACKNOWLEDGED, S.REFUSED, S.REMOVED, S.UNDELIVERABLE}),
    S.REFUSED: frozenset({S.REMOVED}),
    S.REMOVED: frozenset(),
    S.CANCELLED: frozenset(),
}
WITH_RECIPIENT = frozenset({S.SENT, S.ACKNOWLEDGED, S.OVERDUE})
CLOCK_RUNS = frozenset({S.SENT, S.ACKNOWLEDGED})
OPEN = frozenset(S) - ENDS - {S.REFUSED}
UNDER_WAY = OPEN - {S.OVERDUE}
"""It still waits to go out, or for an answer in time."""
STOPPABLE = frozenset({S.DRAFT, S.APPROVED, S.UNDELIVERABLE})

FIRST_RETRY = timedelta(minutes=1)
LONGEST_RETRY = timedelta(hours=1)
INTERRUPTED_AFTER = timedelta(minutes=5)


def may_follow(state: NoticeState, following: NoticeState) -> bool:
    """Whether a notice in `state` may move on to `following`."""
    return following in FOLLOWS[state]


def is_overdue(state: NoticeState, due_at: datetime | None, now: datetime) -> bool:
    """Whether the clock has run out on somebody who has it."""
    return state in CLOCK_RUNS and due_at is not None and due_at <= now


def retry_after(attempts: int) -> timedelta:
    """How long to wait after the n-th failed attempt: a minute, doubling to an hour."""
    doubled: int = 2 ** min(attempts - 1, 10)
    return min(FIRST_RETRY * doubled, LONGEST_RETRY)


@dataclass(frozen=True, kw_only=True)
class ReportedReply:
    """What a recipient said, as a caseworker records it."""

    state: NoticeState
    words: str
