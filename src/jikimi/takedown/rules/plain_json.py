"""Reading JSON of which nothing is certain: each step asks what is there. Pure."""

from __future__ import annotations


def text_at(document: object, *path: str) -> str:
    """Give the text or number at a path of keys, as text; "" where there is none."""
    for key in path:
        document = document.get(key) if isinstance(document, dict) else None
    return str(document) if isinstance(document, str | int) else ""


def items_at(document: object, key: str) -> list[object]:
    """Give the list under a key; an empty one where there is none."""
    items = document.get(key) if isinstance(document, dict) else None
    return items if isinstance(items, list) else []


def texts_at(document: object, key: str) -> list[str]:
    """Give the texts in the list under a key."""
    return [one for one in items_at(document, key) if isinstance(one, str)]
