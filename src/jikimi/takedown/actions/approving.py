"""A caseworker's yes, or her own hand."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from jikimi.people.models import Staff
from jikimi.takedown.actions.clock_of import start_clocks
from jikimi.takedown.actions.drafting import draft_for_sightings
from jikimi.takedown.actions.jobs import ask_for_dispatch
from jikimi.takedown.actions.moving import (
    leave_letters,
    locked_together,
    move_together,
    name_of,
)
from jikimi.takedown.actions.outbox import Written, note_handed_over, put_into_outbox
from jikimi.takedown.actions.wishes import refuse_while_paused
from jikimi.takedown.asking_once import asking_once
from jikimi.takedown.channels import BY_HAND, channel_for, channels
from jikimi.takedown.contacts import packs_for, read_registries_about
from jikimi.takedown.errors import LetterIncomplete, MayNotSend, NotCompared, NotNow
from jikimi.takedown.letters import as_few_letters, letter_of, route_now
from jikimi.takedown.models import Notice, OutboundLetter
from jikimi.takedown.rules.letter import Letter
from jikimi.takedown.rules.notice import NoticeState
from jikimi.takedown.rules.route import ChosenRoute
from jikimi.takedown.rules.safe_text import one_line

_WAIT_FOR_A_YES = frozenset({NoticeState.DRAFT, NoticeState.UNDELIVERABLE})
_WAIT_FOR_A_HAND = frozenset({NoticeState.DRAFT, NoticeState.APPROVED})


@dataclass(frozen=True, kw_only=True)
class Yes:
    """Who says yes: a caseworker, or a rule that two people switched on."""

    staff: Staff | None = None
    rule: str = ""

    @property
    def actor(self) -> str:
        """How the trail names it."""
        return name_of(self.staff) if self.staff else f"rule: {self.rule}"


def approve_notice(notice_id: UUID, *, staff: Staff, now: datetime) -> OutboundLetter:
    """Say yes to one notice: `approve_notices` with one."""
    return approve_notices([notice_id], staff=staff, now=now)[0]


@transaction.atomic
def approve_notices(
    notice_ids: Iterable[UUID], *, staff: Staff, now: datetime
) -> tuple[OutboundLetter, ...]:
    """Say yes to notices of one case that a channel carries: they go out soon.

    Raises as `approve_held` does, and then nothing has changed.
    """
    return approve_held(locked_together(notice_ids), Yes(staff=staff), now)


def approve_held(notices: list[Notice], yes: Yes, now: datetime) -> tuple[OutboundLetter, ...]:
    """Say yes to notices of one case that are held with it; within a transaction.

    They are written into as few letters as their recipients allow, each sealed for the dispatcher.
    Raises MayNotSend, LetterIncomplete, NotNow or UnknownNotice.
    """
    with asking_once():
        read_registries_about(notice.sighting for notice in notices)
        written = [_approvable(together, now) for together in as_few_letters(notices, now)]
        # One that was refused for good stands in that letter still; it is erased once empty.
        leave_letters(notices, now)
        letters = put_into_outbox(written, now)
        _say_yes(notices, yes, now)
    for channel in sorted({letter.channel for letter in letters}):
        ask_for_dispatch(channel)
    return letters


@transaction.atomic
def hand_over_notices(
    notice_ids: Iterable[UUID],
    *,
    staff: Staff,
    now: datetime,
    their_reference: str = "",
    added_by_hand: frozenset[str] = frozenset(),
    compared: frozenset[str] = frozenset(),
) -> tuple[OutboundLetter, ...]:
    """Note that a caseworker has handed over notices of one case by form or telephone.

    Their clocks start; `their_reference` is the number the recipient gave, if any,
    `added_by_hand` the elements that she added to each herself, and `compared` the ids of entries
    that nobody has verified and she held against their sources: both go on the trail. Raises
    MayNotSend where the survivor has not agreed, a channel is the way, an entry has expired, or the
    law is not in force or not the centre's to file under; NotCompared where she has to compare;
    LetterIncomplete where a mandatory element is missing that she did not add, or that nobody may
    add by hand (`Letter.to_add`); NotNow or UnknownNotice.
    """
    notices = locked_together(notice_ids)
    with asking_once():
        read_registries_about(notice.sighting for notice in notices)
        written = [
            _to_hand_over(together, added_by_hand, compared, now)
            for together in as_few_letters(notices, now)
        ]
        leave_letters(notices, now)
        letters = note_handed_over(written, one_line(their_reference, 120), now)
        _say_yes(notices, Yes(staff=staff), now)
        start_clocks(notices, now)
        _sent_by_hand(written, now, staff)
    # A hotline knows now; who comes after it may be drafted.
    minors = [notice.sighting_id for notice in notices if notice.sighting.case.is_minor]
    draft_for_sightings(minors, now=now)
    return letters


def _approvable(notices: list[Notice], now: datetime) -> Written:
    """The letter of notices that may be approved together. Raises as `approve_held` does."""
    _refuse_unless(_WAIT_FOR_A_YES, notices, NoticeState.APPROVED)
    refuse_while_paused(notices)
    chosen = [route_now(notice, now) for notice in notices]
    if why_not := next((one.why_not for one in chosen if one.why_not), None):
        raise MayNotSend(why_not)
    channel = _channel(notices[0], chosen[0])
    if channel == BY_HAND:
        raise MayNotSend("No channel reaches this recipient: hand the notice over and say so here.")
    if chosen[0].route_type != "email" and (trouble := channels()[channel].why_not()):
        raise MayNotSend(trouble)
    return Written(notices=notices, letter=_complete_letter(notices, now), channel=channel)


def _say_yes(notices: list[Notice], yes: Yes, now: datetime) -> None:
    for notice in notices:
        notice.approved_at = now
        notice.approved_by, notice.approved_by_rule = yes.staff, yes.rule
    waiting = [notice for notice in notices if notice.state != NoticeState.APPROVED]
    move_together(waiting, NoticeState.APPROVED, now=now, actor=yes.actor)


def _to_hand_over(
    notices: list[Notice],
    added_by_hand: frozenset[str],
    compared: frozenset[str],
    now: datetime,
) -> Written:
    """The letter of notices that a person may hand over together."""
    _refuse_unless(_WAIT_FOR_A_HAND, notices, NoticeState.SENT)
    refuse_while_paused(notices)
    for notice in notices:
        _check_hand_over(notice, route_now(notice, now), compared)
    letter = _complete_letter(notices, now, added_by_hand)
    unread = route_now(notices[0], now).unread
    return Written(notices=notices, letter=letter, channel=BY_HAND, compared=unread)


def _refuse_unless(
    states: frozenset[NoticeState], notices: list[Notice], wanted: NoticeState
) -> None:
    """Raises NotNow. What broke off while sending, above all, is found out about, not sent anew."""
    for notice in notices:
        if NoticeState(notice.state) not in states:
            raise NotNow(notice.state, wanted)


def _sent_by_hand(written: Sequence[Written], now: datetime, staff: Staff) -> None:
    """A letter is complete by now, so what it lacks is what she added."""
    by_facts: dict[tuple[str, str], list[Notice]] = {}
    for one in written:
        said = (" ".join(sorted(one.letter.missing)), " ".join(one.compared))
        by_facts.setdefault(said, []).extend(one.notices)
    for (added, compared), notices in by_facts.items():
        facts = {"added_by_hand": added, "compared": compared}
        told = {name: said for name, said in facts.items() if said}
        move_together(
            notices, NoticeState.SENT, now=now, actor=name_of(staff), by_hand=True, **told
        )


def _check_hand_over(notice: Notice, chosen: ChosenRoute, compared: frozenset[str]) -> None:
    if notice.channel != BY_HAND and _channel(notice, chosen) != BY_HAND:
        raise MayNotSend("A channel reaches this recipient: approve the notice instead.")
    if chosen.not_by_hand:
        raise MayNotSend(chosen.not_by_hand)
    if unread := tuple(one for one in chosen.unread if one not in compared):
        raise NotCompared(unread)


def _complete_letter(
    notices: list[Notice], now: datetime, added_by_hand: frozenset[str] = frozenset()
) -> Letter:
    letter = letter_of(notices, now)
    if lacks := letter.lacks(added_by_hand):
        raise LetterIncomplete(lacks)
    return letter


def _channel(notice: Notice, chosen: ChosenRoute) -> str:
    recipient = packs_for(notice.sighting).recipients[chosen.recipient_id]
    return channel_for(recipient, chosen.route_id)
