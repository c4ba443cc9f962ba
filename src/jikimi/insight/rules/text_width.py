"""How wide words are, near enough to keep them apart without a font at hand. Pure.

Measured against the widest of the usual system fonts, so that real words are narrower.
"""

from __future__ import annotations

from unicodedata import combining, east_asian_width

LATIN = 0.62
"""Width of a letter or digit, as a share of the font's size; Chinese, Japanese, Korean take all."""
_WIDE = frozenset("WF")
_ELLIPSIS = "…"


def width_of(words: str, size: float) -> float:
    """Give the width of a line at a font size, in the size's unit."""
    return sum(_share(letter) for letter in words) * size


def shortened(words: str, size: float, width: float) -> str:
    """Cut words so that they fit a width, with an ellipsis for what is left out."""
    if width_of(words, size) <= width:
        return words
    while words and width_of(words + _ELLIPSIS, size) > width:
        words = words[:-1]
    return words.rstrip() + _ELLIPSIS if words else ""


def _share(letter: str) -> float:
    if combining(letter):
        return 0.0
    return 1.0 if east_asian_width(letter) in _WIDE else LATIN
