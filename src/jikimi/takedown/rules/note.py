"""A caseworker's own words in a letter: one short paragraph of plain text. Pure.

A letter names nobody, carries no picture and tells a recipient of no link but its own. What a
person types into it must not undo that.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

from jikimi.takedown.errors import UnsafeNote
from jikimi.takedown.rules.safe_text import carries_media
from jikimi.venues.hosts import host_of

LONGEST_NOTE = 600
"""In characters, as they stand in the letter."""

_AROUND_A_LINK = ".,;:!?()[]\"'“”‘’«»「」『』。、，；：！？（）"
_ADDRESS = re.compile(
    r"://|(?:mailto|tel|javascript|data|file|tg):\S|(?:[\w-]+\.)+(?:xn--[\w-]+|[a-z]{2,})"
    r"|\d{1,3}(?:\.\d{1,3}){3}",
    re.IGNORECASE,
)
_NO_WORD = re.compile(r"[A-Za-z0-9+/=_-]{60,}")


def read_note(text: str, *, links: Collection[str], nickname: str) -> str:
    """Give the note as it will stand in the letter, on one line; "" for none.

    `links` are those the notice names; only they, and their hosts, may stand in it. `nickname` is
    the case's, which never leaves the house. Raises UnsafeNote: a sentence that says what to do.
    """
    _refuse_hidden_characters(text)
    note = unicodedata.normalize("NFC", " ".join(text.split()))
    if len(note) > LONGEST_NOTE:
        raise UnsafeNote(
            f"The note has {len(note)} characters and may have {LONGEST_NOTE}. Shorten it."
        )
    as_read = unicodedata.normalize("NFKC", note)
    if "<" in as_read or ">" in as_read:
        raise UnsafeNote("The note holds < or >, which some mail readers take for mark-up.")
    if carries_media(as_read):
        raise UnsafeNote("The note holds picture data. Words only: no letter carries a picture.")
    if nickname.casefold() in as_read.casefold():
        raise UnsafeNote("The note names the case. Its name stays in the house: take it out.")
    _refuse_other_addresses(as_read, links)
    return note


def _refuse_hidden_characters(text: str) -> None:
    if any(unicodedata.category(char)[0] == "C" and char not in "\t\r\n" for char in text):
        raise UnsafeNote(
            "The note holds characters that nobody sees, often from copying. Type it anew."
        )


def _refuse_other_addresses(note: str, links: Collection[str]) -> None:
    allowed = {*links, *(host for link in links if (host := host_of(link)))}
    for word in note.split():
        if word in allowed or word.strip(_AROUND_A_LINK) in allowed:
            continue
        if _ADDRESS.search(word.strip(_AROUND_A_LINK)):
            raise UnsafeNote(
                "The note names an address that this notice does not. Only its own links may stand "
                "in it, with a space before and after; put a space after each full stop, too."
            )
        if _NO_WORD.search(word):
            raise UnsafeNote("The note holds a long row of letters without a space. Words only.")
