"""What a recipient wrote itself: quotations, the mail below, signature and footer left out.

Line by line and without backtracking, since the text comes from outside. When in doubt too much is
cut: then no rule decides, and a person reads the mail.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jikimi.takedown.rules.reply_text import MOST_CHARACTERS, compared

_QUOTES = (">", "|", "＞")
_DASHES = ("--", "__", "==", "—", "──")
_HEADERS_TOGETHER = 6
_LEAST_HEADERS = 2
_LAST_LINES = 12
_LONGEST_ATTRIBUTION = 3


@dataclass(frozen=True, kw_only=True)
class Marks:
    """How mail programs, in each language, say that somebody else's words follow."""

    wrote: tuple[str, ...]
    """Ends of the line above a quotation, such as "wrote:"."""
    headers: tuple[str, ...]
    """Names of the lines above a forwarded mail, such as "from:"."""
    original: tuple[str, ...]
    """Words between dashes, such as "original message"."""
    closings: tuple[str, ...]
    """A line of its own before a name."""
    footers: tuple[str, ...]
    """Beginnings of a footer."""


def own_words(text: str, marks: Marks) -> str:
    """The sender's words in a text."""
    lines = text[:MOST_CHARACTERS].splitlines()
    lines = lines[: _mail_below(lines, marks)]
    lines = [line for line in lines if not line.lstrip().startswith(_QUOTES)]
    return "\n".join(_without_end(lines, marks)).strip()


def _mail_below(lines: Sequence[str], marks: Marks) -> int:
    """The line from which on another mail stands without marks; all lines if there is none."""
    folded = [compared(line) for line in lines]
    for at, line in enumerate(folded):
        if _is_separator(line, marks) or _begins_headers(folded, at, marks):
            return at
        if _attributes(folded, at, marks) and not _is_quoted_after(folded, at):
            return _begin_of_attribution(folded, at)
    return len(lines)


def _is_separator(line: str, marks: Marks) -> bool:
    return line.startswith(_DASHES) and any(words in line for words in marks.original)


def _begins_headers(folded: Sequence[str], at: int, marks: Marks) -> bool:
    if not _is_header(folded[at], marks):
        return False
    near = folded[at : at + _HEADERS_TOGETHER]
    return sum(_is_header(line, marks) for line in near) >= _LEAST_HEADERS


def _is_header(line: str, marks: Marks) -> bool:
    return line.lstrip("*> ").replace("*", "").startswith(marks.headers)


def _attributes(folded: Sequence[str], at: int, marks: Marks) -> bool:
    """ "On ... wrote:", perhaps over several lines; it holds a digit or an address."""
    if not folded[at].endswith(marks.wrote):
        return False
    around = " ".join(folded[max(at - _LONGEST_ATTRIBUTION + 1, 0) : at + 1])
    return any(char.isdigit() or char == "@" for char in around)


def _begin_of_attribution(folded: Sequence[str], at: int) -> int:
    """Its first line: the date stands there, when the line that ends it has none."""
    back = range(at, max(at - _LONGEST_ATTRIBUTION, -1), -1)
    return next((line for line in back if any(map(str.isdigit, folded[line]))), at)


def _is_quoted_after(folded: Sequence[str], at: int) -> bool:
    """Whether the next words are marked as quoted: then answers may stand between them."""
    return next((line for line in folded[at + 1 :] if line), "").startswith(_QUOTES)


def _without_end(lines: list[str], marks: Marks) -> list[str]:
    """Without attribution lines, signature and footer."""
    kept: list[str] = []
    folded = [compared(line) for line in lines]
    left = sum(map(bool, folded))
    for at, line in enumerate(lines):
        left -= bool(folded[at])
        if line.rstrip() == "--" or folded[at].startswith(marks.footers):
            break
        if folded[at].rstrip(",.、。!") in marks.closings and left <= _LAST_LINES:
            break
        if not _attributes(folded, at, marks):
            kept.append(line)
    return kept
