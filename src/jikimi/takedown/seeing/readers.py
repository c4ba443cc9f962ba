"""Processes that read one picture or page from outside each, forked from one that stands ready.

Starting an interpreter and importing the decoders takes a tenth of a second; a fork of one that
has done so takes milliseconds. The one that stands ready never meets a byte from outside and knows
none of our secrets, so each reader still begins clean and ends with its one picture.
"""

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from jikimi.takedown.seeing.errors import NotReadable

_NAME_BYTES = 32
PATIENCE_SECONDS = 15.0
"""A fork takes milliseconds and the first one a second: whoever takes longer will never answer."""


@dataclass(frozen=True, kw_only=True)
class Reader:
    """One forked process: what it is to read goes in, its answer comes out."""

    pidfd: int
    into: int
    out: int

    def kill(self) -> None:
        """End it, whatever it does; nothing happens to one that has ended."""
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(self.pidfd, signal.SIGKILL)


@dataclass(kw_only=True)
class _StandingReady:
    """The process that readers are forked from: one for each of ours, started when first needed."""

    control: socket.socket | None = None
    process: "subprocess.Popen[bytes] | None" = None
    owner: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def fork(self, kind: str, fds: tuple[int, int]) -> int:
        """A reader of that kind on these ends of pipes; its pidfd. Raises OSError."""
        with self.lock:
            try:
                return self._ask(kind, fds)
            except OSError:  # it was killed, or does not answer: another takes its place
                self._end()
                return self._ask(kind, fds)

    def _ask(self, kind: str, fds: tuple[int, int]) -> int:
        if self.control is None or self.owner != os.getpid():
            self._start()
        if self.control is None:
            raise ConnectionError
        socket.send_fds(self.control, [kind.encode()], fds)
        _, got, _, _ = socket.recv_fds(self.control, _NAME_BYTES, 1)
        if not got:
            raise ConnectionError
        return got[0]

    def _start(self) -> None:
        ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with its:
            self.process = subprocess.Popen(
                [sys.executable, "-P", "-s", "-m", "jikimi.takedown.seeing.isolated"],
                stdin=its.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=bare_environment(),
            )
        ours.settimeout(PATIENCE_SECONDS)
        self.control, self.owner = ours, os.getpid()

    def _end(self) -> None:
        """It ends with its socket, too."""
        if self.control is not None:
            self.control.close()
        if self.process is not None and self.owner == os.getpid():
            self.process.kill()
            self.process.wait()
        self.control = self.process = None


_standing_ready = _StandingReady()


@contextmanager
def reader(kind: str) -> Iterator[Reader]:
    """A process of its own for one reading; it is killed when the block ends.

    Raises NotReadable where none could be had.
    """
    (its_in, into), (out, its_out) = os.pipe(), os.pipe()
    try:
        pidfd = _standing_ready.fork(kind, (its_in, its_out))
    except OSError:
        os.close(into)
        os.close(out)
        raise NotReadable from None
    finally:
        os.close(its_in)
        os.close(its_out)
    forked = Reader(pidfd=pidfd, into=into, out=out)
    try:
        yield forked
    finally:
        forked.kill()
        os.close(pidfd)
        os.close(out)


def bare_environment() -> dict[str, str]:
    """What a process that meets hostile bytes may know of ours."""
    bare = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    if "PYTHONPATH" in os.environ:
        bare["PYTHONPATH"] = os.environ["PYTHONPATH"]
    return bare
