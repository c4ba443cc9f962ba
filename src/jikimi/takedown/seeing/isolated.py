"""Read one picture or page from outside, in a process that can be lost without harm.

``python -m jikimi.takedown.seeing.isolated`` stands ready on the socket that is its standard input:
for each kind that it is sent, with the ends of two pipes, it forks a reader. A reader reads the
bytes on its standard input and prints one JSON object: for a ``picture``
``{"pdq": "<64 hex>", "quality": 0-100}``, for a ``page``
``{"links": [...], "left_out": n, "base": ..., "asks_for_password": ...}``, for a ``watched`` page
also ``"pictures": [{"link": ..., "inside": ...}]``, for ``blurred`` or ``clearer`` a picture's
small grey copy ``{"width", "height", "grey": "<base64>"}``, or ``{"error": ...}``.
It takes its limits before it reads anything: memory, seconds of CPU, no file to write.
"""

import base64
import json
import os
import resource
import socket
from contextlib import suppress
from dataclasses import asdict
from io import BytesIO
from typing import NoReturn

from jikimi.takedown.seeing.pages import page_pictures
from jikimi.takedown.seeing.photos import fingerprint_of
from jikimi.takedown.seeing.veiling import veil
from jikimi.takedown.seeing.watched_pages import watched_page
from jikimi_core.fingerprint.errors import FingerprintError

_NAME_BYTES = 32
_MOST_FILES = 64
MEMORY_BYTES = 1_500_000_000
CPU_SECONDS = {"picture": 10, "page": 3, "watched": 3, "blurred": 10, "clearer": 10}
"""The largest picture takes 3 seconds, an honest page 0.1; html.parser needs minutes for some
2 MB that were made for it."""


def main() -> None:
    """Fork a reader for each that is asked for, until nobody is there to ask."""
    control = socket.socket(fileno=os.dup(0))
    while True:
        kind, pipes, _, _ = socket.recv_fds(control, _NAME_BYTES, 2)
        if not kind:
            return
        forked = os.fork()
        if not forked:
            control.close()
            _read_one(kind.decode(), *pipes)
        for pipe in pipes:
            os.close(pipe)
        pidfd = os.pidfd_open(forked)
        socket.send_fds(control, [b"."], [pidfd])
        os.close(pidfd)
        _bury()


def _bury() -> None:
    """Take leave of readers that have ended."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _read_one(kind: str, into: int, out: int) -> NoReturn:
    """Read, print, end."""
    try:
        os.dup2(into, 0)
        os.dup2(out, 1)
        os.closerange(3, _MOST_FILES)
        _take_limits(CPU_SECONDS[kind])
        with open(0, "rb", closefd=False) as standard_input:
            answer = _READERS[kind](standard_input.read())
        with open(1, "w", closefd=False) as standard_output:
            standard_output.write(json.dumps(answer))
    finally:
        os._exit(0)


def _take_limits(seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _picture(from_outside: bytes) -> dict[str, object]:
    try:
        fingerprint = fingerprint_of(BytesIO(from_outside))
    except (FingerprintError, MemoryError) as error:
        return {"error": type(error).__name__}
    return {"pdq": fingerprint.hex, "quality": fingerprint.quality}


def _blurred(from_outside: bytes) -> dict[str, object]:
    return _veiled(from_outside, is_blurred=True)


def _clearer(from_outside: bytes) -> dict[str, object]:
    return _veiled(from_outside, is_blurred=False)


def _veiled(from_outside: bytes, *, is_blurred: bool) -> dict[str, object]:
    try:
        veiled = veil(from_outside, is_blurred=is_blurred)
    except (FingerprintError, MemoryError) as error:
        return {"error": type(error).__name__}
    grey = base64.b64encode(veiled.grey).decode()
    return {"width": veiled.width, "height": veiled.height, "grey": grey}


def _page(from_outside: bytes) -> dict[str, object]:
    return asdict(page_pictures(from_outside.decode("utf-8", errors="replace")))


def _watched(from_outside: bytes) -> dict[str, object]:
    return asdict(watched_page(from_outside.decode("utf-8", errors="replace")))


_READERS = {
    "picture": _picture,
    "page": _page,
    "watched": _watched,
    "blurred": _blurred,
    "clearer": _clearer,
}


if __name__ == "__main__":
    main()
