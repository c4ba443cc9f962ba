"""What the stand-in hosts, and what happened to it."""

import itertools
import re
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

from PIL import Image, ImageOps

JPEG_QUALITY = 88
"""Platforms compress what is uploaded; so does this one."""

_POST_PATH = re.compile(r"/(?:p|i)/(\d{4})(?:\.jpg)?")
_LOOPBACK = frozenset({"127.0.0.1", "localhost"})


@dataclass(frozen=True, kw_only=True)
class Event:
    """One thing that happened, in order."""

    t: datetime
    event: str
    post: str | None = None
    message_id: str | None = None


class Diary:
    """Everything that happened, safe to write from any thread."""

    def __init__(self) -> None:
        self._events: list[Event] = []
        self._lock = threading.Lock()

    def write(self, event: str, *, post: str | None = None, message_id: str | None = None) -> None:
        with self._lock:
            now = datetime.now(UTC)
            self._events.append(Event(t=now, event=event, post=post, message_id=message_id))

    def events(self) -> tuple[Event, ...]:
        with self._lock:
            return tuple(self._events)


class Shelf:
    """Posts of one picture: up, or taken down for good. A re-upload is a new post."""

    def __init__(self, picture: Path) -> None:
        """Raises ``OSError`` if the file cannot be read as a picture."""
        self.jpeg = _as_jpeg(picture)
        self._up: dict[str, bool] = {}
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()

    def upload(self) -> str:
        """Post the picture; the new post's id."""
        with self._lock:
            post = f"{next(self._numbers):04}"
            self._up[post] = True
            return post

    def take_down(self, post: str) -> None:
        with self._lock:
            self._up[post] = False

    def is_up(self, post: str) -> bool | None:
        """None if there never was such a post."""
        with self._lock:
            return self._up.get(post)

    def posts(self) -> tuple[str, ...]:
        """Those that are up."""
        with self._lock:
            return tuple(post for post, up in self._up.items() if up)

    def named_in(self, urls: tuple[str, ...], port: int) -> tuple[str, ...]:
        """The posts that are up and that these links to this server name, each once."""
        named = dict.fromkeys(_post_of(url, port) for url in urls)
        return tuple(post for post in named if post is not None and self.is_up(post))


def _post_of(url: str, port: int) -> str | None:
    try:
        parts = urlsplit(url)
        here = parts.hostname in _LOOPBACK and parts.port == port
    except ValueError:
        return None
    found = _POST_PATH.fullmatch(parts.path)
    return found[1] if found and here else None


def _as_jpeg(picture: Path) -> bytes:
    with Image.open(picture) as opened:
        upright = ImageOps.exif_transpose(opened).convert("RGB")
    packed = BytesIO()
    upright.save(packed, "JPEG", quality=JPEG_QUALITY)
    return packed.getvalue()
