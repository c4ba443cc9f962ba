"""The letter as a page for mail readers: escaped words, and nothing else. Pure.

There is no picture, no style sheet, no script and no link that a click could follow: a caseworker
who reads a letter must never be one slip away from what it is about.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from jikimi.takedown.rules.letter_values import Parts

_MARKS = ("   ", "  - ")


def letter_html(subject: str, parts: Sequence[Parts]) -> str:
    """Return one HTML document with a section for each language, in their order."""
    sections = "\n<hr>\n".join(_section(part) for part in parts)
    return (
        f'<!doctype html>\n<html lang="{escape(parts[0].language)}">\n<head>\n'
        f'<meta charset="utf-8">\n<title>{escape(subject)}</title>\n</head>\n'
        f"<body>\n{sections}\n</body>\n</html>\n"
    )


def _section(part: Parts) -> str:
    blocks = (block for paragraph in part.paragraphs for block in _blocks(paragraph))
    return "\n".join([f'<section lang="{escape(part.language)}">', *blocks, "</section>"])


def _blocks(paragraph: str) -> Iterator[str]:
    """Yield the words of a paragraph, and its indented lines as a list."""
    lines = paragraph.split("\n")
    words = [line for line in lines if not line.startswith(_MARKS)]
    items = [_without_mark(line) for line in lines if line.startswith(_MARKS)]
    if words:
        yield f"<p>{'<br>'.join(map(escape, words))}</p>"
    if items:
        yield f"<ul>{''.join(f'<li>{escape(item)}</li>' for item in items)}</ul>"


def _without_mark(line: str) -> str:
    return next(line.removeprefix(mark) for mark in _MARKS if line.startswith(mark))
