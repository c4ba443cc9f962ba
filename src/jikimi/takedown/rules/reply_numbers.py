"""By what number a recipient calls our notice, as its mail seems to say. A suggestion. Pure.

The rule: what stands shortly after words such as "ticket number" (data, one list a language), or in
brackets or after a # in the subject, has six characters and a digit, and is neither ours, nor a
date, a version or an address. What is shorter, such as a year, stands in other mails, too.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

MOST_NUMBERS = 3
SHORTEST = 6
_MOST_CHARACTERS = 20_000
_MOST_PLACES = 100
_WITHIN = 24
"""How many characters may stand between such words and the number."""
_NUMBER = re.compile(r"(?<![\w@./-])[A-Za-z0-9][A-Za-z0-9._/-]{5,59}(?![\w@])", re.ASCII)
_IN_SUBJECT = re.compile(r"[#\[(]\s{0,3}#?([A-Za-z0-9][A-Za-z0-9._/-]{5,59})(?![\w@])", re.ASCII)
_NONE_OF_THEIRS = re.compile(
    r"jk-[0-9a-f]+|\d{1,3}(?:[./]\d{1,3})+|\d{1,4}[-./]\d{1,2}[-./]\d{1,4}|.*[a-z]\.[a-z].*|https?.*",
    re.IGNORECASE,
)


def numbers_in(subject: str, words: str, cues: tuple[str, ...]) -> tuple[str, ...]:
    """Numbers that a mail seems to give our notice, the likeliest first, at most three.

    `words` are its sender's own, without quotations; `cues` what such numbers stand behind.
    """
    plain = unicodedata.normalize("NFKC", words[:_MOST_CHARACTERS])
    heading = unicodedata.normalize("NFKC", subject)
    found = [*_after_cues(heading, cues), *_after_cues(plain, cues), *_in_brackets(heading)]
    return tuple(dict.fromkeys(found))[:MOST_NUMBERS]


def is_number(text: str) -> bool:
    """Whether a text is nothing but what may be such a number."""
    return (
        _NUMBER.fullmatch(text) is not None
        and any(map(str.isdigit, text))
        and not _NONE_OF_THEIRS.fullmatch(text)
    )


def _after_cues(text: str, cues: tuple[str, ...]) -> Iterator[str]:
    said = re.compile("|".join(map(re.escape, cues)), re.IGNORECASE)
    for place, cue in enumerate(said.finditer(text)):
        if place == _MOST_PLACES:
            return
        line = text[cue.end() : cue.end() + _WITHIN + 60].partition("\n")[0]
        for one in _NUMBER.finditer(line):
            if one.start() <= _WITHIN and is_number(number := one[0].rstrip("./-_")):
                yield number
                break


def _in_brackets(subject: str) -> Iterator[str]:
    for one in _IN_SUBJECT.findall(subject):
        if is_number(number := one.rstrip("./-_")):
            yield number
