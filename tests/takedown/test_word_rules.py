"""Whose word that a picture is gone may be taken, and when a look decides instead."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jikimi.takedown.rules.recheck import Verdict
from jikimi.takedown.rules.word import (
    LOOKS_THAT_CANNOT_TELL,
    OVER,
    PastLook,
    Word,
    WordQuestion,
    why_no_word,
)

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
BLOCKED, UNSURE, THERE = Verdict.BLOCKED_HERE, Verdict.CANNOT_TELL, Verdict.STILL_THERE


def asked(
    *verdicts: Verdict, apart: timedelta = timedelta(hours=12), **changes: bool
) -> WordQuestion:
    looks = tuple(
        PastLook(at=NOON + number * apart, verdict=verdict)
        for number, verdict in enumerate(verdicts)
    )
    facts = {"may_look": True, "is_minors": False, "recipient_says_so": True, **changes}
    return WordQuestion(looks=looks, **facts)


@pytest.mark.parametrize("word", Word)
def test_a_word_is_taken_once_three_looks_over_a_day_could_not_tell(word: Word) -> None:
    assert not why_no_word(word, asked(BLOCKED, UNSURE, BLOCKED))
    assert "so far 2" in why_no_word(word, asked(BLOCKED, UNSURE))
    assert "so far 0" in why_no_word(word, asked())


def test_looks_in_quick_succession_are_no_more_than_one() -> None:
    quick = asked(BLOCKED, BLOCKED, BLOCKED, BLOCKED, apart=timedelta(minutes=1))
    assert "again tomorrow" in why_no_word(Word.SHE, quick)


@pytest.mark.parametrize("place", range(4))
def test_no_word_is_taken_against_a_look_that_found_the_picture(place: int) -> None:
    verdicts = [BLOCKED] * 3
    verdicts.insert(place, THERE)
    assert "not taken against a look" in why_no_word(Word.RECIPIENT, asked(*verdicts))


def test_a_recipients_word_is_one_that_it_has_given() -> None:
    silent = asked(BLOCKED, BLOCKED, BLOCKED, recipient_says_so=False)
    assert "Note its reply first" in why_no_word(Word.RECIPIENT, silent)
    assert not why_no_word(Word.SHE, silent)


def test_where_no_look_may_go_none_is_waited_for() -> None:
    assert not why_no_word(Word.SHE, asked(may_look=False))


@pytest.mark.parametrize("word", [Word.SHE, Word.HELPER, Word.CASEWORKER])
def test_nobody_is_made_to_look_at_a_minors_picture(word: Word) -> None:
    minors = asked(may_look=False, is_minors=True)
    assert "under 18" in why_no_word(word, minors)
    assert not why_no_word(Word.RECIPIENT, minors)


@given(st.lists(st.sampled_from([BLOCKED, UNSURE, THERE]), max_size=8))
def test_what_is_taken_always_had_its_looks(verdicts: list[Verdict]) -> None:
    question = asked(*verdicts)
    if not why_no_word(Word.SHE, question):
        assert THERE not in verdicts
        assert len(verdicts) >= LOOKS_THAT_CANNOT_TELL
        assert question.looks[-1].at - question.looks[0].at >= OVER
