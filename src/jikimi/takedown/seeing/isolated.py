"""Read one picture or page from outside, in a process that can be lost without harm.

``python -m jikimi.takedown.seeing.isolated KIND`` reads the bytes on standard input and prints one
JSON object: for a ``picture`` ``{"pdq": "<64 hex>", "quality": 0-100}``, for a ``page``
``{"links": [...], "left_out": n, "base": ..., "asks_for_password": ...}``, for a ``watched`` page
also ``"pictures": [{"link": ..., "inside": ...}]``, for ``blurred`` or ``clearer`` a picture's
small grey copy ``{"width", "height", "grey": "<base64>"}``, or ``{"error": ...}``.
The process takes its limits before it reads anything: memory, seconds of CPU, no file to write.
"""

import base64
import json
import resource
import sys
from dataclasses import asdict
from io import BytesIO

MEMORY_BYTES = 1_500_000_000
CPU_SECONDS = {"picture": 10, "page": 3, "watched": 3, "blurred": 10, "clearer": 10}
"""The largest picture takes 3 seconds, an honest page 0.1; html.parser needs minutes for some
2 MB that were made for it."""


def main(kind: str) -> None:
    """Read, print, end."""
    _take_limits(CPU_SECONDS[kind])
    from_outside = sys.stdin.buffer.read()
    sys.stdout.write(json.dumps(_READERS[kind](from_outside)))


def _take_limits(seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _picture(from_outside: bytes) -> dict[str, object]:
    # Imported under the limits, and not at all for a page.
    from jikimi_core.fingerprint import pdq  # noqa: PLC0415
    from jikimi_core.fingerprint.errors import FingerprintError  # noqa: PLC0415

    try:
        fingerprint = pdq.from_file(BytesIO(from_outside))
    except (FingerprintError, MemoryError) as error:
        return {"error": type(error).__name__}
    return {"pdq": fingerprint.hex, "quality": fingerprint.quality}


def _blurred(from_outside: bytes) -> dict[str, object]:
    return _veiled(from_outside, is_blurred=True)


def _clearer(from_outside: bytes) -> dict[str, object]:
    return _veiled(from_outside, is_blurred=False)


def _veiled(from_outside: bytes, *, is_blurred: bool) -> dict[str, object]:
    from jikimi.takedown.seeing.veiling import veil  # noqa: PLC0415
    from jikimi_core.fingerprint.errors import FingerprintError  # noqa: PLC0415

    try:
        veiled = veil(from_outside, is_blurred=is_blurred)
    except (FingerprintError, MemoryError) as error:
        return {"error": type(error).__name__}
    grey = base64.b64encode(veiled.grey).decode()
    return {"width": veiled.width, "height": veiled.height, "grey": grey}


def _page(from_outside: bytes) -> dict[str, object]:
    from jikimi.takedown.seeing.pages import page_pictures  # noqa: PLC0415

    return asdict(page_pictures(from_outside.decode("utf-8", errors="replace")))


def _watched(from_outside: bytes) -> dict[str, object]:
    from jikimi.takedown.seeing.watched_pages import watched_page  # noqa: PLC0415

    return asdict(watched_page(from_outside.decode("utf-8", errors="replace")))


_READERS = {
    "picture": _picture,
    "page": _page,
    "watched": _watched,
    "blurred": _blurred,
    "clearer": _clearer,
}


if __name__ == "__main__":
    main(sys.argv[1])
