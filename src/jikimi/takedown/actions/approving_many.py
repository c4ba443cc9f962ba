"""One yes for notices of many cases: each case as a whole, or not at all."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from jikimi.people.models import Staff
from jikimi.takedown.actions.approving import approve_notices, hand_over_notices
from jikimi.takedown.errors import TakedownError
from jikimi.takedown.models import Notice, OutboundLetter


@dataclass(frozen=True, kw_only=True)
class LeftAsItWas:
    """A case none of whose notices was approved, and why."""

    nickname: str
    notices: int
    because: str


@dataclass(frozen=True, kw_only=True)
class Together:
    """What became of one yes for many."""

    notices: int = 0
    letters: int = 0
    cases: int = 0
    left: tuple[LeftAsItWas, ...] = ()


def approve_together(notice_ids: Iterable[UUID], *, staff: Staff, now: datetime) -> Together:
    """Say yes to notices of many cases that channels carry.

    Each case is a transaction of its own. A case that cannot be approved whole stays as it was,
    with the reason; the others go out.
    """
    return _case_by_case(notice_ids, lambda ids: approve_notices(ids, staff=staff, now=now))


def hand_over_together(
    notice_ids: Iterable[UUID],
    *,
    staff: Staff,
    now: datetime,
    compared: frozenset[str] = frozenset(),
) -> Together:
    """Note that notices of many cases were handed over by hand; else as `approve_together`.

    `compared` is for all of them what it is for `hand_over_notices`.
    """
    return _case_by_case(
        notice_ids, lambda ids: hand_over_notices(ids, staff=staff, now=now, compared=compared)
    )


def _case_by_case(
    notice_ids: Iterable[UUID], act: Callable[[Sequence[UUID]], Sequence[OutboundLetter]]
) -> Together:
    done, letters, cases = 0, 0, 0
    left: list[LeftAsItWas] = []
    for nickname, ids in _by_case(notice_ids).items():
        try:
            letters += len(act(ids))
        except TakedownError as error:
            left.append(LeftAsItWas(nickname=nickname, notices=len(ids), because=str(error)))
        else:
            done, cases = done + len(ids), cases + 1
    return Together(notices=done, letters=letters, cases=cases, left=tuple(left))


def _by_case(notice_ids: Iterable[UUID]) -> dict[str, list[UUID]]:
    found = Notice.objects.filter(pk__in=list(notice_ids)).order_by("drafted_at", "pk")
    cases: dict[str, list[UUID]] = {}
    for nickname, notice_id in found.values_list("sighting__case__nickname", "pk"):
        cases.setdefault(nickname, []).append(notice_id)
    return dict(sorted(cases.items()))
