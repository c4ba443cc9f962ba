"""Which guides answer to somebody's own words. Nothing here keeps or logs them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from jikimi.venues.guide_values import Guide
from jikimi.venues.pack_parts import Language, Text

_SHORTEST = 2  # characters of a word that is looked for in the text
_WHOLE = 3  # letters up to which a Latin word counts only by itself: AI is not in again
_BY_WORD, _IN_TITLE, _IN_TEXT = 100, 10, 1


def find_guides(guides: Sequence[Guide], asked: str, language: Language) -> tuple[Guide, ...]:
    """The guides that fit, best first.

    A guide's own words are looked for in what was asked, so that endings and missing spaces do
    no harm; what was asked is looked for, word by word, in its title and text.
    """
    wanted = _plain(asked)
    marks = [(_mark(guide, wanted, language), guide) for guide in guides]
    fitting = [(mark, guide) for mark, guide in marks if mark]
    return tuple(guide for _mark, guide in sorted(fitting, key=lambda one: -one[0]))


def _mark(guide: Guide, wanted: str, language: Language) -> int:
    terms = [term for term in re.split(r"\W+", wanted) if len(term) >= _SHORTEST]
    title, text = _plain(_in(guide.title, language)), _plain(_text(guide, language))
    return (
        _BY_WORD * sum(_says(wanted, word) for word in guide.words.get(language, ()))
        + _IN_TITLE * sum(term in title for term in terms)
        + _IN_TEXT * sum(term in text for term in terms)
    )


def _says(wanted: str, word: str) -> bool:
    """Whether a guide's own word is in what was asked; a short Latin one only as a whole word."""
    plain = _plain(word)
    if len(plain) <= _WHOLE and plain.isascii():
        return re.search(rf"\b{re.escape(plain)}\b", wanted) is not None
    return plain in wanted


def _text(guide: Guide, language: Language) -> str:
    texts = [guide.lead]
    for section in guide.sections:
        texts += [section.heading] if section.heading else []
        texts += section.items
    return " ".join(_in(text, language) for text in texts)


def _in(text: Text, language: Language) -> str:
    return text.get(language) or text["en"]


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
