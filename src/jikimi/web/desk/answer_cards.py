"""An answer of ours that did not arrive, as the desk shows it until somebody has seen it."""

from collections.abc import Iterable
from dataclasses import dataclass

from jikimi.takedown.models import Notice, OutboundLetter
from jikimi.takedown.rules.notice import OutboxState
from jikimi.web.desk.reply_cards import ANSWERS
from jikimi.web.desk.wording import Said


@dataclass(frozen=True, kw_only=True)
class AnswerCard:
    """One answer, the notice that it is about, and what went wrong."""

    letter: OutboundLetter
    notice: Notice
    said: Said


def answer_cards(letters: Iterable[OutboundLetter]) -> tuple[AnswerCard, ...]:
    """Each answer as a card."""
    return tuple(
        AnswerCard(
            letter=letter, notice=letter.answers.notice, said=ANSWERS[OutboxState(letter.state)]
        )
        for letter in letters
        if letter.answers and letter.answers.notice
    )
