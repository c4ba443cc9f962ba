"""What a survivor takes back singly or allows again, and what follows for notices at once.

What is being sent at this moment cannot be called back; it is asked again before a second try.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from jikimi.cases.actions import hold_case, note_narrowed
from jikimi.cases.models import CaseStatus, Sighting
from jikimi.takedown.actions.drafting import draft_for_sightings, draft_unless_claimed
from jikimi.takedown.actions.moving import locked_together, move_together
from jikimi.takedown.actions.outbox import stop
from jikimi.takedown.contacts import recipient_of
from jikimi.takedown.errors import MayNotSend, UnknownRecipient
from jikimi.takedown.models import Notice, OutboundLetter
from jikimi.takedown.rules.her_wish import HerWish, WaitingNotice, is_unwanted
from jikimi.takedown.rules.notice import STOPPABLE, NoticeState, OutboxState
from jikimi.takedown.withdrawals.lookups import refused_in
from jikimi.takedown.withdrawals.models import RecipientWithdrawal
from jikimi.trail.actions import record, record_consents
from jikimi.trail.lookups import consents_of, last_taken_back
from jikimi.trail.models import ConsentScope

WHILE_PAUSED = "She has paused: nothing new goes out until she goes on."
_LONGEST = 500
_MAY_HAVE_IT = frozenset({NoticeState.SENDING, NoticeState.UNKNOWN})


@transaction.atomic
def withdraw_from_recipient(case_id: UUID, recipient_id: str, *, actor: str, now: datetime) -> None:
    """No more notices to one recipient; those that wait are cancelled. A repeat changes nothing.

    Raises UnknownRecipient for one that stands in no notice of the case.
    """
    case = hold_case(case_id)
    if recipient_id in refused_in(case_id):
        return
    theirs = _with_letters(case_id).filter(recipient_id=recipient_id)
    if not theirs.exists():
        raise UnknownRecipient
    _write_down(case_id, theirs, now)
    note_narrowed(case, now=now)
    record("recipient withdrawn", at=now, case_ref=case_id, actor=actor, recipient=recipient_id)
    _cancel_unwanted(case_id, now)


@transaction.atomic
def take_back_choice(case_id: UUID, scope: ConsentScope, *, actor: str, now: datetime) -> None:
    """Take one choice back; what waits and rests on it is cancelled. A repeat changes nothing.

    Where the police were next, whom she still allows is drafted for in their place.
    """
    case = hold_case(case_id)
    if scope not in consents_of(case_id):
        return
    record_consents(case_id, [scope], granted=False, at=now, actor=actor)
    note_narrowed(case, now=now)
    is_police = scope is ConsentScope.POLICE
    places = _cancel_unwanted(case_id, now, make_room=is_police)
    if is_police and case.status == CaseStatus.OPEN:
        draft_unless_claimed(places, now=now)


@transaction.atomic
def withdraw_from_all(case_id: UUID, *, now: datetime) -> None:
    """Note of everybody who may have got something that it is to be forgotten there."""
    hold_case(case_id)
    _write_down(case_id, _with_letters(case_id), now, only_who_has_it=True)


@transaction.atomic
def allow_recipient_again(case_id: UUID, recipient_id: str, *, actor: str, now: datetime) -> None:
    """Take back that a recipient gets nothing more; what was stopped is drafted for a yes.

    Nothing of it goes by itself. Raises UnknownRecipient for one that she had not refused.
    """
    hold_case(case_id)
    held = RecipientWithdrawal.objects.select_for_update(of=("self",))
    row = held.filter(case_ref=case_id, recipient_id=recipient_id, allowed_at=None).first()
    if row is None:
        raise UnknownRecipient
    row.allowed_at = now
    row.save(update_fields=["allowed_at"])
    record("recipient allowed again", at=now, case_ref=case_id, actor=actor, recipient=recipient_id)
    stopped = Q(notices__recipient_id=recipient_id, notices__ended_at__gte=row.withdrawn_at)
    _draft_stopped(case_id, stopped | Q(notices=None), now)


@transaction.atomic
def give_choice_again(case_id: UUID, scope: ConsentScope, *, actor: str, now: datetime) -> None:
    """Give one choice; what was stopped when she took it back is drafted for a yes."""
    hold_case(case_id)
    taken_back_at = last_taken_back(case_id, scope)
    record_consents(case_id, [scope], granted=True, at=now, actor=actor)
    if taken_back_at is not None:
        _draft_stopped(case_id, Q(notices__ended_at__gte=taken_back_at), now)


def stop_unwanted(letter: OutboundLetter, notices: list[Notice], now: datetime) -> bool:
    """Stop a held letter that rests on something she took back meanwhile; whether it did."""
    if letter.case.narrowed_at is None:
        return False
    wish = _wish_in(letter.case_id)
    if not any(_is_unwanted(notice, wish) for notice in notices):
        return False
    stop(letter)
    move_together(notices, NoticeState.CANCELLED, now=now)
    return True


def took_back(notice: Notice) -> bool:
    """Whether she took back what writing to a notice's recipient rests on."""
    return _is_unwanted(notice, _wish_in(notice.sighting.case_id))


def refuse_while_paused(notices: Iterable[Notice]) -> None:
    """Raises MayNotSend while she has paused the case of these held notices."""
    if any(notice.sighting.case.paused_at for notice in notices):
        raise MayNotSend(WHILE_PAUSED)


def _write_down(
    case_id: UUID, notices: Iterable[Notice], now: datetime, *, only_who_has_it: bool = False
) -> None:
    by_recipient: dict[str, list[Notice]] = {}
    for notice in notices:
        by_recipient.setdefault(notice.recipient_id, []).append(notice)
    RecipientWithdrawal.objects.bulk_create(
        (
            RecipientWithdrawal(
                case_ref=case_id,
                recipient_id=recipient_id,
                recipient_name=theirs[0].recipient_name,
                references=references,
                withdrawn_at=now,
            )
            for recipient_id, theirs in by_recipient.items()
            if (references := _references(theirs)) or not only_who_has_it
        ),
        ignore_conflicts=True,
    )


def _references(notices: Iterable[Notice]) -> str:
    """Of those that it got, or may have got."""
    return " ".join(one.reference for one in notices if _may_have_it(one))[:_LONGEST]


def _may_have_it(notice: Notice) -> bool:
    """Also where it ended before anybody found out whether its letter had arrived."""
    broke_off = notice.letter is not None and notice.letter.state == OutboxState.UNKNOWN
    return bool(notice.sent_at) or NoticeState(notice.state) in _MAY_HAVE_IT or broke_off


def _with_letters(case_id: UUID) -> QuerySet[Notice]:
    return Notice.objects.filter(sighting__case=case_id).select_related("letter")


def _cancel_unwanted(case_id: UUID, now: datetime, *, make_room: bool = False) -> set[UUID]:
    """Cancel what waits and rests on what she took back; at which places."""
    waiting = Notice.objects.filter(sighting__case=case_id, state__in=sorted(STOPPABLE))
    ids = list(waiting.values_list("pk", flat=True))
    wish = _wish_in(case_id)
    unwanted = [n for n in (locked_together(ids) if ids else ()) if _is_unwanted(n, wish)]
    for notice in unwanted:
        notice.replaced = make_room
    move_together(unwanted, NoticeState.CANCELLED, now=now)
    return {notice.sighting_id for notice in unwanted}


def _draft_stopped(case_id: UUID, about: Q, now: datetime) -> None:
    """Ask the rules anew about places whose notices were stopped; they ask nobody twice."""
    open_ = Sighting.objects.filter(case_id=case_id, case__status=CaseStatus.OPEN)
    stopped = open_.filter(about, Q(notices=None) | Q(notices__state=NoticeState.CANCELLED))
    draft_for_sightings(stopped.values_list("pk", flat=True).distinct(), now=now)


def _wish_in(case_id: UUID) -> HerWish:
    consents = frozenset(scope.value for scope in consents_of(case_id))
    return HerWish(consents=consents, refused=refused_in(case_id))


def _is_unwanted(notice: Notice, wish: HerWish) -> bool:
    recipient = recipient_of(notice.recipient_id, notice.sighting)
    waiting = WaitingNotice(
        recipient_id=notice.recipient_id,
        rung=notice.rung,
        has_law=bool(notice.law_id),
        minor=notice.sighting.case.is_minor,
        tells_police=notice.rung == "police" or (recipient is not None and recipient.is_police),
    )
    return is_unwanted(waiting, wish)
