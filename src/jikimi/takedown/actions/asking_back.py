"""Asking a recipient's interface what became of a letter, and what follows from its word.

Its word is a claim. "Settled" brings the next look forward; nothing is removed by it.
"""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from jikimi.cases.actions import hold_case
from jikimi.cases.models import CaseStatus
from jikimi.takedown.actions.looking import bring_look_forward
from jikimi.takedown.actions.moving import locked_together, move
from jikimi.takedown.channels import NotSentYet, RefusedForGood, ServerAway, channels
from jikimi.takedown.channels.asking import AskableChannel, Question, Standing, Told
from jikimi.takedown.models import OutboundLetter
from jikimi.takedown.rules.asking_back import next_question
from jikimi.takedown.rules.notice import CLOCK_RUNS, NoticeState, OutboxState, may_follow
from jikimi.trail.actions import record
from jikimi.venues.lookups import packs_in_use
from jikimi.venues.pack_values import RecipientId

Clock = Callable[[], datetime]

_WAITING = frozenset({*CLOCK_RUNS, NoticeState.OVERDUE})
_LAST_WORDS = frozenset({Standing.SETTLED, Standing.REFUSED})
_FOLLOWING = {
    Standing.RECEIVED: NoticeState.ACKNOWLEDGED,
    Standing.SETTLED: NoticeState.ACKNOWLEDGED,
    Standing.REFUSED: NoticeState.REFUSED,
    Standing.ASKS_MORE: NoticeState.ACKNOWLEDGED,
}
_WORDS = {
    Standing.RECEIVED: "says that it has it",
    Standing.SETTLED: "says that it is settled",
    Standing.REFUSED: "refuses",
    Standing.ASKS_MORE: "asks for more",
}


def first_question(letter: OutboundLetter, now: datetime) -> datetime | None:
    """When to ask for the first time about a letter that was taken; None if nobody can be asked."""
    askable = isinstance(channels().get(letter.channel), AskableChannel)
    return next_question(0, now, now) if askable and letter.their_reference else None


def ask_again(letter: OutboundLetter, now: datetime) -> None:
    """Their no to a letter does not hold: whoever can be asked about it may say more."""
    if letter.ask_at is None:
        letter.ask_at = first_question(letter, now)
        letter.save(update_fields=["ask_at"])


def questions_due(now: datetime) -> bool:
    """Whether the time has come to ask about a letter."""
    return _due(now).exists()


def ask_what_became(clock: Clock) -> int:
    """Ask about every letter whose time has come; return how many answers came.

    A channel that finds its recipient away is left alone until the letters' next time.
    """
    answers = 0
    away: set[str] = set()
    while (letter := _claim_next(away, clock())) is not None:
        try:
            told = _ask(letter)
        except ServerAway:
            away.add(letter.channel)
        except (NotSentYet, RefusedForGood):
            continue
        else:
            _note(letter, told, clock())
            answers += 1
    return answers


def _due(now: datetime) -> QuerySet[OutboundLetter]:
    return OutboundLetter.objects.filter(state=OutboxState.SENT, ask_at__lte=now)


@transaction.atomic
def _claim_next(away: set[str], now: datetime) -> OutboundLetter | None:
    """Set the next time before asking: whoever dies while asking asks later, and once."""
    while (letter := _next_due(away, now)) is not None:
        if worth_it := _is_worth_asking(letter):
            letter.asked += 1
            letter.ask_at = next_question(letter.asked, letter.sent_at or now, now)
        else:
            letter.ask_at = None
        letter.save(update_fields=["asked", "ask_at"])
        if worth_it:
            return letter
    return None


def _next_due(away: set[str], now: datetime) -> OutboundLetter | None:
    return (
        _due(now)
        .select_for_update(skip_locked=True, of=("self", "case"))
        .select_related("case")
        .exclude(channel__in=away)
        .order_by("ask_at")
        .first()
    )


def _is_worth_asking(letter: OutboundLetter) -> bool:
    waits = letter.notices.filter(state__in=sorted(_WAITING)).exists()
    return waits and letter.case.status != CaseStatus.WITHDRAWN


def _ask(letter: OutboundLetter) -> Told:
    """Raises NotSentYet or RefusedForGood where no answer is to be had."""
    channel = channels()[letter.channel]
    recipient = packs_in_use().recipients.get(RecipientId(letter.recipient_id))
    if recipient is None or not isinstance(channel, AskableChannel):
        raise RefusedForGood("Nobody can be asked about it any more.")
    return channel.ask_about(
        Question(
            reference=letter.their_reference, address=letter.address, domains=recipient.domains
        )
    )


@transaction.atomic
def _note(asked: OutboundLetter, told: Told, now: datetime) -> None:
    """Write down what is new in an answer, and do the little that follows from it."""
    case = hold_case(asked.case_id)
    letter = OutboundLetter.objects.select_for_update().get(pk=asked.pk)
    if told.standing is Standing.UNKNOWN or case.status == CaseStatus.WITHDRAWN:
        return
    if (letter.standing, letter.their_word) == (told.standing.value, told.word):
        return
    letter.standing, letter.their_word = told.standing.value, told.word
    if told.standing in _LAST_WORDS:
        letter.ask_at = None
    letter.save(update_fields=["standing", "their_word", "ask_at"])
    record(
        f"recipient says: {told.standing.value}",
        at=now,
        case_ref=letter.case_id,
        letter=str(letter.pk),
        recipient=letter.recipient_id,
        word=told.word,
    )
    _follow(letter, told, now)


def _follow(letter: OutboundLetter, told: Told, now: datetime) -> None:
    """Their yes to having it acknowledges, their no refuses, and "settled" has somebody look."""
    waiting = letter.notices.filter(state__in=sorted(_WAITING)).values_list("pk", flat=True)
    for notice in locked_together(waiting) if waiting else ():
        notice.reply = f"Its interface {_WORDS[told.standing]} ({told.word})."[:300]
        notice.save(update_fields=["reply"])
        following = _FOLLOWING[told.standing]
        if may_follow(NoticeState(notice.state), following):
            move(notice, following, now=now, letter=str(letter.pk))
        if told.standing is Standing.SETTLED:
            bring_look_forward(notice.sighting, now)
