"""A mail that came in, as the desk shows it: what it is taken for, why, and what may be done."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from jikimi.cases.models import CaseStatus
from jikimi.takedown.replies.models import ReceivedReply
from jikimi.takedown.rules.notice import OutboxState
from jikimi.takedown.rules.reply import MatchedBy, ReplyKind, ReplyState, SenderProof, is_of
from jikimi.venues.lookups import packs_in_use
from jikimi.venues.pack_values import RecipientId
from jikimi.web.desk.reply_reading import OpenedReply, read_opened
from jikimi.web.desk.wording import Said, count

KINDS: Mapping[ReplyKind, Said] = {
    ReplyKind.BOUNCE: Said(words="our mail came back", tone="late"),
    ReplyKind.REMOVAL: Said(words="says it is removed", tone="plain"),
    ReplyKind.REFUSAL: Said(words="refuses", tone="warn"),
    ReplyKind.REQUEST: Said(words="asks for more", tone="warn"),
    ReplyKind.ACKNOWLEDGEMENT: Said(words="has it", tone="plain"),
    ReplyKind.AUTO_REPLY: Said(words="automatic answer", tone="plain"),
    ReplyKind.OTHER: Said(words="not understood", tone="warn"),
}
_EFFECTS: Mapping[ReplyKind, str] = {
    ReplyKind.BOUNCE: "the notice becomes undeliverable and can be sent again or cancelled.",
    ReplyKind.REMOVAL: (
        "it is a claim: the link is looked at; where no look can tell, their word is taken, and "
        "marked as not seen by us."
    ),
    ReplyKind.REFUSAL: "the notice becomes refused.",
    ReplyKind.REQUEST: "the notice becomes acknowledged; its clock runs on. Answer it from here.",
    ReplyKind.ACKNOWLEDGEMENT: "the notice becomes acknowledged; its clock runs on.",
    ReplyKind.AUTO_REPLY: "the notice stays as it is.",
    ReplyKind.OTHER: "the notice stays as it is.",
}
_PROOFS: Mapping[SenderProof, Said] = {
    SenderProof.VERIFIED: Said(words="sender verified", tone="ok"),
    SenderProof.NOT_VERIFIED: Said(words="sender not verified", tone="warn"),
    SenderProof.FAILED: Said(words="sender is not who it says", tone="late"),
}
_MATCHES: Mapping[MatchedBy, str] = {
    MatchedBy.MESSAGE_ID: "answers our mail",
    MatchedBy.PLUS_ADDRESS: "came to the notice’s own address",
    MatchedBy.REFERENCE: "names the notice’s number",
    MatchedBy.THEIR_NUMBER: "names the number that the recipient gave us",
    MatchedBy.PERSON: "a caseworker found its notice",
    MatchedBy.NOTHING: "belongs to no notice that is known",
}
_STATES: Mapping[ReplyState, str] = {
    ReplyState.WAITING: "waits for you",
    ReplyState.BY_ITSELF: "noted by itself",
    ReplyState.CONFIRMED: "confirmed",
    ReplyState.SET_ASIDE: "set aside",
}

_RETURNED_ANSWER = Said(words="our answer came back", tone="late")
_EFFECT_OF_RETURNED_ANSWER = (
    "the answer is noted as not arrived, and can be written anew. The notice stays as it is: its "
    "letter has arrived."
)
ANSWERS: Mapping[OutboxState, Said] = {
    OutboxState.READY: Said(words="our answer waits to go out", tone="plain"),
    OutboxState.SENDING: Said(words="our answer goes out", tone="plain"),
    OutboxState.SENT: Said(words="answered", tone="ok"),
    OutboxState.UNKNOWN: Said(words="our answer broke off; perhaps it arrived", tone="late"),
    OutboxState.REFUSED: Said(words="our answer was refused by the mail server", tone="late"),
    OutboxState.STOPPED: Said(words="our answer was stopped", tone="warn"),
}


@dataclass(frozen=True, kw_only=True)
class ReplyCard:
    """One mail, and what may be done with it."""

    reply: ReceivedReply
    said: Said
    proof: Said
    match: str
    state: str
    because: str
    notes: tuple[str, ...]
    effect: str
    others: tuple[tuple[str, str], ...]
    """Every other kind that it may be: value and words."""
    may_confirm: bool
    may_say_anew: bool
    may_assign: bool
    may_open: bool
    waits: bool
    may_answer: bool
    answers: tuple[Said, ...]
    """What became of each answer of ours."""
    opened: OpenedReply | None = field(default=None, repr=False)


def cards_of(replies: Iterable[ReceivedReply]) -> tuple[ReplyCard, ...]:
    """Each reply as a card."""
    return tuple(card_of(reply) for reply in replies)


def card_of(reply: ReceivedReply, *, opened: str = "") -> ReplyCard:
    """A reply as a card; `opened` are its words, for one answer only."""
    kind, waits = ReplyKind(reply.kind), reply.state == ReplyState.WAITING
    returns_answer = kind is ReplyKind.BOUNCE and reply.returns_id is not None
    return ReplyCard(
        reply=reply,
        said=_RETURNED_ANSWER if returns_answer else KINDS[kind],
        proof=_PROOFS[SenderProof(reply.proof)],
        match=_MATCHES[MatchedBy(reply.matched_by)],
        state=_STATES[ReplyState(reply.state)],
        because=_because(reply),
        notes=tuple(_notes(reply)),
        effect=_EFFECT_OF_RETURNED_ANSWER if returns_answer else _EFFECTS[kind],
        others=tuple((other.value, KINDS[other].words) for other in KINDS if other is not kind),
        may_confirm=waits and reply.notice is not None and not has_withdrawn(reply),
        may_say_anew=_may_be_said_anew(reply),
        may_assign=waits and reply.notice is None,
        may_open=reply.sealed_id is not None and not has_withdrawn(reply),
        waits=waits,
        may_answer=_may_be_answered(reply),
        answers=tuple(ANSWERS[OutboxState(one.state)] for one in reply.answers.all()),
        opened=read_opened(reply, opened) if opened else None,
    )


def _may_be_said_anew(reply: ReceivedReply) -> bool:
    """A word that it is removed is taken back at its place, where it was taken."""
    is_noted = reply.state in {ReplyState.CONFIRMED, ReplyState.BY_ITSELF}
    is_open = reply.notice is not None and reply.notice.sighting.case.status == CaseStatus.OPEN
    return is_noted and is_open and reply.kind != ReplyKind.REMOVAL


def _may_be_answered(reply: ReceivedReply) -> bool:
    """Whether the page to answer it is offered; that page says what may stand in the way."""
    has_sender = reply.kind != ReplyKind.BOUNCE and not reply.unreadable
    return has_sender and reply.notice is not None and not has_withdrawn(reply)


def has_withdrawn(reply: ReceivedReply) -> bool:
    """Whether the survivor whose case it belongs to has withdrawn."""
    return (
        reply.notice is not None and reply.notice.sighting.case.status == CaseStatus.WITHDRAWN.value
    )


def _because(reply: ReceivedReply) -> str:
    if reply.unreadable:
        return "It could not be read safely. Read it in the mailbox, with pictures switched off."
    decided = [f"“{words}”" for words in reply.decided_by.splitlines()]
    if not decided:
        return "No word of it is on our lists. Open it and say what it is."
    reason = f" ({reply.reason})" if reply.reason else ""
    return f"Because of {', '.join(decided)}{reason}: {reply.confidence} % sure."


def _notes(reply: ReceivedReply) -> Iterable[str]:
    if reply.notice and reply.kind != ReplyKind.BOUNCE and not _is_of_recipient(reply):
        yield f"Its sender is none of the domains that are known of {reply.notice.recipient_name}."
    if reply.contradicted:
        yield "It also names another notice of ours."
    if reply.cut:
        yield "It is larger than what is read: only its beginning is here."
    if reply.left_out:
        parts = count(reply.left_out, "attachment or picture", "attachments or pictures")
        yield f"{parts} left in the mailbox, unopened."


def _is_of_recipient(reply: ReceivedReply) -> bool:
    recipients = packs_in_use().recipients
    known = recipients.get(RecipientId(reply.notice.recipient_id)) if reply.notice else None
    return known is not None and is_of(reply.sender_domain, known.domains)
