"""What became of the centre's own notices, as the rules and the board weigh it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from functools import lru_cache
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple
from uuid import UUID

from jikimi.takedown.models import Notice
from jikimi.takedown.rules.effect import Effect, Outcome, effects_of
from jikimi.takedown.rules.effect_over_time import Course, courses_of
from jikimi.takedown.rules.health import Answers, Asked, answers_of
from jikimi.takedown.rules.law_choice import LED_NOWHERE
from jikimi.takedown.rules.notice import NoticeState
from jikimi.venues.pack_values import LawId, RecipientId

LOOKS_BACK = timedelta(days=365)
_HOURS_KEPT = 8


def effects_at(moment: datetime) -> tuple[Effect, ...]:
    """The effect of each recipient and law in the year before the last full hour.

    Read once an hour per process, so that drafting a year of notices does not read them a year's
    times; and so that a draft can be judged later by the figures that it was chosen by.
    """
    return _figures_until(_full_hour(moment)).effects


def answers_at(moment: datetime) -> tuple[Answers, ...]:
    """What each recipient answered in the weeks before the last full hour."""
    return _figures_until(_full_hour(moment)).answers


def authority_answers_at(moment: datetime) -> tuple[Answers, ...]:
    """What each answered of late of what it was asked as an authority.

    A hotline's silence about minors' pictures says nothing of it: some answer nobody, by design.
    """
    return _figures_until(_full_hour(moment)).authority_answers


def not_seen_at(moment: datetime) -> Mapping[RecipientId, int]:
    """How many of each recipient's notices ended by somebody's word that no look could check."""
    return _figures_until(_full_hour(moment)).not_seen


def courses_at(moment: datetime, zone: tzinfo) -> tuple[Course, ...]:
    """How each recipient did under each law by month or week, until the last full hour."""
    return _courses_until(_full_hour(moment), zone)


def forget_effects() -> None:
    """Read the figures anew: for tests, and where rows were brought in from elsewhere."""
    _figures_until.cache_clear()
    _courses_until.cache_clear()


@dataclass(frozen=True, kw_only=True)
class _Figures:
    effects: tuple[Effect, ...]
    answers: tuple[Answers, ...]
    authority_answers: tuple[Answers, ...]
    not_seen: Mapping[RecipientId, int]


def _full_hour(moment: datetime) -> datetime:
    return moment.replace(minute=0, second=0, microsecond=0)


class _Sent(NamedTuple):
    """What is read of a notice that was sent: a year has hundreds of thousands."""

    sighting_id: UUID
    recipient_id: str
    law_id: str
    rung: str
    state: str
    sent_at: datetime
    acknowledged_at: datetime | None
    due_at: datetime | None
    ended_at: datetime | None
    on_word_of: str


@dataclass(frozen=True, kw_only=True, slots=True)
class _Seen:
    """A notice as far as what came was its own doing: until another followed it."""

    notice: _Sent
    until: datetime
    ended_at: datetime | None
    is_followed: bool


@lru_cache(maxsize=_HOURS_KEPT)
def _figures_until(moment: datetime) -> _Figures:
    seen = list(_seen_until(moment))
    reached = [one for one in seen if one.notice.state != NoticeState.UNDELIVERABLE]
    of_authorities = (one for one in reached if one.notice.rung == "regulator")
    return _Figures(
        effects=effects_of(_outcomes(seen)),
        answers=answers_of(map(_asked, reached), moment),
        authority_answers=answers_of(map(_asked, of_authorities), moment),
        not_seen=Counter(
            RecipientId(one.notice.recipient_id) for one in seen if one.notice.on_word_of
        ),
    )


@lru_cache(maxsize=1)
def _courses_until(moment: datetime, zone: tzinfo) -> tuple[Course, ...]:
    return courses_of(_outcomes(_seen_until(moment)), moment, zone)


def _seen_until(moment: datetime) -> Iterator[_Seen]:
    """Each notice of the time; a removal counts for the last one sent before it."""
    sent = (
        Notice.objects.filter(sent_at__gt=moment - LOOKS_BACK, sent_at__lte=moment)
        .order_by("sighting_id", "sent_at", "pk")
        .values_list(*_Sent._fields)
    )
    for _, group in groupby(map(_Sent._make, sent.iterator()), key=attrgetter("sighting_id")):
        notices = list(group)
        for place, notice in enumerate(notices):
            yield _seen(notice, _followed_at(notice, notices[place + 1 :]), moment)


def _followed_at(notice: _Sent, later: list[_Sent]) -> datetime | None:
    """When somebody else was written to about its place because it had led nowhere, or was over.

    An authority that is asked beside a platform follows nothing: both still have their time.
    """
    return next((one.sent_at for one in later if not _ran(notice, one.sent_at)), None)


def _ran(notice: _Sent, moment: datetime) -> bool:
    """Whether its clock still ran, and nothing had ended it."""
    over = notice.ended_at is not None and notice.ended_at <= moment
    return notice.due_at is not None and moment < notice.due_at and not over


def _seen(notice: _Sent, next_sent: datetime | None, moment: datetime) -> _Seen:
    until = min(next_sent or moment, moment)
    ended = notice.ended_at
    if ended is not None and not notice.sent_at <= ended <= until:
        ended = None
    return _Seen(
        notice=notice,
        until=until,
        ended_at=ended,
        is_followed=next_sent is not None,
    )


def _outcomes(seen: Iterable[_Seen]) -> Iterator[Outcome]:
    """What came of each, as far as anybody knows: a removal nobody saw is neither yes nor no."""
    return (_outcome(one) for one in seen if not one.notice.on_word_of)


def _outcome(seen: _Seen) -> Outcome:
    notice = seen.notice
    return Outcome(
        recipient_id=RecipientId(notice.recipient_id),
        law_id=LawId(notice.law_id) if notice.law_id else None,
        sent_at=notice.sent_at,
        removed_at=seen.ended_at if notice.state == NoticeState.REMOVED else None,
        observed_until=seen.until,
        given_up=seen.is_followed or NoticeState(notice.state) in LED_NOWHERE,
    )


def _asked(seen: _Seen) -> Asked:
    said = (at for at in (seen.notice.acknowledged_at, seen.ended_at) if at and at <= seen.until)
    return Asked(
        recipient_id=RecipientId(seen.notice.recipient_id),
        sent_at=seen.notice.sent_at,
        due_at=seen.notice.due_at,
        answered_at=min(said, default=None),
        seen_until=seen.until,
    )
