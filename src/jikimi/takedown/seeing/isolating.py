"""Hand bytes from outside to the isolated process and check what comes back.

The child inherits neither secrets nor settings, and its answer is trusted no further than its
form: a decoder that was taken over can at most lie about one fingerprint, or about one small
grey picture.
"""

import base64
import json
import threading
from dataclasses import dataclass
from typing import Literal

from jikimi.takedown.seeing.errors import NotReadable
from jikimi.takedown.seeing.pages import MAX_PICTURES, PagePictures
from jikimi.takedown.seeing.readers import reader
from jikimi.takedown.seeing.veiling import LONGEST_SIDE, Veiled
from jikimi.takedown.seeing.watched_pages import (
    MOST_LINKS,
    MOST_PICTURES,
    WatchedPage,
    WatchedPicture,
)

ISOLATED_SECONDS = 20.0
"""Wall-clock time before the reader is killed; it has less CPU time than that."""
MAX_ANSWER_BYTES = 400_000

_Kind = Literal["picture", "page", "watched", "blurred", "clearer"]
_HASH_BYTES = 32
_BEST_QUALITY = 100


@dataclass(frozen=True, kw_only=True)
class PictureFingerprint:
    """PDQ of a picture that is no longer there."""

    hash: bytes
    """32 bytes, most significant first."""
    quality: int
    """0 to 100."""


def fingerprint_apart(picture: bytes) -> PictureFingerprint:
    """Fingerprint an encoded picture in another process. Raises `NotReadable`."""
    answer = _read_apart("picture", picture)
    match answer:
        case {"pdq": str(pdq), "quality": int(quality)} if 0 <= quality <= _BEST_QUALITY:
            return PictureFingerprint(hash=_hash(pdq), quality=quality)
    raise NotReadable


def veiled_apart(picture: bytes, *, is_blurred: bool) -> Veiled:
    """Make a small grey copy of an encoded picture in another process. Raises `NotReadable`."""
    match _read_apart("blurred" if is_blurred else "clearer", picture):
        case {"width": int(width), "height": int(height), "grey": str(grey)}:
            return _veiled(width, height, grey)
    raise NotReadable


def page_pictures_apart(page: bytes) -> PagePictures:
    """List the pictures of an HTML page in another process. Raises `NotReadable`."""
    match _read_apart("page", page):
        case {
            "links": list(links),
            "left_out": int(left_out),
            "base": str() | None as base,
            "asks_for_password": bool(asks),
        }:
            return PagePictures(
                links=tuple(link for link in links[:MAX_PICTURES] if isinstance(link, str)),
                left_out=left_out,
                base=base,
                asks_for_password=asks,
            )
    raise NotReadable


def watched_page_apart(page: bytes) -> WatchedPage:
    """List the pictures and links of a page in another process. Raises `NotReadable`."""
    match _read_apart("watched", page):
        case {
            "pictures": list(pictures),
            "links": list(links),
            "left_out": int(left_out),
            "base": str() | None as base,
            "asks_for_password": bool(asks),
        }:
            return WatchedPage(
                pictures=tuple(_watched_picture(one) for one in pictures[:MOST_PICTURES]),
                links=tuple(link for link in links[:MOST_LINKS] if isinstance(link, str)),
                left_out=left_out,
                base=base,
                asks_for_password=asks,
            )
    raise NotReadable


def _watched_picture(told: object) -> WatchedPicture:
    match told:
        case {"link": str(link), "inside": str(inside)}:
            return WatchedPicture(link=link, inside=inside)
    raise NotReadable


def _veiled(width: int, height: int, grey: str) -> Veiled:
    try:
        samples = base64.b64decode(grey, validate=True)
    except ValueError:
        raise NotReadable from None
    if not (0 < width <= LONGEST_SIDE and 0 < height <= LONGEST_SIDE):
        raise NotReadable
    if len(samples) != width * height:
        raise NotReadable
    return Veiled(width=width, height=height, grey=samples)


def _hash(pdq: str) -> bytes:
    try:
        found = bytes.fromhex(pdq)
    except ValueError:
        raise NotReadable from None
    if len(found) != _HASH_BYTES:
        raise NotReadable
    return found


def _read_apart(kind: _Kind, from_outside: bytes) -> object:
    try:
        answer = _talk(kind, from_outside)
    except BrokenPipeError:
        raise NotReadable from None
    try:
        return json.loads(answer)
    except (ValueError, RecursionError):
        raise NotReadable from None


def _talk(kind: _Kind, from_outside: bytes) -> bytes:
    """Write everything, then read at most so much: the reader reads all before it answers."""
    with reader(kind) as forked:
        killer = threading.Timer(ISOLATED_SECONDS, forked.kill)
        killer.start()
        try:
            with open(forked.into, "wb") as into:  # noqa: PTH123  # the end of a pipe
                into.write(from_outside)
            with open(forked.out, "rb", closefd=False) as out:
                return out.read(MAX_ANSWER_BYTES)
        finally:
            killer.cancel()
            killer.join()
