"""What the rules make of a mail that is open: its number for our notice, and what it lacks."""

from dataclasses import dataclass, field

from jikimi.takedown.replies.answer_words import account_words, number_cues
from jikimi.takedown.replies.models import ReceivedReply
from jikimi.takedown.replies.phrases import marks
from jikimi.takedown.replies.stripping import own_words
from jikimi.takedown.replies.threading import domains_of
from jikimi.takedown.rules.notice import OutboxState
from jikimi.takedown.rules.reply import ReplyKind, SenderProof, find_words, is_of
from jikimi.takedown.rules.reply_checklist import Check, SaidInReply, checklist
from jikimi.takedown.rules.reply_numbers import numbers_in
from jikimi.takedown.rules.reply_text import compared
from jikimi.venues.lookups import packs_in_use
from jikimi.venues.pack_values import LawId

_SUBJECT = "Subject: "


@dataclass(frozen=True, kw_only=True)
class OpenedReply:
    """The words of a mail, for one answer only, and what is suggested from them."""

    text: str = field(repr=False)
    numbers: tuple[str, ...] = ()
    """By which its recipient may call our notice, where nobody has noted one."""
    law: str = ""
    """Under which its notice went."""
    checks: tuple[Check, ...] = ()


def read_opened(reply: ReceivedReply, text: str) -> OpenedReply:
    """Read an opened mail, as it was sealed: From, Subject, an empty line, its words."""
    notice = reply.notice
    if notice is None or reply.kind == ReplyKind.BOUNCE:
        return OpenedReply(text=text)
    heading, _, body = text.partition("\n\n")
    subject = heading.partition(_SUBJECT)[2]
    words = own_words(body, marks())
    numbers = numbers_in(subject, words, number_cues())
    known = notice.letter.their_reference if notice.letter else ""
    law = packs_in_use().laws.get(LawId(notice.law_id))
    said = SaidInReply(
        kind=ReplyKind(reply.kind),
        reason=reply.reason,
        number=known or next(iter(numbers), ""),
        asks_for_account=_account_words_in(words),
    )
    may_note = (
        not known
        and notice.letter is not None
        and notice.letter.state == OutboxState.SENT
        and reply.proof != SenderProof.FAILED
        and is_of(reply.sender_domain, domains_of(notice.letter))
    )
    return OpenedReply(
        text=text,
        numbers=numbers if may_note else (),
        law=law.title["en"] if law else "",
        checks=checklist(law.reply_expected if law else (), said),
    )


def _account_words_in(words: str) -> str:
    plain = compared(words)
    return next((one for one in account_words() if find_words(plain, one) >= 0), "")
