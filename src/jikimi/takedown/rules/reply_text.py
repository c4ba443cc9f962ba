"""A mail's words as sentences that can be compared: one case, one width, no line breaks."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

MOST_CHARACTERS = 20_000

_ENDS = re.compile(r"(?<=[.!?])\s+|(?<=[。！？!?])")
_STRAIGHT = str.maketrans({"’": "'", "‘": "'", "´": "'", "“": '"', "”": '"', "\u00ad": None})
_KANA_AND_HAN = ((0x2E80, 0x30FF), (0x3400, 0x9FFF), (0xF900, 0xFAFF))


def compared(text: str) -> str:
    """The text as phrases are compared: NFKC, case folded, straight quotes, single spaces."""
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_STRAIGHT)
    return " ".join(folded.split())


def sentences_of(text: str, left_out: tuple[str, ...] = ()) -> Iterator[str]:
    """The sentences of a text, as compared; a blank line ends one as well.

    `left_out` are compared texts that are cut wherever they stand.
    """
    for paragraph in _paragraphs(text[:MOST_CHARACTERS]):
        for one in left_out:
            paragraph = paragraph.replace(one, " . ")  # noqa: PLW2901
        for sentence in _ENDS.split(paragraph):
            if sentence.strip():
                yield sentence.strip()


def _paragraphs(text: str) -> Iterator[str]:
    lines: list[str] = []
    for line in [*text.splitlines(), ""]:
        if line.strip():
            lines.append(line.strip())
        elif lines:
            yield compared(_joined(lines))
            lines = []


def _joined(lines: list[str]) -> str:
    """Lines as one; between two characters of a script without spaces there is none."""
    joined = lines[0]
    for line in lines[1:]:
        spaceless = _is_spaceless(joined[-1]) and _is_spaceless(line[0])
        joined += line if spaceless else f" {line}"
    return joined


def _is_spaceless(char: str) -> bool:
    return any(first <= ord(char) <= last for first, last in _KANA_AND_HAN)
