"""Which post or account of the AT Protocol a link of bsky.app means. Pure."""

import re
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

WEBSITE = "bsky.app"

_DID = r"did:[a-z]+:[A-Za-z0-9._:-]{1,200}"
_HANDLE = r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]{0,62}"
_PATH = re.compile(rf"/profile/({_DID}|{_HANDLE})(?:/post/([A-Za-z0-9._:~-]{{1,512}}))?/?")


@dataclass(frozen=True, kw_only=True)
class Subject:
    """An account, or one post of it."""

    actor: str
    """A DID or a handle."""
    post: str
    """The post's record key; "" for the account."""


def subject_of(link: str) -> Subject | None:
    """Read a link; None for one that shows neither a post nor an account."""
    parts = urlsplit(link)
    found = _PATH.fullmatch(unquote(parts.path))
    if parts.hostname != WEBSITE or found is None:
        return None
    return Subject(actor=found[1], post=found[2] or "")


def is_did(text: str) -> bool:
    """Whether a text is a decentralised identifier."""
    return bool(re.fullmatch(_DID, text))
