"""What a timeline says, in one sentence."""

from collections.abc import Sequence
from datetime import datetime

from jikimi.takedown.models import Notice
from jikimi.takedown.rules.notice import CLOCK_RUNS, NoticeState, OutboxState, is_overdue
from jikimi.web.desk.templatetags.desk_times import in_words
from jikimi.web.desk.wording import count


def message_of_notice(notice: Notice, now: datetime) -> str:
    """Where a notice stands, and since when."""
    state = NoticeState(notice.state)
    if state in CLOCK_RUNS | {NoticeState.OVERDUE}:
        return _with_recipient(notice, now)
    if notice.ended_at is not None and notice.sent_at is not None:
        return _ended(_word_for(state, notice), notice.sent_at, notice.ended_at, notice.due_at)
    if notice.ended_at is not None and notice.letter and notice.letter.state == OutboxState.UNKNOWN:
        return "Ended; its sending had broken off, and nobody knows whether it arrived."
    return {
        NoticeState.REMOVED: f"{_word_for(state, notice)} before a notice was sent.",
        NoticeState.CANCELLED: "Cancelled; it never left.",
        NoticeState.UNKNOWN: "The sending broke off; nobody knows whether it arrived.",
        NoticeState.UNDELIVERABLE: "A mail server refused it; the recipient does not have it.",
        NoticeState.SENDING: "It is going out.",
    }.get(state, f"Drafted {in_words(now - notice.drafted_at)} ago; nothing has left yet.")


def message_of_case(
    notices: Sequence[Notice], places: int, down: int, now: datetime, *, by_word: int = 0
) -> str:
    """How many places are down, by whose word, and what of the rest runs or has run out."""
    states = [NoticeState(notice.state) for notice in notices]
    late = sum(
        state is NoticeState.OVERDUE or is_overdue(state, notice.due_at, now)
        for state, notice in zip(states, notices, strict=True)
    )
    running = sum(state in CLOCK_RUNS for state in states) + states.count(NoticeState.OVERDUE)
    parts = [f"{down} of {count(places, 'place is', 'places are')} down"]
    if by_word:
        parts[0] += f" ({by_word} by somebody's word, not seen by us)"
    if running - late:
        parts.append(count(running - late, "clock runs", "clocks run"))
    if late:
        parts.append(count(late, "clock has run out", "clocks have run out"))
    return f"{'; '.join(parts)}."


def _with_recipient(notice: Notice, now: datetime) -> str:
    if notice.due_at is None or notice.sent_at is None:
        return "It has been sent; nobody has set a time for the answer."
    if notice.due_at <= now:
        return f"Its clock ran out {in_words(now - notice.due_at)} ago."
    allowed, left = in_words(notice.due_at - notice.sent_at), in_words(notice.due_at - now)
    return f"{left} of {allowed} left."


def _word_for(state: NoticeState, notice: Notice) -> str:
    if state is not NoticeState.REMOVED:
        return "Refused"
    return "Said to be gone, not seen by us," if notice.on_word_of else "Gone"


def _ended(word: str, sent: datetime, ended: datetime, due: datetime | None) -> str:
    said = f"{word} {in_words(ended - sent)} after it was sent"
    if due is None:
        return f"{said}."
    return f"{said}, {in_words(ended - due)} late." if ended > due else f"{said}, in time."
