"""Sending approved letters once: claimed and committed first, the network touched after.

A letter whose sending broke off is UNKNOWN and waits for a person; it is never blindly sent again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction

from jikimi.cases.actions import hold_case
from jikimi.cases.models import CaseStatus
from jikimi.evidence.actions import open_for_dispatch
from jikimi.evidence.errors import EvidenceError
from jikimi.takedown.actions.answering import note_answer, stop_answer
from jikimi.takedown.actions.asking_back import first_question
from jikimi.takedown.actions.becoming_minor import stop_adults_letter
from jikimi.takedown.actions.clock_of import start_clocks
from jikimi.takedown.actions.gating import (
    EVERYBODY,
    OwnMail,
    held_back,
    may_go_now,
    note_outcome,
    paused,
)
from jikimi.takedown.actions.holding import hold_back, notices_in
from jikimi.takedown.actions.judging import stop_if_told_since
from jikimi.takedown.actions.moving import move_together, stop_letters_of
from jikimi.takedown.actions.outbox import stop
from jikimi.takedown.actions.owning import stop_disowned
from jikimi.takedown.actions.wishes import stop_unwanted
from jikimi.takedown.asking_once import asking_once
from jikimi.takedown.channels import (
    Channel,
    DeliveryTrouble,
    MaybeSent,
    NotSentYet,
    Parcel,
    RefusedForGood,
    Taken,
)
from jikimi.takedown.contacts import packs_asked_once
from jikimi.takedown.models import Notice, OutboundLetter
from jikimi.takedown.rules.notice import (
    INTERRUPTED_AFTER,
    STOPPABLE,
    NoticeState,
    OutboxState,
    retry_after,
)
from jikimi.takedown.rules.safe_text import one_line
from jikimi.venues.pack_values import RecipientId

Clock = Callable[[], datetime]


def dispatch_ready(channel: Channel, clock: Clock) -> int:
    """Send every letter of a channel whose time has come; return how many were tried.

    Mail goes through one server of ours: the first letter that finds it away ends the turn, and so
    do several in a row that broke off. An interface is its recipient's own: one that is away holds
    back its own letters (`note_outcome`), and nobody else's.
    """
    mail = OwnMail(clock()) if channel.route_type == "email" else None
    tried = 0
    while not (mail and mail.is_to_rest) and (claimed := _claim_next(channel.name, clock())):
        tried += 1
        trouble = _send(claimed, channel, clock)
        if mail:
            mail.note(trouble, clock())
    return tried


def channels_with_letters(now: datetime) -> list[str]:
    """The channels on which a letter's time has come."""
    ready = OutboundLetter.objects.filter(state=OutboxState.READY, not_before__lte=now)
    ready = ready.filter(case__paused_at=None)
    waiting = ready.exclude(recipient_id__in=held_back(now)).exclude(paused(EVERYBODY))
    return sorted(waiting.values_list("channel", flat=True).distinct())


def mark_interrupted(now: datetime) -> int:
    """Letters left in SENDING by a process that died become UNKNOWN; return how many."""
    left = OutboundLetter.objects.filter(
        state=OutboxState.SENDING, claimed_at__lte=now - INTERRUPTED_AFTER
    )
    for letter in left:
        trouble = MaybeSent("The sender ended while sending.", ours=True)
        _settle(letter, OutboxState.UNKNOWN, now, trouble)
    return len(left)


@dataclass(frozen=True, kw_only=True)
class _Claimed:
    """A letter that this sender has committed to send."""

    letter: OutboundLetter
    domains: tuple[str, ...]
    """Those of its recipient."""


@transaction.atomic
def _claim_next(channel: str, now: datetime) -> _Claimed | None:
    """Commit to sending one letter, before anything of it leaves."""
    while (letter := _next_ready(channel, now)) is not None:
        notices = notices_in(letter)
        with asking_once():
            if not _is_stopped(letter, notices, now) and may_go_now(letter, now):
                return _claim(letter, notices, now)
    return None


def _claim(letter: OutboundLetter, notices: list[Notice], now: datetime) -> _Claimed:
    letter.state = OutboxState.SENDING.value
    letter.claimed_at = now
    letter.attempts += 1
    letter.save(update_fields=["state", "claimed_at", "attempts"])
    move_together(notices, NoticeState.SENDING, now=now, attempt=letter.attempts)
    recipient = packs_asked_once().recipients.get(RecipientId(letter.recipient_id))
    return _Claimed(letter=letter, domains=recipient.domains if recipient else ())


def _is_stopped(letter: OutboundLetter, notices: list[Notice], now: datetime) -> bool:
    """Stop a held letter that nobody wants any more, or whose entry was changed since its yes."""
    if letter.answers_id:
        return stop_answer(letter, now)
    if not notices:
        stop(letter)
        return True
    if letter.case.status == CaseStatus.WITHDRAWN or not letter.case.may_be_acted_on:
        _stop_all(letter, notices, now)
        return True
    return (
        stop_unwanted(letter, notices, now)
        or stop_adults_letter(letter, notices, now)
        or stop_disowned(letter, notices, now)
        or stop_if_told_since(letter, notices, now)
        or hold_back(letter, notices, now)
    )


def _next_ready(channel: str, now: datetime) -> OutboundLetter | None:
    """The letter that has waited longest, held with its case.

    Those that somebody else holds, those whose recipient is held back, and those of a case that
    she has paused are left out; and all, while the house is paused.
    """
    return (
        OutboundLetter.objects.select_for_update(skip_locked=True, of=("self", "case"))
        .select_related("case")
        .filter(channel=channel, state=OutboxState.READY, not_before__lte=now)
        .filter(case__paused_at=None)
        .exclude(recipient_id__in=held_back(now))
        .exclude(paused(EVERYBODY))
        .order_by("not_before")
        .first()
    )


def _send(claimed: _Claimed, channel: Channel, clock: Clock) -> DeliveryTrouble | None:
    """Send a claimed letter and write down what became of it; return what went wrong."""
    letter = claimed.letter
    try:
        taken = channel.send(_parcel(claimed))
    except DeliveryTrouble as trouble:
        _settle(letter, _state_after(trouble), clock(), trouble)
        return trouble
    _settle(letter, OutboxState.SENT, clock(), taken=taken)
    return None


def _state_after(trouble: DeliveryTrouble) -> OutboxState:
    match trouble:
        case NotSentYet():
            return OutboxState.READY
        case RefusedForGood():
            return OutboxState.REFUSED
        case _:
            return OutboxState.UNKNOWN


def _parcel(claimed: _Claimed) -> Parcel:
    """What the letter holds, opened. Raises NotSentYet where our keys do not open it."""
    letter = claimed.letter
    try:
        content = open_for_dispatch(letter.pk, bytes(letter.sealed or b""))
    except EvidenceError:
        raise NotSentYet(
            "It does not open with this house's keys. Run `jikimi doctor`.", ours=True
        ) from None
    return Parcel(
        outbound_id=letter.pk,
        message_id=letter.message_id,
        sender=settings.DEFAULT_FROM_EMAIL,
        address=letter.address,
        domains=claimed.domains,
        content=content,
    )


_NOTICE_AFTER = {
    OutboxState.READY: NoticeState.APPROVED,
    OutboxState.REFUSED: NoticeState.UNDELIVERABLE,
    OutboxState.UNKNOWN: NoticeState.UNKNOWN,
    OutboxState.SENT: NoticeState.SENT,
}


_SETTLED = tuple("state trouble not_before sealed sent_at their_reference ask_at".split())


@transaction.atomic
def _settle(
    claimed: OutboundLetter,
    to: OutboxState,
    now: datetime,
    trouble: DeliveryTrouble | None = None,
    *,
    taken: Taken | None = None,
) -> None:
    """Write down what became of a claimed letter, unless somebody has already.

    A sender that was given up may come back late, when a later attempt is under way: what it has
    to say is then about its own attempt, and not about that one.
    """
    case = hold_case(claimed.case_id)
    letter = OutboundLetter.objects.select_for_update().get(pk=claimed.pk)
    if letter.state != OutboxState.SENDING or letter.attempts != claimed.attempts:
        return
    letter.case = case
    letter.state = to.value
    letter.trouble = trouble.safe_words[:200] if trouble else ""
    if isinstance(trouble, NotSentYet):
        letter.not_before = now + (trouble.wait or retry_after(letter.attempts))
    if to is OutboxState.SENT:
        letter.sealed, letter.sent_at = None, now
        letter.their_reference = one_line(taken.reference, 120) if taken else ""
        letter.ask_at = first_question(letter, now)
    letter.save(update_fields=_SETTLED)
    note_outcome(letter.recipient_id, trouble, now)
    if letter.answers_id:
        note_answer(letter, now)
    facts = {"trouble": letter.trouble} if trouble else {}
    notices = notices_in(letter)
    with asking_once():
        if to is OutboxState.SENT:
            start_clocks(notices, now)
        move_together(notices, _NOTICE_AFTER[to], now=now, **facts)
    if case.status == CaseStatus.WITHDRAWN:
        _stop_all(letter, notices, now)


def _stop_all(letter: OutboundLetter, notices: list[Notice], now: datetime) -> None:
    """Nothing of this case may leave any more: what has not is erased, and waits for nothing."""
    stop_letters_of(letter.case_id)
    waiting = [one for one in notices if NoticeState(one.state) in STOPPABLE]
    if waiting:
        move_together(waiting, NoticeState.CANCELLED, now=now)
