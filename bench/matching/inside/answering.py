"""One contestant in a process of its own: it is told over stdin what to do, and answers on stdout.

Each line is a JSON object. Fingerprints and answers travel as .npy files. Time is taken here,
around the contestant's own call and nothing else.
"""

import ctypes
import gc
import json
import os
import re
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint8]
Queries = Any
"""What a contestant takes; slices of it are taken, too."""
Orders = dict[str, Any]
Changes = Iterator[tuple[str, Callable[[], object]]]


class Index(Protocol):
    """A contestant. Row k of what it is built of has the id k."""

    def build(self, hashes: Hashes) -> None: ...

    def prepared(self, queries: Hashes) -> Queries:
        """Queries as its own door takes them; any slice of them can be searched for."""
        ...

    def search(self, queries: Queries, radius: int, threads: int) -> Any:
        """Its own call, and nothing else: this is what is timed."""
        ...

    def pairs(self, found: Any) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Offsets and ids of what `search` gave."""
        ...

    def changes(self, fresh: Hashes, rows: int, *, written: bool) -> Changes:
        """What can be done to the index when it is built; each is done and timed as it comes.

        Without `written` a peer is not put into a file and read from it.
        """
        ...


def answer_orders(index: Index) -> None:
    """Do what each line of stdin says, until there is none."""
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # What a library prints must not get between the answers.
    doers = {"build": _build, "ask": _ask, "answer": _answer, "change": _change}
    for line in sys.stdin:
        orders = json.loads(line)
        answers.write(json.dumps(doers[orders.pop("do")](index, orders)) + "\n")


def _build(index: Index, orders: Orders) -> Orders:
    before = _resident()
    seconds = _build_seconds(index, Path(orders["hashes"]), orders["rows"])
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    return {"seconds": seconds, "resident": _resident() - before}


def _build_seconds(index: Index, file: Path, rows: int) -> float:
    hashes = np.load(file, mmap_mode="r")[:rows]
    hashes[::100].sum()  # Into memory before the clock starts.
    return _timed(lambda: index.build(hashes))


def _ask(index: Index, orders: Orders) -> Orders:
    """Ask for all queries in calls of `size`; the seconds of each call."""
    queries = index.prepared(np.load(orders["queries"])[: orders["count"]])
    size, radius, threads = orders["size"], orders["radius"], orders["threads"]
    seconds = []
    for start in range(0, len(queries), size):
        call = queries[start : start + size]
        began = time.perf_counter()
        index.search(call, radius, threads)
        seconds.append(time.perf_counter() - began)
    return {"seconds": seconds}


def _answer(index: Index, orders: Orders) -> Orders:
    """Write the answers themselves into a file, for as many queries as the seconds allow."""
    queries = index.prepared(np.load(orders["queries"])[: orders["count"]])
    counts, ids, done, step = [], [], 0, 8
    index.search(queries[:1], orders["radius"], 1)
    began = time.perf_counter()
    while done < len(queries) and time.perf_counter() - began < orders["within"]:
        call = queries[done : done + step]
        offsets, numbers = index.pairs(index.search(call, orders["radius"], 1))
        counts.append(np.diff(offsets))
        ids.append(numbers)
        done, step = done + len(call), step * 2
    offsets = np.concatenate(([0], np.cumsum(np.concatenate(counts))))
    with Path(orders["into"]).open("wb") as out:
        np.savez(out, offsets=offsets, ids=np.concatenate(ids))
    return {"seconds": (time.perf_counter() - began) / done}


def _change(index: Index, orders: Orders) -> Orders:
    changes = index.changes(np.load(orders["fresh"]), orders["rows"], written=orders["written"])
    return {"seconds": [(name, _timed(change)) for name, change in changes]}


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _resident() -> int:
    """Bytes of this process in memory, those of mapped files among them."""
    found = re.search(r"^Rss:\s+(\d+) kB", Path("/proc/self/smaps_rollup").read_text(), re.M)
    assert found
    return int(found[1]) * 1024
