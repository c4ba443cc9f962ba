"""The fixed sentences of our own letters: a reply that repeats them is not judged by them."""

import re
from collections.abc import Iterator

from jikimi.takedown.rules.reply_text import compared
from jikimi.venues.pack_values import LawPack, Packs

_PLACE = re.compile(r"\{[^{}]*\}|\n")
_SHORTEST, _SHORTEST_HAN = 24, 8
_FIRST_HAN = 0x2E80


def our_sentences(packs: Packs) -> tuple[str, ...]:
    """Pieces of every template of every language, as compared, longest first."""
    pieces = {
        compared(piece).strip(" .:")
        for template in _templates(packs)
        for piece in _PLACE.split(template)
    }
    return tuple(sorted(filter(_is_telling, pieces), key=lambda piece: (-len(piece), piece)))


def _templates(packs: Packs) -> Iterator[str]:
    for wording in packs.wordings.values():
        yield from wording.sentences.values()
        yield from wording.situations.values()
    for law in packs.laws.values():
        yield from _of_law(law)


def _of_law(law: LawPack) -> Iterator[str]:
    yield from law.title.values()
    yield from law.manner.values()
    for element in law.elements:
        yield from element.template.values()
    for expected in law.reply_expected:
        yield from expected.text.values()


def _is_telling(piece: str) -> bool:
    """Long enough to be ours and nobody else's."""
    dense = any(ord(char) >= _FIRST_HAN for char in piece)
    return len(piece) >= (_SHORTEST_HAN if dense else _SHORTEST)
