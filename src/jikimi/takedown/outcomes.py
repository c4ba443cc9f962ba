"""What became of the centre's own notices, as the rules and the board weigh it."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import groupby
from operator import attrgetter

from jikimi.takedown.models import Notice
from jikimi.takedown.rules.effect import Effect, Outcome, effects_of
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
    return _effects_until(moment.replace(minute=0, second=0, microsecond=0))


def forget_effects() -> None:
    """Read the figures anew: for tests, and where rows were brought in from elsewhere."""
    _effects_until.cache_clear()


@lru_cache(maxsize=_HOURS_KEPT)
def _effects_until(moment: datetime) -> tuple[Effect, ...]:
    return effects_of(_outcomes_until(moment))


def _outcomes_until(moment: datetime) -> Iterator[Outcome]:
    """Each notice of the time; a removal counts for the last one sent before it."""
    sent = (
        Notice.objects.filter(sent_at__gt=moment - LOOKS_BACK, sent_at__lte=moment)
        .only("sighting_id", "recipient_id", "law_id", "state", "sent_at", "ended_at")
        .order_by("sighting_id", "sent_at", "pk")
    )
    for _, group in groupby(sent.iterator(), key=attrgetter("sighting_id")):
        notices = list(group)
        following = [*(one.sent_at for one in notices[1:]), None]
        for notice, next_sent in zip(notices, following, strict=True):
            yield _outcome(notice, next_sent, moment)


def _outcome(notice: Notice, next_sent: datetime | None, moment: datetime) -> Outcome:
    if notice.sent_at is None:
        raise ValueError("only notices that were sent have an outcome")
    until = min(next_sent or moment, moment)
    ended = notice.ended_at
    if ended is not None and not notice.sent_at <= ended <= until:
        ended = None
    return Outcome(
        recipient_id=RecipientId(notice.recipient_id),
        law_id=LawId(notice.law_id) if notice.law_id else None,
        sent_at=notice.sent_at,
        removed_at=ended if notice.state == NoticeState.REMOVED else None,
        observed_until=until,
        given_up=next_sent is not None or NoticeState(notice.state) in LED_NOWHERE,
    )
