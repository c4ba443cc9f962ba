"""Reads a file's content into memory, up to a limit."""

from pathlib import Path
from typing import BinaryIO, Final

from jikimi_core.fingerprint.errors import Empty, TooLarge, Unreadable

MAX_BYTES: Final = 128 * 1024 * 1024
"""The largest file that is read. A 120-megapixel photo from a camera has 40 to 90 MB."""


def read_content(source: str | Path | BinaryIO) -> bytes:
    """Return all bytes of ``source``; an open file is read from where it stands.

    Raises Unreadable, Empty, or TooLarge (more than MAX_BYTES, of which no more is read).
    """
    try:
        content = _read_up_to_limit(source)
    except OSError as problem:
        raise Unreadable(problem.strerror or "unknown reason") from problem
    except ValueError as problem:  # a NUL in the name, a closed file
        raise Unreadable(str(problem)) from problem
    if len(content) > MAX_BYTES:
        raise TooLarge(what="The file is too large", limit=MAX_BYTES, unit="bytes")
    if not content:
        raise Empty
    return content


def _read_up_to_limit(source: str | Path | BinaryIO) -> bytes:
    if isinstance(source, str | Path):
        with Path(source).open("rb") as file:
            return file.read(MAX_BYTES + 1)
    return source.read(MAX_BYTES + 1)
