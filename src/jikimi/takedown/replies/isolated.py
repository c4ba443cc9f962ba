"""Read one mail from outside, in a process that can be lost without harm.

``python -m jikimi.takedown.replies.isolated AUTHSERV whole|cut`` reads the mail on standard input
and prints one JSON object with the fields of `ReadMail`. It takes its limits before it reads:
memory, seconds of CPU, no file to write.
"""

import json
import logging
import resource
import sys
from dataclasses import asdict

MEMORY_BYTES = 600_000_000
CPU_SECONDS = 5
"""An honest mail takes 0.2; the standard library needs long for some headers made for it."""


def main(authserv: str, how_much: str) -> None:
    """Read, print, end."""
    _take_limits()
    logging.disable()  # flufl.bounce would log what it stumbles over
    from jikimi.takedown.replies.reading import read_mail  # noqa: PLC0415  # under the limits

    raw = sys.stdin.buffer.read()
    mail = read_mail(raw, authserv=authserv, cut=how_much == "cut")
    sys.stdout.write(json.dumps(asdict(mail)))


def _take_limits() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
