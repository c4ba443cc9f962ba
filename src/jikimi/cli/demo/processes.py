"""The demo's two processes: the product as an operator starts it, and the stand-in platform."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count, islice
from pathlib import Path

from jikimi.cli.demo.standin_platform import Doors
from jikimi.cli.demo.standin_recipient import write_recipient

_LAST_LINE = "Ctrl-C stops it."
_SECONDS_TO_END = 30
_OURS = range(20_000, 32_000)
_asked_for = count(61 * os.getpid())
"""Each process begins elsewhere, so that two that ask at once get two ports."""


class DidNotStart(Exception):
    """A process of the demo ended before it was ready; its last words say why."""


@dataclass(frozen=True, kw_only=True)
class Product:
    """The running product."""

    origin: str
    setup_link: str
    data: Path


@contextmanager
def standin(picture: Path, *, behaviour: str = "removes", delay: float = 0.5) -> Iterator[Doors]:
    """The stand-in platform with one picture, until the block ends."""
    command = [
        *(sys.executable, "-m", "jikimi.cli.demo.standin_platform", "--picture", str(picture)),
        *("--behaviour", behaviour, "--delay", str(delay)),
    ]
    with _running(command, dict(os.environ)) as process:
        yield Doors(**json.loads(_line(process)))


@contextmanager
def product(folder: Path, doors: Doors, *, smtp_port: int | None = None) -> Iterator[Product]:
    """`jikimi up` in a folder of its own, with the stand-in among its recipients."""
    write_recipient(folder / "packs", doors, datetime.now(UTC).date())
    port = free_port()
    command = [
        *(sys.executable, "-m", "jikimi.cli", "up"),
        *("--data", str(folder), "--port", str(port)),
    ]
    with _running(command, _environment(folder, doors, smtp_port, port)) as process:
        said = _until_ready(process)
        link = re.search(r"\S+/desk/setup/\S+/", said)
        yield Product(
            origin=f"http://127.0.0.1:{port}",
            setup_link=link.group() if link else "",
            data=folder,
        )


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on.

    None of those that Linux gives to connections and listeners by itself: one of these may be
    taken again before the process that it is meant for has started.
    """
    for number in islice(_asked_for, len(_OURS)):
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", _OURS[number % len(_OURS)]))
            return int(probe.getsockname()[1])
    raise DidNotStart(f"No port of {_OURS[0]} to {_OURS[-1]} is free.")


def _environment(folder: Path, doors: Doors, smtp_port: int | None, port: int) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not _is_ours(name)}
    return kept | {
        "JIKIMI_ORIGIN": f"http://127.0.0.1:{port}",
        "JIKIMI_STAND_IN_PORTS": str(doors.http_port),
        "JIKIMI_PACKS": str(folder / "packs"),
        "JIKIMI_MAIL": f"smtp://127.0.0.1:{smtp_port or doors.smtp_port}",
        "JIKIMI_CENTRE_NAME": "Demonstration centre",
        "JIKIMI_CENTRE_ADDRESS": "1 Example Street, Seoul",
        "JIKIMI_CENTRE_PHONE": "+82 2 000 0000",
        "JIKIMI_CENTRE_EMAIL": "centre@jikimi.example",
        "JIKIMI_CENTRE_REPRESENTATIVE": "Demonstration only",
    }


def _is_ours(name: str) -> bool:
    return name.startswith("JIKIMI_") or name in {"DATABASE_URL", "DJANGO_SETTINGS_MODULE"}


@contextmanager
def _running(command: list[str], environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(  # noqa: S603  # our own modules
        command, env=environment, stdout=subprocess.PIPE, text=True
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.communicate(timeout=_SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()


def _line(process: subprocess.Popen[str]) -> str:
    line = process.stdout.readline() if process.stdout else ""
    if not line:
        raise DidNotStart("A process of the demo did not start; its message is above.")
    return line


def _until_ready(process: subprocess.Popen[str]) -> str:
    said = ""
    while _LAST_LINE not in said:
        said += _line(process)
    return said
