"""Mail that comes in: read apart, threaded, judged, kept sealed; and the little that follows alone.

A mail is marked in the mailbox only after the database has it. A crash in between reads it again
and finds it there.
"""

from collections.abc import Callable
from datetime import datetime
from hashlib import sha256

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q

from jikimi.cases.models import CaseStatus
from jikimi.evidence.actions import seal_for_case
from jikimi.evidence.models import Purpose
from jikimi.takedown.actions.believing import domains_of, note_claims
from jikimi.takedown.actions.looking import bring_look_forward
from jikimi.takedown.actions.moving import locked, move, standing_with
from jikimi.takedown.models import Notice
from jikimi.takedown.replies.errors import MailUnreadable
from jikimi.takedown.replies.inbox import FetchedMail, Inbox
from jikimi.takedown.replies.isolating import read_apart
from jikimi.takedown.replies.mail_values import ReadMail
from jikimi.takedown.replies.models import ReceivedReply
from jikimi.takedown.replies.our_sentences import our_sentences
from jikimi.takedown.replies.phrases import marks, phrasebook
from jikimi.takedown.replies.stripping import own_words
from jikimi.takedown.replies.threading import Threaded, notice_answered
from jikimi.takedown.rules.notice import WITH_RECIPIENT, NoticeState
from jikimi.takedown.rules.reply import (
    JudgedReply,
    MatchedBy,
    ReplyKind,
    ReplySigns,
    ReplyState,
    SenderProof,
    acts_by_itself,
    in_short,
    is_surely_of,
    judge_reply,
)
from jikimi.trail.actions import record
from jikimi.venues.lookups import packs_in_use

MOST_AT_ONCE = 200
_UNREADABLE = JudgedReply(kind=ReplyKind.OTHER, confidence=0, decided_by=())


def read_inbox(inbox: Inbox, clock: Callable[[], datetime]) -> int:
    """Take in what waits, at most MOST_AT_ONCE mails; return how many. Raises InboxTrouble."""
    taken = 0
    for spot in inbox.waiting()[:MOST_AT_ONCE]:
        fetched = inbox.fetch(spot)
        if fetched is not None:
            take_in(fetched, now=clock())
            inbox.mark_handled(spot)
            taken += 1
    return taken


def take_in(fetched: FetchedMail, *, now: datetime) -> ReceivedReply | None:
    """Keep one mail and do what follows by itself; None where it is kept already."""
    digest = sha256(fetched.content).hexdigest()
    if ReceivedReply.objects.filter(digest=digest).exists():
        return None
    try:
        mail = read_apart(fetched.content, authserv=settings.INBOX_AUTHSERV, cut=fetched.cut)
    except MailUnreadable:
        mail = None
    try:
        return _keep(fetched, digest, mail, now)
    except IntegrityError:
        if not _is_kept(fetched, digest, mail):
            raise
        return None


def _is_kept(fetched: FetchedMail, digest: str, mail: ReadMail | None) -> bool:
    """Whether another worker was faster, or the mailbox tells the same mail differently by now."""
    same_spot = Q(uid_validity=fetched.spot.uid_validity, uid=fetched.spot.uid)
    same_mail = same_spot & Q(message_id=mail.message_id if mail else "")
    return ReceivedReply.objects.filter(Q(digest=digest) | same_mail).exists()


@transaction.atomic
def _keep(fetched: FetchedMail, digest: str, mail: ReadMail | None, now: datetime) -> ReceivedReply:
    threaded = notice_answered(mail) if mail else Threaded(notice=None, by=MatchedBy.NOTHING)
    notice = locked(threaded.notice.pk) if threaded.notice else None
    judged = _judged(mail) if mail else _UNREADABLE
    reply = ReceivedReply.objects.create(
        notice=notice,
        matched_by=threaded.by,
        contradicted=threaded.contradicted,
        returns=threaded.returns,
        uid_validity=fetched.spot.uid_validity,
        uid=fetched.spot.uid,
        message_id=mail.message_id if mail else "",
        digest=digest,
        came_at=now,
        sender_domain=mail.sender_domain[:253] if mail else "",
        proof=mail.proof if mail else SenderProof.NOT_VERIFIED,
        kind=judged.kind,
        confidence=judged.confidence,
        decided_by="\n".join(judged.decided_by),
        reason=judged.reason,
        unreadable=mail is None,
        cut=fetched.cut,
        left_out=mail.left_out if mail else 0,
    )
    if mail:
        _seal(reply, mail, now)
    _note(reply, now)
    if notice:
        follow(reply, notice, judged, now)
    return reply


def follow(reply: ReceivedReply, notice: Notice, judged: JudgedReply, now: datetime) -> None:
    """What needs nobody: a sure acknowledgement is noted, and a claimed removal is looked at."""
    if notice.sighting.case.status == CaseStatus.WITHDRAWN:
        return
    together = standing_with(notice)
    domains = domains_of(notice, packs_in_use())
    if judged.kind is ReplyKind.REMOVAL:
        _look_at_claim(reply, together, domains, now)
    waiting = [one for one in together if one.state == NoticeState.SENT]
    if not waiting or reply.contradicted:
        return
    if acts_by_itself(judged, SenderProof(reply.proof), reply.sender_domain, domains):
        for one in waiting:
            one.reply = in_short(judged.kind, judged.reason, judged.decided_by)
            move(one, NoticeState.ACKNOWLEDGED, now=now, reply=str(reply.pk))
        reply.state, reply.settled_at = ReplyState.BY_ITSELF, now
        reply.save(update_fields=["state", "settled_at"])


def _look_at_claim(
    reply: ReceivedReply, notices: list[Notice], domains: tuple[str, ...], now: datetime
) -> None:
    """A claimed removal is looked at. The ladder waits for it only where it is the recipient's.

    Whoever learned of a reference could else hold the ladder with a mail.
    """
    is_theirs = is_surely_of(SenderProof(reply.proof), reply.sender_domain, domains)
    for notice in notices:
        if is_theirs and not reply.contradicted and notice.state in WITH_RECIPIENT:
            note_claims([notice.sighting], now)
        else:
            bring_look_forward(notice.sighting, now)


def _judged(mail: ReadMail) -> JudgedReply:
    """The rules' view, from the sender's own words: what it quotes of ours does not count."""
    returned = mail.returned
    signs = ReplySigns(
        words=_words(mail),
        automatic=mail.automatic,
        bounced=_told_by(returned.status) if returned and returned.permanent else "",
        certain_bounce=bool(returned and returned.status),
        delayed=bool(returned and not returned.permanent),
        proof=mail.proof,
        cut=mail.cut,
    )
    return judge_reply(signs, phrasebook(), our_sentences(packs_in_use()))


def _told_by(status: str) -> str:
    return f"delivery status {status}" if status else "wording of a mail server"


def _words(mail: ReadMail) -> str:
    """Its own words; its subject too, unless that is ours with "Re:" before it."""
    words = own_words(mail.text, marks())
    return words if "jk-" in mail.subject.lower() else f"{mail.subject}\n\n{words}"


def _seal(reply: ReceivedReply, mail: ReadMail, now: datetime) -> None:
    """Under its case; under its own id while nobody knows its case."""
    owner = reply.notice.sighting.case_id if reply.notice else reply.pk
    text = f"From: {mail.sender or 'not told plainly'}\nSubject: {mail.subject}\n\n{mail.text}"
    reply.sealed = seal_for_case(owner, Purpose.REPLY, text, now=now)
    reply.save(update_fields=["sealed"])


def _note(reply: ReceivedReply, now: datetime) -> None:
    record(
        "reply received",
        at=now,
        case_ref=reply.notice.sighting.case_id if reply.notice else None,
        reply=str(reply.pk),
        notice=str(reply.notice_id) if reply.notice_id else None,
        kind=str(reply.kind),
        confidence=reply.confidence,
    )
