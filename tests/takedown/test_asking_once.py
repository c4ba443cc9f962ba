"""Within an action, what was answered once stays what it was."""

from itertools import count

from jikimi.takedown.asking_once import answered, asking_once, once

_numbers = count()


@once
def next_number(_of: str) -> int:
    return next(_numbers)


def test_a_question_is_put_once_within_a_block_and_anew_in_another() -> None:
    with asking_once():
        first = next_number("a")
        with asking_once():
            assert next_number("a") == first
        assert next_number("b") != first
    with asking_once():
        assert next_number("a") != first


def test_an_answer_that_is_known_beforehand_is_taken_and_one_that_was_given_stays() -> None:
    with asking_once():
        given = next_number("a")
        answered(next_number, -1, "a")
        answered(next_number, -2, "b")
        assert (next_number("a"), next_number("b")) == (given, -2)
    assert next_number("b") != -2
