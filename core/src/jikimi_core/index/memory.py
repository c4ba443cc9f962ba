"""Memory that segments lie in: whole pages, zero until written."""

import mmap
from pathlib import Path

import numpy as np
from numpy.typing import NDArray


def zeros(size: int) -> NDArray[np.uint8]:
    """Return so many zero bytes of this process alone, in large pages where the machine has them.

    Pages that are never written take no room. Raises MemoryError.
    """
    try:
        room = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    except OSError as problem:
        raise MemoryError from problem
    if hasattr(mmap, "MADV_HUGEPAGE"):
        room.madvise(mmap.MADV_HUGEPAGE)
    return np.frombuffer(room, np.uint8)


def no_removals(rows: int) -> NDArray[np.uint64]:
    """Return a moment of removal for each of so many rows (at least 1), all 0.

    In small pages: only those in which a row was removed take room.
    """
    try:
        room = mmap.mmap(-1, 8 * rows, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    except OSError as problem:
        raise MemoryError from problem
    if hasattr(mmap, "MADV_NOHUGEPAGE"):
        room.madvise(mmap.MADV_NOHUGEPAGE)
    return np.frombuffer(room, np.uint64)


def mapped(path: Path) -> NDArray[np.uint8]:
    """Return the file's content, read where it lies and shared with other processes.

    It must not be cut off while it is used. An empty file gives no bytes. Raises OSError.
    """
    with path.open("rb") as file:
        size = file.seek(0, 2)
        if size == 0:
            return np.empty(0, np.uint8)
        return np.frombuffer(mmap.mmap(file.fileno(), size, access=mmap.ACCESS_READ), np.uint8)
