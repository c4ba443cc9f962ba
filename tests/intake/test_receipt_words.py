"""A receipt's seven words: the same code, read back whatever the spelling."""

from datetime import datetime

import pytest

from jikimi.intake.actions import receive_report
from jikimi.intake.receipts import open_with
from jikimi.intake.rules import ALPHABET, Locator, ReceiptCode, read_receipt
from tests.reports import a_report

CODES = [
    ReceiptCode(locator=Locator(ALPHABET[at] * 4), secret=ALPHABET[-at] * 8 + ALPHABET[at:][:1] * 8)
    for at in range(32)
]


@pytest.mark.parametrize("code", CODES, ids=lambda code: code.locator)
def test_seven_words_are_the_same_code(code: ReceiptCode) -> None:
    words = code.in_words()
    assert [len(word) for word in words] == [5] * 7
    for typed in (" ".join(words), "-".join(words).upper(), "\n".join(words)):
        assert read_receipt(typed) == code


def test_the_words_of_a_code_stay_what_they_are() -> None:
    code = ReceiptCode(locator=Locator("7KQ2"), secret="0123456789ABCDEF")
    assert code.in_words() == (
        "gugov",
        "fabah",
        "hasod",
        "huduh",
        "fijar",
        "katis",
        "zubuk",
    )


def test_a_wrong_letter_or_two_words_in_the_other_order_open_nothing() -> None:
    words = list(CODES[9].in_words())
    assert read_receipt(" ".join([words[1], words[0], *words[2:]])) is None
    other = "b" if words[3][0] != "b" else "d"
    assert read_receipt(" ".join([*words[:3], other + words[3][1:], *words[4:]])) is None
    assert read_receipt(" ".join(words[:6])) is None


@pytest.mark.django_db
def test_the_words_open_the_case(now: datetime) -> None:
    received = receive_report(a_report(), now=now)
    assert open_with(" ".join(received.code.in_words()), now=now).case == received.case
