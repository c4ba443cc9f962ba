"""Reading JSON of which nothing is certain: each step asks what is there. Pure."""

from __future__ import annotations

import re

_HALF_A_CHARACTER = re.compile("[\ud800-\udfff]")
"""A lone surrogate: JSON can spell one, and nothing can send, store or hash it."""


def text_at(document: object, *path: str) -> str:
    """Give the text or number at a path of keys, as text; "" where there is none that is whole."""
    for key in path:
        document = document.get(key) if isinstance(document, dict) else None
    text = str(document) if isinstance(document, str | int) else ""
    return "" if _HALF_A_CHARACTER.search(text) else text


def items_at(document: object, key: str) -> list[object]:
    """Give the list under a key; an empty one where there is none."""
    items = document.get(key) if isinstance(document, dict) else None
    return items if isinstance(items, list) else []


def texts_at(document: object, key: str) -> list[str]:
    """Give the whole texts in the list under a key."""
    texts = (one for one in items_at(document, key) if isinstance(one, str))
    return [one for one in texts if not _HALF_A_CHARACTER.search(one)]
