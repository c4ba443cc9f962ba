"""What the centre answers to a mail that came in: its own words, in the thread of its letter. Pure.

Nothing of the mail that is answered stands in it but the Message-ID, so that no subject, address or
link of a stranger is sent on.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from jikimi.takedown.errors import UnsafeNote
from jikimi.takedown.rules.letter_text import BETWEEN_LANGUAGES
from jikimi.takedown.rules.letter_values import CentreIdentity
from jikimi.takedown.rules.note import read_note
from jikimi.takedown.rules.safe_text import one_line

LONGEST_ANSWER = 4000
"""In characters, as a caseworker types it."""
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{3,250}>")
_BLANK_LINE = re.compile(r"\r?\n[ \t]*\r?\n\s*")


@dataclass(frozen=True, kw_only=True)
class Thread:
    """What the answer belongs to."""

    reference: str
    """Ours, of the notice."""
    their_reference: str
    our_message_id: str
    """Of the letter that was answered."""
    their_message_id: str = field(repr=False)
    """As the mail that came in has it; whoever wrote that chose it."""

    @property
    def subject(self) -> str:
        theirs = one_line(self.their_reference, 120)
        return f"Re: {self.reference} [{theirs}]" if theirs else f"Re: {self.reference}"

    @property
    def answers(self) -> tuple[str, ...]:
        """The Message-IDs of the thread, the answered one last; theirs if a header can hold it."""
        is_plain = _MESSAGE_ID.fullmatch(self.their_message_id) is not None
        return (self.our_message_id, *((self.their_message_id,) if is_plain else ()))


def first_words(words: Sequence[Mapping[str, str]], lacks: Iterable[Sequence[str]]) -> str:
    """What an answer begins with, in one language after the other: what we may say.

    `words` are the sentences of each language, `lacks` for each what the answer did not hold.
    """
    return BETWEEN_LANGUAGES.join(
        "\n\n".join(_paragraphs(say, missing)) for say, missing in zip(words, lacks, strict=True)
    )


def _paragraphs(say: Mapping[str, str], missing: Sequence[str]) -> Iterable[str]:
    yield say["greeting"]
    if missing:
        yield "\n".join([say["lacks"], *(f"- {one}" for one in missing)])
    yield say["representative"]
    yield say["picture"]
    yield say["account_not_needed"]
    yield say["closing"]


def read_answer(text: str, *, links: Collection[str], nickname: str) -> str:
    """Give the words as they will stand in the mail, paragraph by paragraph.

    What a note may not hold they may not hold either (`read_note`). Raises UnsafeNote.
    """
    if len(text) > LONGEST_ANSWER:
        raise UnsafeNote(f"It has {len(text)} characters and may have {LONGEST_ANSWER}.")
    paragraphs = [_lines(one, links, nickname) for one in _BLANK_LINE.split(text.strip())]
    answer = "\n\n".join(one for one in paragraphs if one)
    if not answer:
        raise UnsafeNote("It is empty. Write what the centre answers.")
    return answer


def _lines(paragraph: str, links: Collection[str], nickname: str) -> str:
    lines = (read_note(one, links=links, nickname=nickname) for one in paragraph.splitlines())
    return "\n".join(one for one in lines if one)


def answer_text(words: str, thread: Thread, centre: CentreIdentity) -> str:
    """The whole mail: the words, and who writes them about what."""
    who = (centre.name, centre.address, centre.email, centre.phone)
    signed = [one_line(one) for one in who if one]
    return "\n".join([words, "", *signed, thread.reference]) + "\n"
