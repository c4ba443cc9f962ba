"""What a caseworker makes of a mail that came in."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from jikimi.cases.lookups import may_be_fetched
from jikimi.people.models import Staff
from jikimi.takedown.actions.answering import note_came_back
from jikimi.takedown.actions.believing import drop_claims
from jikimi.takedown.actions.correcting import refuse_unless_open, take_back_what_it_said
from jikimi.takedown.actions.moving import locked, name_of, standing_with
from jikimi.takedown.actions.replying import record_replies, settle_unknown
from jikimi.takedown.errors import AnswerStands
from jikimi.takedown.models import Notice
from jikimi.takedown.replies.errors import NoNoticeYet, NoSuchReference, UnknownReply
from jikimi.takedown.replies.models import ReceivedReply
from jikimi.takedown.replies.threading import answer_that_may_return, notice_with_reference
from jikimi.takedown.rules.notice import NoticeState, ReportedReply, may_follow
from jikimi.takedown.rules.reply import MatchedBy, ReplyKind, ReplyState, in_short
from jikimi.takedown.rules.reply_checklist import NO_ACCOUNT
from jikimi.trail.actions import record
from jikimi.venues.lookups import packs_in_use
from jikimi.venues.pack_values import LawId

_MEANS = {
    ReplyKind.BOUNCE: NoticeState.UNDELIVERABLE,
    ReplyKind.ACKNOWLEDGEMENT: NoticeState.ACKNOWLEDGED,
    ReplyKind.REQUEST: NoticeState.ACKNOWLEDGED,  # who asks for more has it
    ReplyKind.REFUSAL: NoticeState.REFUSED,
    ReplyKind.REMOVAL: NoticeState.REMOVED,
}
_NOTED = frozenset({ReplyState.CONFIRMED, ReplyState.BY_ITSELF})
_STANDS_ALREADY = "It is noted as that already. Load the page again."
_TAKE_THE_WORD_BACK = (
    "It was noted as a word that the picture is gone. Where that word was taken, take it back at "
    "its place."
)


@transaction.atomic
def confirm_reply(reply_id: UUID, kind: ReplyKind, *, staff: Staff, now: datetime) -> None:
    """Say what a mail is, as the rules suggest or otherwise, and note it on its notice.

    A claimed removal is looked at, and taken where no look can tell. Raises UnknownReply,
    NoNoticeYet, and what record_reply raises; then nothing has changed.
    """
    reply = _waiting(reply_id)
    if reply.notice_id is None:
        raise NoNoticeYet
    notice = locked(reply.notice_id)
    judged, is_as_judged = ReplyKind(reply.kind), kind == reply.kind
    reply.kind = kind.value
    words = (
        in_short(kind, reply.reason, tuple(reply.decided_by.splitlines()))
        if is_as_judged
        else (in_short(kind, "", ()))
    )
    _settle(reply, ReplyState.CONFIRMED, staff, now, judged=judged.value)
    if judged is ReplyKind.REMOVAL and not is_as_judged:
        _was_no_claim(notice)
    _note_what_it_says(reply, notice, words, staff, now)


@transaction.atomic
def say_anew(reply_id: UUID, kind: ReplyKind, *, staff: Staff, now: datetime) -> None:
    """A mail that somebody settled, or that was noted by itself, is of another kind after all.

    What it did is taken back, as `take_answer_back` does, and the new kind noted as `confirm_reply`
    does. Raises UnknownReply, NoNoticeYet, AnswerStands and what those raise.
    """
    reply = _held(reply_id, _NOTED)
    if reply.notice_id is None:
        raise NoNoticeYet
    notice, was = locked(reply.notice_id), ReplyKind(reply.kind)
    refuse_unless_open(notice.sighting.case)
    if was is kind or was is ReplyKind.REMOVAL:
        raise AnswerStands(_STANDS_ALREADY if was is kind else _TAKE_THE_WORD_BACK)
    if _MEANS.get(kind) is not _MEANS.get(was):
        take_back_what_it_said(reply, staff=staff, now=now)
        reply.settled_at = now
    reply.kind, reply.state, reply.settled_by = kind.value, ReplyState.CONFIRMED.value, staff
    reply.save(update_fields=["kind", "state", "settled_at", "settled_by"])
    _record("reply said anew", reply, staff, now, judged=was.value)
    _note_what_it_says(reply, locked(notice.pk), in_short(kind, "", ()), staff, now)


@transaction.atomic
def set_aside_reply(reply_id: UUID, *, staff: Staff, now: datetime) -> None:
    """Say that a mail means nothing for any notice. It stays kept. Raises UnknownReply."""
    reply = _waiting(reply_id)
    _settle(reply, ReplyState.SET_ASIDE, staff, now)
    if reply.notice and reply.kind == ReplyKind.REMOVAL:
        _was_no_claim(reply.notice)


@transaction.atomic
def assign_reply(reply_id: UUID, reference: str, *, staff: Staff, now: datetime) -> Notice:
    """Say which notice a mail answers; what it means is confirmed after.

    Raises UnknownReply, or NoSuchReference for a text that holds no notice's reference.
    """
    notice = notice_with_reference(reference)
    if notice is None:
        raise NoSuchReference
    notice = locked(notice.pk)
    reply = _waiting(reply_id)
    reply.notice, reply.matched_by, reply.contradicted = notice, MatchedBy.PERSON, False
    came_back = reply.kind == ReplyKind.BOUNCE
    reply.returns = answer_that_may_return(notice) if came_back else None
    reply.save(update_fields=["notice", "matched_by", "contradicted", "returns"])
    _record("reply assigned", reply, staff, now)
    return notice


@transaction.atomic
def note_checked(
    reply_id: UUID, lacks: frozenset[str], *, staff: Staff, now: datetime
) -> frozenset[str]:
    """Note on the trail what a mail lacks of what its notice's law expects; return those known.

    Raises UnknownReply, and NoNoticeYet for a mail that answers none.
    """
    reply = ReceivedReply.objects.filter(pk=reply_id).first()
    if reply is None:
        raise UnknownReply
    if reply.notice_id is None:
        raise NoNoticeYet
    reply.notice = locked(reply.notice_id)
    law = packs_in_use().laws.get(LawId(reply.notice.law_id))
    known = {one.id for one in (law.reply_expected if law else ())} | {NO_ACCOUNT}
    said = lacks & known
    record(
        "reply checked",
        at=now,
        case_ref=reply.notice.sighting.case_id,
        actor=name_of(staff),
        reply=str(reply.pk),
        notice=str(reply.notice_id),
        lacks=", ".join(sorted(said)) or "nothing",
    )
    return frozenset(said)


def _note_what_it_says(
    reply: ReceivedReply, notice: Notice, words: str, staff: Staff, now: datetime
) -> None:
    kind = ReplyKind(reply.kind)
    if reply.returns_id and kind is ReplyKind.BOUNCE:
        note_came_back(reply.returns_id, now)
    else:
        _note_on_letter(notice, kind, words, staff, now)


def _note_on_letter(
    notice: Notice, kind: ReplyKind, words: str, staff: Staff, now: datetime
) -> None:
    """An answer holds for every notice of the letter it answers that may still be moved by it."""
    means = _MEANS.get(kind)
    if notice.state == NoticeState.UNKNOWN and means:
        settle_unknown(notice.pk, arrived=True, staff=staff, now=now)
    answered = [
        one for one in standing_with(notice) if means and may_follow(NoticeState(one.state), means)
    ]
    moved = [one for one in answered or [notice] if means and _moves(one, kind)]
    if means and moved:
        reply = ReportedReply(state=means, words=words)
        record_replies([one.pk for one in moved], reply, staff=staff, now=now)
    if means:
        rest = [one.pk for one in answered or [notice] if one not in moved]
        Notice.objects.filter(pk__in=rest).update(reply=words)


def _moves(notice: Notice, kind: ReplyKind) -> bool:
    """Whether an answer of this kind brings a notice on, or is a claim about its place."""
    if kind is ReplyKind.REMOVAL and may_be_fetched(notice.sighting):
        return may_follow(NoticeState(notice.state), NoticeState.REMOVED)
    # It had it before, or its clock has run out: an answer does not wind it up.
    return _MEANS.get(kind) is not NoticeState.ACKNOWLEDGED or notice.state == NoticeState.SENT


def _was_no_claim(notice: Notice) -> None:
    drop_claims([one.sighting for one in standing_with(notice)])


def _waiting(reply_id: UUID) -> ReceivedReply:
    """A reply that nobody has settled; its case is held before it. Raises UnknownReply."""
    return _held(reply_id, frozenset({ReplyState.WAITING}))


def _held(reply_id: UUID, states: frozenset[ReplyState]) -> ReceivedReply:
    known = ReceivedReply.objects.filter(pk=reply_id).first()
    if known and known.notice_id:
        locked(known.notice_id)
    reply = (
        ReceivedReply.objects.select_for_update(of=("self",))
        .select_related("notice__sighting__case")
        .filter(pk=reply_id, state__in=sorted(states))
        .first()
    )
    if reply is None:
        raise UnknownReply
    return reply


def _settle(
    reply: ReceivedReply, state: ReplyState, staff: Staff, now: datetime, *, judged: str = ""
) -> None:
    reply.state, reply.settled_at, reply.settled_by = state.value, now, staff
    reply.save(update_fields=["state", "settled_at", "settled_by", "kind"])
    _record(f"reply {state.value.replace('_', ' ')}", reply, staff, now, judged=judged)


def _record(
    event: str, reply: ReceivedReply, staff: Staff, now: datetime, *, judged: str = ""
) -> None:
    record(
        event,
        at=now,
        case_ref=reply.notice.sighting.case_id if reply.notice else None,
        actor=name_of(staff),
        reply=str(reply.pk),
        notice=str(reply.notice_id) if reply.notice_id else None,
        kind=str(reply.kind),
        **({"judged": judged} if judged else {}),
    )
