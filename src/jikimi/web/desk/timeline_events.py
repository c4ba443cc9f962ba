"""What happened to a notice, as events with their words and tones."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from jikimi.insight.rules.timeline import Event, Span, Tone
from jikimi.takedown.models import Notice
from jikimi.takedown.rules.notice import WITH_RECIPIENT, NoticeState

_TONES: Mapping[str, Tone] = {"acknowledged": "accent", "reminder": "warn", "next rung": "accent"}
_ENDS: Mapping[NoticeState, tuple[str, Tone]] = {
    NoticeState.REMOVED: ("gone", "ok"),
    NoticeState.REFUSED: ("refused", "warn"),
    NoticeState.CANCELLED: ("cancelled", "plain"),
}
_MAIN = frozenset({"sent", "handed over", "due", "ran out", "gone", "refused", "cancelled"})


def events_of(notice: Notice, now: datetime) -> tuple[Event, ...]:
    """Everything that happened, and the end of its clock where that still matters; oldest first."""
    by_mail = notice.route_type == "email"
    happened = (
        (notice.drafted_at, "drafted"),
        (notice.approved_at, "approved"),
        (notice.sent_at, "sent" if by_mail else "handed over"),
        (notice.acknowledged_at, "acknowledged"),
        (notice.reminded_at, "reminder"),
        (notice.escalated_at, "next rung"),
    )
    events = [
        Event(at=at, words=words, tone=_TONES.get(words, "plain")) for at, words in happened if at
    ]
    events += _answered(notice)
    return tuple(sorted([*events, *_due(notice, now), *_end(notice)], key=lambda one: one.at))


def main_events(events: tuple[Event, ...]) -> tuple[Event, ...]:
    """What the picture of a whole case has room for; the last event where nothing has left yet."""
    return tuple(event for event in events if event.words in _MAIN) or events[-1:]


def clock_of(notice: Notice) -> Span | None:
    """Its clock, from its sending to its end; None where none ever ran or nobody knows."""
    if notice.sent_at is None:
        return None
    if notice.ended_at is None and NoticeState(notice.state) not in WITH_RECIPIENT:
        return None
    return Span(begun=notice.sent_at, due=notice.due_at, stopped=notice.ended_at)


def _answered(notice: Notice) -> Iterator[Event]:
    """What the centre answered to what came in about it."""
    for reply in notice.replies.all():
        for letter in reply.answers.all():
            if letter.sent_at:
                yield Event(at=letter.sent_at, words="answered", tone="accent")


def _due(notice: Notice, now: datetime) -> Iterator[Event]:
    """The end of the clock, unless the notice ended before it."""
    if clock_of(notice) is None or notice.due_at is None:
        return
    if notice.ended_at is None or notice.due_at < notice.ended_at:
        if notice.due_at <= now:
            yield Event(at=notice.due_at, words="ran out", tone="late")
        else:
            yield Event(at=notice.due_at, words="due", tone="warn")


def _end(notice: Notice) -> Iterator[Event]:
    end = _ENDS.get(NoticeState(notice.state))
    if notice.ended_at is not None and end is not None:
        yield Event(at=notice.ended_at, words=end[0], tone=end[1])
