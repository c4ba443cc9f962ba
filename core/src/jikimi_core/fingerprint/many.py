"""Fingerprints of many files, several at once.

Decoding and the kernel release the interpreter lock, so that threads use all processors. Each
thread holds one picture at a time: 120 megapixels, the largest that is decoded, are 360 to 480 MB.
"""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from jikimi_core.fingerprint import pdq
from jikimi_core.fingerprint.errors import FingerprintError
from jikimi_core.fingerprint.pdq import Pdq

_AHEAD: Final = 4
"""Answers kept for each thread while one that is due before them is waited for."""

Item = TypeVar("Item")
Answer = TypeVar("Answer")


@dataclass(frozen=True, kw_only=True, slots=True)
class FileFingerprint:
    """A picture file and its fingerprint, or why it has none."""

    file: str | Path
    found: Pdq | FingerprintError


def from_files(
    files: Iterable[str | Path], *, threads: int | None = None
) -> Iterator[FileFingerprint]:
    """Fingerprint picture files, in the order given, each as soon as it and those before are done.

    ``threads`` is how many are worked on at once, by default one for each processor. A file that
    cannot be fingerprinted stops nothing. Raises ValueError if ``threads`` is under 1.
    """
    return in_order(_fingerprint, files, threads=threads)


def in_order(
    work: Callable[[Item], Answer], items: Iterable[Item], *, threads: int | None = None
) -> Iterator[Answer]:
    """Yield ``work`` of each item in order, with several under way; ``items`` is read as needed.

    One thread is the caller's own, which Ctrl-C interrupts; of others it waits for what they are
    at. What ``work`` raises comes out in its place and ends it. Raises ValueError as ``from_files``
    does.
    """
    threads = processors() if threads is None else threads
    if threads < 1:
        raise ValueError(f"threads must be 1 or more, not {threads}")
    return map(work, items) if threads == 1 else _in_order(work, items, threads)


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _in_order(
    work: Callable[[Item], Answer], items: Iterable[Item], threads: int
) -> Iterator[Answer]:
    under_way: deque[Future[Answer]] = deque()
    pool = ThreadPoolExecutor(threads, thread_name_prefix="fingerprint")
    try:
        for item in items:
            under_way.append(pool.submit(work, item))
            if len(under_way) >= _AHEAD * threads or under_way[0].done():
                yield under_way.popleft().result()
        while under_way:
            yield under_way.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


def _fingerprint(file: str | Path) -> FileFingerprint:
    try:
        return FileFingerprint(file=file, found=pdq.from_file(file))
    except FingerprintError as problem:
        return FileFingerprint(file=file, found=problem)
