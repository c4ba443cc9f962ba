"""How a place or a case may end without a look: whose word may be taken, and how it is closed.

What a caseworker typed and could not be done stays where she typed it, whatever may be done there.
"""

from collections.abc import Sequence
from uuid import UUID

from jikimi.cases.models import Case, CaseStatus, Sighting
from jikimi.cases.rules import DOWN, ClosedBecause, Liveness
from jikimi.takedown.rules.word import Word, WordQuestion, why_a_look_decides, why_no_word
from jikimi.takedown.still_open import why_not_closed
from jikimi.takedown.undecided import word_questions
from jikimi.web.desk.case_values import Closing, Kept, PlaceWord
from jikimi.web.desk.ending_forms import SomebodysWord, WhyClosed
from jikimi.web.desk.wording import CLOSINGS, WORDS_OF

_ALL_DOWN = "Everything known is down"


def words_of(
    case: Case, sightings: Sequence[Sighting], kept: Kept | None = None
) -> dict[UUID, PlaceWord]:
    """For each place of an open case of which somebody may say, or says, that it is gone."""
    is_open = case.status == CaseStatus.OPEN
    up = [one for one in sightings if is_open and Liveness(one.liveness) not in DOWN]
    asked = word_questions(case, up)
    words = {one.pk: _word(case, one, asked.get(one.pk), kept) for one in sightings}
    return {id_: word for id_, word in words.items() if word}


def closing_of(case: Case, kept: Kept | None = None) -> Closing | None:
    """How a case may be closed, or why it is."""
    form = kept.form if kept and kept.about == case.pk else None
    if case.status == CaseStatus.WITHDRAWN:
        return Closing(why_not="", form=form) if form else None
    if case.status == CaseStatus.CLOSED:
        by_hand = case.closed_because
        closed = CLOSINGS[ClosedBecause(by_hand)] if by_hand else _ALL_DOWN
        return Closing(why_not="", form=form, closed=closed, words=case.closed_words)
    why_not = why_not_closed(case)
    may_close = None if why_not else WhyClosed(auto_id="closed-%s")
    return Closing(why_not=why_not, form=form or may_close)


def _word(
    case: Case, place: Sighting, asked: WordQuestion | None, kept: Kept | None
) -> PlaceWord | None:
    whose = _whose(case, asked) if asked else ()
    is_claimed = asked is not None and asked.recipient_says_so
    form = _form(place, whose, kept)
    if not (form or is_claimed):
        return None
    why_not = why_a_look_decides(asked) if asked and not whose else ""
    return PlaceWord(is_claimed=is_claimed, why_not=why_not, form=form)


def _form(
    place: Sighting, whose: Sequence[tuple[str, str]], kept: Kept | None
) -> SomebodysWord | None:
    """To take a word with; None where nobody's may be taken."""
    form = kept.form if kept and kept.about == place.pk else SomebodysWord(auto_id=f"%s-{place.pk}")
    if not isinstance(form, SomebodysWord) or not (whose or form.is_bound):
        return None
    form.offer(whose)
    return form


def _whose(case: Case, asked: WordQuestion) -> tuple[tuple[str, str], ...]:
    """Value and words of those whose word may be taken."""
    return tuple(
        (one.value, words)
        for one, words in WORDS_OF.items()
        if not why_no_word(one, asked) and (one is not Word.HELPER or case.helper)
    )
