"""Answering what a recipient wrote: the centre's own words, in the same thread, after a yes.

An answer goes through the outbox like every letter, to the address that the letter went to and that
stands in the recipient's entry still. Where the mail came from, or wants answers, is never used.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from jikimi.cases.actions import hold_case
from jikimi.cases.models import Case, CaseStatus
from jikimi.people.models import Staff
from jikimi.takedown.actions.jobs import ask_for_dispatch
from jikimi.takedown.actions.moving import locked, name_of
from jikimi.takedown.actions.outbox import put_answer_into_outbox, stop
from jikimi.takedown.actions.wishes import WHILE_PAUSED, took_back
from jikimi.takedown.channels import channels
from jikimi.takedown.contacts import packs_for, recipient_of
from jikimi.takedown.errors import MayNotSend
from jikimi.takedown.letters import centre_identity
from jikimi.takedown.models import Notice, OutboundLetter
from jikimi.takedown.replies.answer_words import answer_words
from jikimi.takedown.replies.errors import NoNoticeYet, UnknownReply
from jikimi.takedown.replies.models import ReceivedReply
from jikimi.takedown.rules.answer import Thread, answer_text, first_words, read_answer
from jikimi.takedown.rules.clock import to_utc
from jikimi.takedown.rules.letter import Letter
from jikimi.takedown.rules.notice import MAY_COME_BACK, NOT_ARRIVED, OutboxState
from jikimi.takedown.rules.sending import why_it_stays
from jikimi.trail.actions import record
from jikimi.venues.pack_values import LawId, RecipientId

_ENGLISH = "en"
_ON_ITS_WAY = frozenset({OutboxState.READY, OutboxState.SENDING})
_NOBODY_SENDS_IT_AGAIN = frozenset({OutboxState.REFUSED, OutboxState.UNKNOWN})
_CAME_BACK = "It came back."
_LONGEST_TROUBLE = 200


def why_not_answer(reply: ReceivedReply, now: datetime) -> str:
    """Say why a mail cannot be answered from here; "" if it can. Holds for this moment."""
    notice = reply.notice
    if notice is None:
        return str(NoNoticeYet())
    letter = notice.letter
    if letter is None or not _is_mail(letter):
        return "Its letter did not go by mail: answer where the recipient wants to be answered."
    case = notice.sighting.case
    if because := _why_not(case, notice, letter.address, now):
        return because
    if case.paused_at:
        return WHILE_PAUSED
    is_answered = reply.answers.filter(state__in=sorted(_ON_ITS_WAY)).exists()
    return "An answer to this mail is on its way already." if is_answered else ""


def suggested_answer(reply: ReceivedReply, lacks: frozenset[str]) -> str:
    """What may be said, in the recipient's language and in English below.

    `lacks` names what its law expects of an answer (`reply_expected`) and the mail does not hold.
    """
    if reply.notice is None:
        raise NoNoticeYet
    packs = packs_for(reply.notice.sighting)
    recipient = packs.recipients.get(RecipientId(reply.notice.recipient_id))
    law = packs.laws.get(LawId(reply.notice.law_id))
    theirs = recipient.language if recipient else _ENGLISH
    languages = [one for one in dict.fromkeys([theirs, _ENGLISH]) if one in answer_words()]
    missing = [one for one in (law.reply_expected if law else ()) if one.id in lacks]
    return first_words(
        [answer_words()[language] for language in languages],
        [[one.text.get(language, one.text[_ENGLISH]) for one in missing] for language in languages],
    )


def read_back(reply: ReceivedReply, words: str, now: datetime) -> Letter:
    """The mail as it would leave. Raises MayNotSend, and UnsafeNote for words that may not."""
    if because := why_not_answer(reply, now):
        raise MayNotSend(because)
    return _letter(reply, words)


@transaction.atomic
def answer_reply(reply_id: UUID, words: str, *, staff: Staff, now: datetime) -> OutboundLetter:
    """Approve an answer to a mail that came in, and put it into the outbox.

    The trail says who answered, never what. Raises UnknownReply, NoNoticeYet, MayNotSend and
    UnsafeNote; then nothing has changed.
    """
    reply = _held(reply_id)
    if reply.notice is None or reply.notice.letter is None:
        raise NoNoticeYet
    letter = read_back(reply, words, now)
    reply.answers.filter(state__in=sorted(NOT_ARRIVED), seen_at=None).update(seen_at=now)
    row = put_answer_into_outbox(reply, letter, thread_of(reply).answers, now)
    _note("reply answered", row, now, actor=name_of(staff))
    ask_for_dispatch(row.channel)
    return row


def thread_of(reply: ReceivedReply) -> Thread:
    """What an answer to it belongs to. Raises NoNoticeYet."""
    if reply.notice is None or reply.notice.letter is None:
        raise NoNoticeYet
    return Thread(
        reference=reply.notice.reference,
        their_reference=reply.notice.letter.their_reference,
        our_message_id=reply.notice.letter.message_id,
        their_message_id=reply.message_id,
    )


def stop_answer(letter: OutboundLetter, now: datetime) -> bool:
    """Stop a held answer that may not leave any more; whether it was."""
    notice = letter.answers.notice if letter.answers else None
    because = _why_not(letter.case, notice, letter.address, now) if notice else "it answers nothing"
    if because:
        letter.trouble = because[:_LONGEST_TROUBLE]
        letter.save(update_fields=["trouble"])
        stop(letter)
        _note("answer stopped", letter, now, because=because)
    return bool(because)


@transaction.atomic
def note_came_back(letter_id: UUID, now: datetime) -> None:
    """An answer that had left came back; its notice, whose letter arrived, stays as it is.

    The case is held.
    """
    letter = OutboundLetter.objects.select_for_update().get(pk=letter_id)
    if letter.state in MAY_COME_BACK:
        letter.state, letter.trouble, letter.seen_at = OutboxState.REFUSED.value, _CAME_BACK, None
        letter.save(update_fields=["state", "trouble", "seen_at"])
        note_answer(letter, now)


@transaction.atomic
def note_did_not_come_back(letter_id: UUID, now: datetime) -> None:
    """The mail that said so says something else. The case is held."""
    letter = OutboundLetter.objects.select_for_update().get(pk=letter_id)
    if (letter.state, letter.trouble) == (OutboxState.REFUSED, _CAME_BACK):
        was = OutboxState.SENT if letter.sent_at else OutboxState.UNKNOWN
        letter.state, letter.trouble, letter.seen_at = was.value, "", None
        letter.save(update_fields=["state", "trouble", "seen_at"])
        note_answer(letter, now)


@transaction.atomic
def let_answer_be(letter_id: UUID, *, staff: Staff, now: datetime) -> None:
    """Somebody saw that an answer did not arrive, and writes no other. Raises UnknownReply."""
    known = OutboundLetter.objects.filter(pk=letter_id, answers__isnull=False).first()
    if known is None:
        raise UnknownReply
    hold_case(known.case_id)
    letter = OutboundLetter.objects.select_for_update().get(pk=letter_id)
    if letter.state not in NOT_ARRIVED or letter.seen_at is not None:
        raise UnknownReply
    letter.seen_at = now
    letter.save(update_fields=["seen_at"])
    _note("answer let be", letter, now, actor=name_of(staff))


def note_answer(letter: OutboundLetter, now: datetime) -> None:
    """Write on the trail what became of an answer that was claimed; what ended is erased."""
    if letter.state in _NOBODY_SENDS_IT_AGAIN:
        letter.sealed = None
        letter.save(update_fields=["sealed"])
    facts = {"trouble": letter.trouble} if letter.trouble else {}
    _note(f"answer {letter.state}", letter, now, **facts)


def _held(reply_id: UUID) -> ReceivedReply:
    """A reply whose notice and case are held. Raises UnknownReply."""
    found = ReceivedReply.objects.select_related("notice__letter").filter(pk=reply_id).first()
    if found is None:
        raise UnknownReply
    if found.notice is not None:
        found.notice = locked(found.notice.pk)
    return found


def _why_not(case: Case, notice: Notice, address: str, now: datetime) -> str:
    if case.status == CaseStatus.WITHDRAWN or not case.may_be_acted_on:
        return "Nothing of this case may leave."
    if case.is_minor:
        return "In the case of somebody who is or may be under 18, no words of ours go out."
    if took_back(notice):
        return "She does not want this recipient to get anything more."
    recipient = recipient_of(notice.recipient_id, notice.sighting)
    stays = why_it_stays(recipient, (), address, to_utc(now).date())
    return f"Nothing goes there now: {stays}." if stays else ""


def _is_mail(letter: OutboundLetter) -> bool:
    channel = channels().get(letter.channel)
    has_gone = letter.state in {OutboxState.SENT, OutboxState.UNKNOWN}
    return channel is not None and channel.route_type == "email" and has_gone


def _letter(reply: ReceivedReply, words: str) -> Letter:
    thread = thread_of(reply)
    if reply.notice is None:
        raise NoNoticeYet
    standing = Notice.objects.filter(letter=reply.notice.letter).select_related("sighting")
    said = read_answer(
        words,
        links=[one.sighting.address for one in standing if one.sighting.kind == "link"],
        nickname=reply.notice.sighting.case.nickname,
    )
    text = answer_text(said, thread, centre_identity())
    return Letter(subject=thread.subject, text=text, notice_json="", missing=())


def _note(
    event: str, letter: OutboundLetter, now: datetime, *, actor: str = "system", **facts: str
) -> None:
    record(
        event,
        at=now,
        case_ref=letter.case_id,
        actor=actor,
        letter=str(letter.pk),
        reply=str(letter.answers_id),
        recipient=letter.recipient_id,
        **facts,
    )
