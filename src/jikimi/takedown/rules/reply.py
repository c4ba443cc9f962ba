"""What a recipient's mail says, judged by word lists and signs. A suggestion, never a fact.

The words are data (`jikimi/takedown/replies/words`). What decided, and how sure that is, is said.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from jikimi.takedown.rules.reply_text import sentences_of
from jikimi.venues.hosts import falls_under


class ReplyKind(StrEnum):
    """What a mail says."""

    BOUNCE = "bounce"  # our mail was not delivered
    AUTO_REPLY = "auto_reply"  # a machine answered and said nothing about the notice
    ACKNOWLEDGEMENT = "acknowledgement"  # the recipient has the notice
    REFUSAL = "refusal"  # it will not remove
    REQUEST = "request"  # it asks for something more
    REMOVAL = "removal"  # it claims to have removed
    OTHER = "other"  # no rule knows


class SenderProof(StrEnum):
    """Whether our own mail server vouches for the sender's domain."""

    VERIFIED = "verified"
    FAILED = "failed"  # our server checked, and it is not who it says
    NOT_VERIFIED = "not_verified"  # nobody checked, or the check says nothing


class MatchedBy(StrEnum):
    """By what a mail was found to answer a notice; the strongest first."""

    MESSAGE_ID = "message_id"  # it answers, or returns, that very mail
    PLUS_ADDRESS = "plus_address"  # it came to the address made for that notice
    REFERENCE = "reference"  # it names the notice's number
    THEIR_NUMBER = "their_number"  # it comes from the recipient and names the number it gave us
    PERSON = "person"  # a caseworker said so
    NOTHING = "nothing"


class ReplyState(StrEnum):
    """Where a reply stands."""

    WAITING = "waiting"  # a caseworker looks at it
    BY_ITSELF = "by_itself"  # a sure acknowledgement; nobody had to
    CONFIRMED = "confirmed"  # a caseworker said what it means
    SET_ASIDE = "set_aside"  # a caseworker said that it means nothing


@dataclass(frozen=True, kw_only=True)
class Phrase:
    """Words that speak for a kind; `weight` is 3 for plain words, 2 for likely, 1 for a hint."""

    words: str
    kind: ReplyKind
    weight: int
    language: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Phrasebook:
    """Every language's phrases, longest first, and the words that take a phrase's force away."""

    phrases: tuple[Phrase, ...]
    guards: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, kw_only=True)
class ReplySigns:
    """What is known of a mail, its quotations and signature left out."""

    words: str = field(repr=False)
    automatic: str = ""
    """The header that says a machine wrote it."""
    bounced: str = ""
    """What says that our mail came back for good, such as "delivery status 5.1.1"."""
    certain_bounce: bool = False
    delayed: bool = False
    """A mail server is still trying."""
    proof: SenderProof = SenderProof.NOT_VERIFIED
    cut: bool = False
    """Only its beginning was read."""


@dataclass(frozen=True, kw_only=True)
class JudgedReply:
    """The kind, how sure that is (0 to 100), what decided, and a refusal's reason."""

    kind: ReplyKind
    confidence: int
    decided_by: tuple[str, ...]
    """Phrases of our own lists and names of headers; never the mail's words."""
    reason: str = ""


SURE = 80
"""From here on an acknowledgement by a verified sender needs no caseworker."""
_OF_ONE_PHRASE = {3: 85, 2: 65, 1: 40}
_FURTHER_PHRASE, _MOST_FURTHER = 5, 2
_MOST_FROM_WORDS = 95
_DOUBTS = {SenderProof.VERIFIED: 0, SenderProof.NOT_VERIFIED: 15, SenderProof.FAILED: 40}
_CONTRADICTED = 30
_CUT = 15
_MOST_NAMED = 6
_LONGEST_SHORT = 300
_SUBSTANCE = (ReplyKind.REFUSAL, ReplyKind.REQUEST, ReplyKind.REMOVAL)


def judge_reply(signs: ReplySigns, book: Phrasebook, ours: tuple[str, ...] = ()) -> JudgedReply:
    """What a mail says. `ours` are sentences of our own letters: where they recur, they are cut."""
    if signs.bounced:
        sure = 95 if signs.certain_bounce else 70
        return JudgedReply(
            kind=ReplyKind.BOUNCE, confidence=sure, decided_by=(signs.bounced,), reason=""
        )
    if signs.delayed:
        return JudgedReply(
            kind=ReplyKind.AUTO_REPLY, confidence=90, decided_by=("a mail server is still trying",)
        )
    hits = tuple(dict.fromkeys(_hits(signs.words, book, ours)))
    return _by_words(signs, hits) if hits else _without_words(signs)


def acts_by_itself(
    judged: JudgedReply, proof: SenderProof, sender_domain: str, domains: tuple[str, ...]
) -> bool:
    """Whether this may move its notice without a caseworker: a sure acknowledgement, no more."""
    return (
        judged.kind is ReplyKind.ACKNOWLEDGEMENT
        and judged.confidence >= SURE
        and is_surely_of(proof, sender_domain, domains)
    )


def is_surely_of(proof: SenderProof, sender_domain: str, domains: tuple[str, ...]) -> bool:
    """Whether our own mail server vouches for it that a mail is a recipient's."""
    return proof is SenderProof.VERIFIED and is_of(sender_domain, domains)


def is_of(sender_domain: str, domains: tuple[str, ...]) -> bool:
    """Whether a sender's domain is one of a recipient's, or below one."""
    return bool(sender_domain) and any(falls_under(sender_domain, one) for one in domains)


_IN_SHORT = {
    ReplyKind.BOUNCE: "The mail came back",
    ReplyKind.AUTO_REPLY: "An automatic answer",
    ReplyKind.ACKNOWLEDGEMENT: "Has it",
    ReplyKind.REFUSAL: "Refuses",
    ReplyKind.REQUEST: "Asks for more",
    ReplyKind.REMOVAL: "Says that it is removed",
    ReplyKind.OTHER: "Answered",
}


def in_short(kind: ReplyKind, reason: str, decided_by: tuple[str, ...]) -> str:
    """One line for the notice, made of our own words only; at most 300 characters."""
    told = f"{_IN_SHORT[kind]}, by mail"
    if reason:
        told += f": {reason}"
    if decided_by:
        told += f" ({decided_by[0]})"
    return told[:_LONGEST_SHORT]


def _without_words(signs: ReplySigns) -> JudgedReply:
    if signs.automatic:
        return JudgedReply(
            kind=ReplyKind.AUTO_REPLY, confidence=70, decided_by=(f"header {signs.automatic}",)
        )
    return JudgedReply(kind=ReplyKind.OTHER, confidence=0, decided_by=())


def _by_words(signs: ReplySigns, hits: tuple[Phrase, ...]) -> JudgedReply:
    kind, contradicted = _strongest(hits)
    mine = [hit for hit in hits if hit.kind is kind]
    heaviest = max(mine, key=lambda hit: hit.weight)
    sure = _OF_ONE_PHRASE[heaviest.weight]
    sure += _FURTHER_PHRASE * min(len(mine) - 1, _MOST_FURTHER)
    sure = min(sure, _MOST_FROM_WORDS) - _DOUBTS[signs.proof]
    sure -= _CONTRADICTED * contradicted + _CUT * signs.cut
    return JudgedReply(
        kind=kind,
        confidence=max(sure, 0),
        decided_by=tuple(hit.words for hit in mine)[:_MOST_NAMED],
        reason=heaviest.reason,
    )


def _strongest(hits: tuple[Phrase, ...]) -> tuple[ReplyKind, bool]:
    """The kind with the most weight, and whether another one of substance is said as well.

    "We have received your report" stands in most answers: it decides only where nothing else does.
    """
    weight = {kind: sum(hit.weight for hit in hits if hit.kind is kind) for kind in ReplyKind}
    said = [kind for kind in _SUBSTANCE if weight[kind]]
    if said:
        return max(said, key=lambda kind: weight[kind]), len(said) > 1
    return max(ReplyKind, key=lambda kind: weight[kind]), False


def _hits(words: str, book: Phrasebook, ours: tuple[str, ...]) -> Iterator[Phrase]:
    for sentence in sentences_of(words, ours):
        yield from _hits_in(sentence, book)


def _hits_in(sentence: str, book: Phrasebook) -> Iterator[Phrase]:
    """Longest first; what one phrase has used up, no shorter one inside it finds again."""
    for phrase in book.phrases:
        at = find_words(sentence, phrase.words)
        if at < 0:
            continue
        before = sentence[:at]
        used = "\0" * len(phrase.words)
        sentence = before + used + sentence[at + len(phrase.words) :]
        if not any(_holds_word(before, guard) for guard in book.guards[phrase.language]):
            yield phrase


def find_words(text: str, words: str) -> int:
    """Where words begin in a text, at the start of a word; -1 if nowhere.

    Their end may be inflected ("supprimé" finds "supprimées").
    """
    at = text.find(words)
    while at > 0 and _is_letter(text[at - 1]) and _is_letter(words[0]):
        at = text.find(words, at + 1)
    return at


def _holds_word(text: str, word: str) -> bool:
    """Whether a text holds a word from its beginning to its end: "not", and no "notice"."""
    at = find_words(text, word)
    while at >= 0:
        after = text[at + len(word) : at + len(word) + 1]
        if not after or not _is_letter(after) or not _is_letter(word[-1]):
            return True
        following = find_words(text[at + 1 :], word)
        at = following + at + 1 if following >= 0 else -1
    return False


def _is_letter(char: str) -> bool:
    """Whether it is a letter of a script that parts its words by spaces and knows no particles."""
    return char.isalpha() and ord(char) < _FIRST_AFTER_LATIN


_FIRST_AFTER_LATIN = 0x250
