"""Headers from outside, taken so that none of them can break the reader."""

import re
import unicodedata
from collections.abc import Iterable
from email.errors import MessageError
from email.message import Message

MALFORMED = (
    ValueError,
    LookupError,
    AttributeError,
    TypeError,
    AssertionError,
    NotImplementedError,
    RecursionError,
    MessageError,
)
"""What the standard library's and flufl.bounce's parsers are known to raise on broken mail."""

_MESSAGE_ID = re.compile(r"<[^<>\s]{3,250}>")
_ADDRESS = re.compile(r"[^\s<>()\[\]\",:;]{1,120}@[a-z0-9.-]{1,190}", re.IGNORECASE)


def raw_values(mail: Message, name: str) -> list[str]:
    """Every value of a header as it came, unfolded and undecoded."""
    return [" ".join(value.split()) for key, value in raw_items(mail) if key.lower() == name]


def raw_items(mail: Message) -> list[tuple[str, str]]:
    """Every header as it came, topmost first."""
    return [(name, str(value)) for name, value in mail.raw_items()]


def decoded(mail: Message, name: str, longest: int) -> str:
    """A header as a person reads it; as it came where it does not decode."""
    try:
        value = str(mail.get(name, ""))
    except MALFORMED:
        value = next(iter(raw_values(mail, name)), "")
    return clean(value, longest)


def message_ids_in(values: Iterable[str]) -> list[str]:
    """Message-IDs with their brackets, in order."""
    return [found for value in values for found in _MESSAGE_ID.findall(value[:20_000])]


def addresses_in(values: Iterable[str]) -> list[str]:
    """Addresses in lower case, in order. Names beside them are passed over."""
    return [found.lower() for value in values for found in _ADDRESS.findall(value[:20_000])]


def clean(text: str, longest: int, *, lines: bool = False) -> str:
    """Text that a database takes and a page may show: no surrogates, no control characters."""
    kept = "\n" if lines else ""
    whole = text[: 2 * longest].encode("utf-8", errors="replace").decode()
    whole = whole.replace("\r\n", "\n").replace("\r", "\n")
    plain = "".join(
        char if char in kept or unicodedata.category(char)[0] != "C" else " " for char in whole
    )
    return (plain if lines else " ".join(plain.split()))[:longest]
