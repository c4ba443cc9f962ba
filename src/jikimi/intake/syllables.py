"""A receipt as seven words that can be spoken: five letters each, consonant, vowel, consonant ...

No list of words, and so no language: a word stands for 16 bits, two for each of two vowels and four
for each of three consonants (the scheme is Daniel S. Wilkerson's proquints, arXiv:0901.4016). Seven
words hold the locator's 20 bits, the secret's 80 and 12 that check them: the number modulo 4093.
"""

import re
from collections.abc import Iterator

WORDS = 7
_CONSONANTS, _VOWELS = "bdfghjklmnprstvz", "aiou"
_LETTERS = (_CONSONANTS, _VOWELS, _CONSONANTS, _VOWELS, _CONSONANTS)
_CHECK_BITS, _CHECK = 12, 4093


def words_of(number: int) -> tuple[str, ...]:
    """Seven words for a number of 100 bits."""
    whole = number << _CHECK_BITS | number % _CHECK
    letters = "".join(_letters_of(whole))
    return tuple(letters[at : at + 5] for at in range(0, WORDS * 5, 5))


def number_in(typed: str) -> int | None:
    """The number that seven typed words stand for; None if they are none or misspelled."""
    letters = re.sub(r"[\W\d_]", "", typed).lower()
    if len(letters) != WORDS * 5:
        return None
    whole = 0
    for at, letter in enumerate(letters):
        known = _LETTERS[at % 5]
        if letter not in known:
            return None
        whole = whole * len(known) + known.index(letter)
    number, check = whole >> _CHECK_BITS, whole % (1 << _CHECK_BITS)
    return number if number % _CHECK == check else None


def _letters_of(whole: int) -> Iterator[str]:
    found = []
    for at in reversed(range(WORDS * 5)):
        whole, rest = divmod(whole, len(_LETTERS[at % 5]))
        found.append(_LETTERS[at % 5][rest])
    return reversed(found)
