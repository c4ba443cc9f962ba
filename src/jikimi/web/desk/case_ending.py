"""How a place or a case may end without a look: whose word may be taken, and how it is closed."""

from collections.abc import Sequence
from uuid import UUID

from jikimi.cases.models import Case, CaseStatus, Sighting
from jikimi.cases.rules import DOWN, ClosedBecause, Liveness
from jikimi.takedown.rules.word import Word, WordQuestion, why_a_look_decides, why_no_word
from jikimi.takedown.still_open import why_not_closed
from jikimi.takedown.undecided import word_questions
from jikimi.web.desk.case_values import Closing, PlaceWord
from jikimi.web.desk.wording import CLOSINGS, WORDS_OF

_ALL_DOWN = "Everything known is down"


def words_of(case: Case, sightings: Sequence[Sighting]) -> dict[UUID, PlaceWord]:
    """For each place of an open case of which somebody may say, or says, that it is gone."""
    if case.status != CaseStatus.OPEN:
        return {}
    up = [one for one in sightings if Liveness(one.liveness) not in DOWN]
    found = {id_: _word(case, asked) for id_, asked in word_questions(case, up).items()}
    return {id_: word for id_, word in found.items() if word}


def closing_of(case: Case) -> Closing | None:
    """How a case may be closed, or why it is."""
    if case.status == CaseStatus.WITHDRAWN:
        return None
    if case.status == CaseStatus.CLOSED:
        by_hand = case.closed_because
        closed = CLOSINGS[ClosedBecause(by_hand)] if by_hand else _ALL_DOWN
        return Closing(why_not="", reasons=(), closed=closed, words=case.closed_words)
    return Closing(
        why_not=why_not_closed(case),
        reasons=tuple((one.value, words) for one, words in CLOSINGS.items()),
        closed="",
        words="",
    )


def _word(case: Case, asked: WordQuestion) -> PlaceWord | None:
    whose = tuple(
        (one.value, words)
        for one, words in WORDS_OF.items()
        if not why_no_word(one, asked) and (one is not Word.HELPER or case.helper)
    )
    if not whose and not asked.recipient_says_so:
        return None
    return PlaceWord(
        is_claimed=asked.recipient_says_so,
        why_not="" if whose else why_a_look_decides(asked),
        whose=whose,
    )
