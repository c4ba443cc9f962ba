"""Receipts: how a code is written, checked and slowed down.

A receipt is a 4-character locator, an 80-bit secret and a check character, in Crockford's
base32 (its check symbol is the number modulo 37). Codes whose check symbol would be a sign
instead of a letter or digit are never given out.
"""

import hmac
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import NewType

from jikimi.intake.syllables import number_in, words_of

Locator = NewType("Locator", str)

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CHECK = ALPHABET + "*~$=U"
_LOCATOR, _SECRET = 4, 16
_MISREAD = str.maketrans("OIL", "011")
FREE_TRIES = 5
LONGEST_WAIT = timedelta(seconds=60)


@dataclass(frozen=True, kw_only=True)
class ReceiptCode:
    """A locator that finds the record and a secret that opens it. The secret has no repr."""

    locator: Locator
    secret: str = field(repr=False)

    def groups(self) -> tuple[str, ...]:
        """The code as a person copies it: five groups of four and the check character."""
        whole = self.locator + self.secret
        return (*(whole[i : i + 4] for i in range(0, len(whole), 4)), check_character(whole))

    def spelled(self) -> str:
        """The code as a person reads it: its groups with dashes between."""
        return "-".join(self.groups())

    def in_words(self) -> tuple[str, ...]:
        """The same code as seven words, for whoever would rather remember or say it."""
        return words_of(_number_of(self.locator + self.secret))


def codes_from(secret: bytes) -> Iterator[ReceiptCode]:
    """The codes, without an end, that a secret of 16 random bytes or more gives each time alike.

    The first 100 bits of HMAC-SHA256 (RFC 2104) of a running number under it; the codes that are
    not easily written are left out.
    """
    for number in count():
        drawn = hmac.digest(secret, b"jikimi receipt/1 %d" % number, "sha256")
        whole = _text_of(int.from_bytes(drawn) >> 156)
        code = ReceiptCode(locator=Locator(whole[:_LOCATOR]), secret=whole[_LOCATOR:])
        if is_easily_written(code):
            yield code


def check_character(code: str) -> str:
    """The check symbol of a base32 text: its number modulo 37."""
    return _CHECK[_number_of(code) % 37]


def is_easily_written(code: ReceiptCode) -> bool:
    """Whether the check character is a letter or digit of the alphabet."""
    return check_character(code.locator + code.secret) in ALPHABET


def read_receipt(typed: str) -> ReceiptCode | None:
    """The code somebody typed, forgiving case, spaces, hyphens and O, I, L; None if misspelled.

    Its seven words are read as well.
    """
    if (number := number_in(typed)) is not None:
        whole = _text_of(number)
        return ReceiptCode(locator=Locator(whole[:_LOCATOR]), secret=whole[_LOCATOR:])
    text = re.sub(r"[\s\-–—]", "", typed).upper().translate(_MISREAD)
    if len(text) != _LOCATOR + _SECRET + 1 or any(char not in ALPHABET for char in text):
        return None
    whole, check = text[:-1], text[-1]
    if check_character(whole) != check:
        return None
    return ReceiptCode(locator=Locator(whole[:_LOCATOR]), secret=whole[_LOCATOR:])


def _number_of(code: str) -> int:
    number = 0
    for char in code:
        number = number * 32 + ALPHABET.index(char)
    return number


def _text_of(number: int) -> str:
    places = reversed(range(_LOCATOR + _SECRET))
    return "".join(ALPHABET[number >> 5 * place & 31] for place in places)


def wait_before_next_try(failures: int, last_failure: datetime | None, now: datetime) -> timedelta:
    """How long this locator must rest: nothing for the first tries, then doubling to a minute."""
    if failures < FREE_TRIES or last_failure is None:
        return timedelta(0)
    rest = min(timedelta(seconds=2 ** min(failures - FREE_TRIES, 10)), LONGEST_WAIT)
    return max(last_failure + rest - now, timedelta(0))
