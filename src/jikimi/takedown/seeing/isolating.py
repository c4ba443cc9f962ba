"""Hand bytes from outside to the isolated process and check what comes back.

The child inherits neither secrets nor settings, and its answer is trusted no further than its
form: a decoder that was taken over can at most lie about one fingerprint, or about one small
grey picture.
"""

import base64
import json
import os
import subprocess
import sys
import threading
from dataclasses import dataclass
from typing import Literal

from jikimi.takedown.seeing.errors import NotReadable
from jikimi.takedown.seeing.pages import MAX_PICTURES, PagePictures
from jikimi.takedown.seeing.veiling import LONGEST_SIDE, Veiled
from jikimi.takedown.seeing.watched_pages import (
    MOST_LINKS,
    MOST_PICTURES,
    WatchedPage,
    WatchedPicture,
)

ISOLATED_SECONDS = 20.0
"""Wall-clock time before the child is killed; it has less CPU time than that."""
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


def _talk(kind: str, from_outside: bytes) -> bytes:
    """Write everything, then read at most so much: the child reads all before it answers."""
    with subprocess.Popen(  # noqa: S603 - our own module, no shell
        [sys.executable, "-P", "-s", "-m", "jikimi.takedown.seeing.isolated", kind],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=bare_environment(),
    ) as child:
        killer = threading.Timer(ISOLATED_SECONDS, child.kill)
        killer.start()
        try:
            return _write_then_read(child, from_outside)
        finally:
            killer.cancel()
            child.kill()


def _write_then_read(child: "subprocess.Popen[bytes]", from_outside: bytes) -> bytes:
    if child.stdin is None or child.stdout is None:
        raise NotReadable
    child.stdin.write(from_outside)
    child.stdin.close()
    return child.stdout.read(MAX_ANSWER_BYTES)


def bare_environment() -> dict[str, str]:
    """What a child that meets hostile bytes may know of ours."""
    bare = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    if "PYTHONPATH" in os.environ:
        bare["PYTHONPATH"] = os.environ["PYTHONPATH"]
    return bare
