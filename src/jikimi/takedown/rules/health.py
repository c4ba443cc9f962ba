"""Whether a recipient works at present: what its entry says, and what came of what we asked. Pure.

The one source for whoever passes somebody over. An entry that says so counts for everybody. Our own
figures pass over only who would be asked as an authority, whatever else it is: a platform or a host
is told in any case, because the law's clock begins with the telling, and so is a minor's hotline.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import groupby
from operator import attrgetter

from jikimi.takedown.rules.effect import WATCHED_LONG_ENOUGH, wilson
from jikimi.takedown.rules.recheck import LAST_LOOK_WITHIN
from jikimi.venues.pack_values import NOT_WORKING, Recipient, RecipientId

WEEKS = 12
"""How far back notices count. Who was passed over for so long is tried again: nobody knows."""
FEWEST = 5
"""Notices whose time is over, below which nothing is said of a recipient."""
HARDLY_ANY = 0.25
"""Stalled: even the upper end of the 90 % interval of the answered share is below this."""
HALF = 0.5


class HealthState(StrEnum):
    """How a recipient does at present."""

    WORKING = "working"  # at least half of what was asked was answered in time
    SLOW = "slow"  # answers come, but most of them late or not at all
    STALLED = "stalled"  # its entry says so, or hardly anything was answered
    UNKNOWN = "unknown"  # too little was asked to tell


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One notice that reached a recipient, as far as it was seen.

    An answer is an acknowledgement, a refusal, or a removal that counts for this notice.
    """

    recipient_id: RecipientId
    sent_at: datetime
    due_at: datetime | None
    answered_at: datetime | None
    seen_until: datetime

    @property
    def is_decided(self) -> bool:
        """Whether it was answered, or its time is over."""
        return self.answered_at is not None or self._ends_at <= self.seen_until

    @property
    def is_in_time(self) -> bool:
        """Whether the answer came before the time was over.

        What the look after a clock's end finds removed was removed before it.
        """
        last_look = self._ends_at + LAST_LOOK_WITHIN
        return self.answered_at is not None and self.answered_at <= last_look

    @property
    def _ends_at(self) -> datetime:
        return self.due_at or self.sent_at + WATCHED_LONG_ENOUGH


@dataclass(frozen=True, kw_only=True)
class Answers:
    """What one recipient did with the notices of the last weeks whose time is over."""

    recipient_id: RecipientId
    n: int
    answered: int
    in_time: int


@dataclass(frozen=True, kw_only=True)
class Health:
    """How a recipient does, and why: a clause that goes on after its name or after "which"."""

    state: HealthState
    because: str


def answers_of(asked: Iterable[Asked], until: datetime) -> tuple[Answers, ...]:
    """Count by recipient, in the order of their ids, what was sent in `WEEKS` before `until`."""
    recent = (
        one
        for one in asked
        if until - timedelta(weeks=WEEKS) < one.sent_at <= until and one.is_decided
    )
    ordered = sorted(recent, key=attrgetter("recipient_id"))
    return tuple(
        _counted(id_, tuple(group))
        for id_, group in groupby(ordered, key=attrgetter("recipient_id"))
    )


def known_not_to_work(recipient: Recipient) -> bool:
    """Tell whether its entry in the packs says that it does not work, at present or for good."""
    return recipient.status in NOT_WORKING


def health_of(recipient: Recipient | None, answers: Answers | None) -> Health:
    """Judge a recipient; `recipient` is None for one that no entry knows any more."""
    if recipient is not None and known_not_to_work(recipient):
        return Health(state=HealthState.STALLED, because="is known not to work at present")
    if answers is None or answers.n < FEWEST:
        return Health(state=HealthState.UNKNOWN, because=_too_few(answers.n if answers else 0))
    return Health(state=_state(answers), because=_figures(answers))


def passed_over_because(
    recipient: Recipient, answers: Iterable[Answers], *, as_authority: bool
) -> str | None:
    """Say why a recipient is passed over, as a clause after "which"; None if it is not.

    `answers` are what it and others answered when they were asked as authorities.
    """
    own = next((one for one in answers if one.recipient_id == recipient.id), None)
    health = health_of(recipient, own if as_authority else None)
    return health.because if health.state is HealthState.STALLED else None


def _counted(recipient_id: RecipientId, asked: tuple[Asked, ...]) -> Answers:
    return Answers(
        recipient_id=recipient_id,
        n=len(asked),
        answered=sum(one.answered_at is not None for one in asked),
        in_time=sum(one.is_in_time for one in asked),
    )


def _state(answers: Answers) -> HealthState:
    if wilson(answers.answered, answers.n)[1] < HARDLY_ANY:
        return HealthState.STALLED
    if answers.in_time < HALF * answers.n:
        return HealthState.SLOW
    return HealthState.WORKING


def _figures(answers: Answers) -> str:
    of_them = f"of the {answers.n} notices of the last {WEEKS} weeks whose time is over"
    if not answers.answered:
        return f"answered none {of_them}"
    return f"answered {answers.answered} {of_them}, {answers.in_time or 'none'} of them in time"


def _too_few(n: int) -> str:
    if not n:
        return f"was sent no notice in the last {WEEKS} weeks whose time is over"
    return f"had {n} of our notices decided in the last {WEEKS} weeks, too few to tell"
