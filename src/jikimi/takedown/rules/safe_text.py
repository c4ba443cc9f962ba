"""Make words and links from outside safe to stand in a letter: one line each, never media."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote, unquote

from jikimi.takedown.errors import UnsafeAddress
from jikimi.venues.hosts import host_of

LONGEST_LINK = 2048
LONGEST_HANDLE = 128
LONGEST_LINE = 300
_LONGEST_ENCODED = 6200
_MEDIA = re.compile(r"data:\s*[a-z]+/|;\s*base64\s*,", re.IGNORECASE)
_STRUCTURE = frozenset('"<>\\')


def one_line(text: str, longest: int = LONGEST_LINE) -> str:
    """Return the text as one line: control, direction and separator characters become spaces."""
    plain = "".join(" " if _breaks_lines(char) else char for char in text)
    return " ".join(plain.split())[:longest].rstrip()


def exact_link(url: str) -> str:
    """Return the same link, with what could break a line or a mark-up percent-encoded.

    Raises UnsafeAddress if it is no http(s) link with a host, is too long, or carries media.
    """
    if len(url) > LONGEST_LINK:
        raise UnsafeAddress(f"The link is longer than {LONGEST_LINK} characters.")
    if host_of(url) is None:
        raise UnsafeAddress("This is no http or https link with a host.")
    if carries_media(url):
        raise UnsafeAddress("The link carries a picture in itself; only where it is may be said.")
    try:
        encoded = "".join(
            quote(char, safe="") if _breaks_lines(char) or char in _STRUCTURE else char
            for char in url
        )
    except UnicodeEncodeError:
        raise UnsafeAddress("The link holds characters that no link can hold.") from None
    if len(encoded) > _LONGEST_ENCODED:
        raise UnsafeAddress("The link is too long once it is written out.")
    return encoded


def safe_handle(handle: str) -> str:
    """Return the name of an account or room as one line.

    Raises UnsafeAddress if nothing is left, it is too long, or it carries media.
    """
    if carries_media(handle) or len(handle) > LONGEST_HANDLE or not one_line(handle):
        raise UnsafeAddress("This is no name of an account or a room.")
    return one_line(handle)


def carries_media(text: str) -> bool:
    """Whether the text holds a picture in itself, or begins to."""
    return bool(_MEDIA.search(text) or _MEDIA.search(unquote(text)))


def _breaks_lines(char: str) -> bool:
    return unicodedata.category(char)[0] in "CZ"
