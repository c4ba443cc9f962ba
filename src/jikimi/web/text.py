"""Text as people type it at either door: plain, and never a picture in disguise."""

import re

# Everything below the space but the end of a line, and the signs that turn the reading direction.
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
# How a picture looks as text: a data URI; the first bytes of PNG, JPEG, GIF, WebP in base64; or
# more base64 in one piece, also over many full lines, than any word or link has.
_PICTURE = re.compile(
    r"data:\s*(image|video)/|;\s*base64\s*,"
    r"|(iVBORw0KGgo|/9j/|R0lGOD|UklGR)[A-Za-z0-9+/=\n]{60}"
    # Only where a piece begins: else each letter of one that is a little too short is a new start.
    r"|(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{1000}",
    re.IGNORECASE,
)
_FULL_LINE = re.compile(r"[A-Za-z0-9+/_-]{60,}={0,2}")
_MOST_FULL_LINES = 15


def plain_text(typed: str) -> str:
    """What was typed, with plain line ends and without control characters."""
    text = typed.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return _CONTROL.sub("", text).strip()


def looks_like_a_picture(text: str) -> bool:
    """Whether a text holds a picture: a data URI, or base64 of more than any word or link has."""
    if _PICTURE.search(text):
        return True
    full = 0
    for line in text.split("\n"):
        full = full + 1 if _FULL_LINE.fullmatch(line) else 0
        if full >= _MOST_FULL_LINES:
            return True
    return False
