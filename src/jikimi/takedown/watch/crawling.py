"""Start the crawler's process, hear what it says, and end it when enough is heard."""

import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import IO, Protocol

from jikimi.takedown.rules.watching import WatchOutcome
from jikimi.takedown.seeing.deadline import Deadline
from jikimi.takedown.seeing.errors import TooSlow
from jikimi.takedown.seeing.readers import bare_environment
from jikimi.takedown.watch.orders import LONGEST_LINE, CrawlOrder, Ended, Told, read_told

GRACE_SECONDS = 60
"""Beyond the visit's own limit, for what is under way."""
MOST_LINES = 5_000
"""More than the largest budget lets an honest crawler say."""
SILENCE_SECONDS = 1.0
"""How long to listen before the listener may look around."""


class Visit(Protocol):
    """A visit under way."""

    @property
    def process_id(self) -> int | None:
        """Of the crawler, if it has a process of its own."""
        ...

    def told(self) -> Iterator[Told | None]:
        """What the crawler says as it says it, None after each second of silence; ends with it.

        The last is an `Ended`, unless the listener leaves first.
        """
        ...


@contextmanager
def crawl(order: CrawlOrder) -> Iterator[Visit]:
    """Visit in a process of its own, which ends with the ``with`` block at the latest."""
    process = subprocess.Popen(
        [sys.executable, "-P", "-s", "-m", "jikimi.takedown.watch.crawler"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=bare_environment(),
        start_new_session=True,
    )
    with process:
        try:
            yield _Process(process, order)
        finally:
            # The readers it started are of its group and end with it.
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


class _Process:
    def __init__(self, process: "subprocess.Popen[bytes]", order: CrawlOrder) -> None:
        self._process = process
        self._order = order
        self._lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()

    @property
    def process_id(self) -> int | None:
        return self._process.pid

    def told(self) -> Iterator[Told | None]:
        deadline = Deadline(self._order.budget.seconds + GRACE_SECONDS)
        threading.Thread(target=self._talk, daemon=True).start()
        while True:
            try:
                line = self._lines.get(timeout=min(SILENCE_SECONDS, deadline.left()))
            except TooSlow:
                yield Ended(outcome=WatchOutcome.LIMIT)
                return
            except queue.Empty:
                yield None
                continue
            told = read_told(line) if line else Ended(outcome=WatchOutcome.BROKE_OFF)
            if told is not None:
                yield told
            if isinstance(told, Ended):
                return

    def _talk(self) -> None:
        """Hand over the order, then every line; an empty one says that there are no more."""
        if self._process.stdin is None or self._process.stdout is None:
            return
        with suppress(OSError, ValueError):
            self._process.stdin.write(self._order.to_json().encode())
            self._process.stdin.close()
        with suppress(OSError, ValueError):
            self._read(self._process.stdout)
        self._lines.put(b"")

    def _read(self, lines: IO[bytes]) -> None:
        for _ in range(MOST_LINES):
            line = lines.readline(LONGEST_LINE)
            if not line:
                return
            self._lines.put(line)
