"""Adds, removals, flushes, merges and reopening in any order agree with a dictionary."""

import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from numpy.typing import NDArray

from jikimi_core.index import HammingIndex
from jikimi_core.index.merging import Size, choose_merge

Hashes = NDArray[np.uint8]
FAMILIES = np.random.default_rng(3).integers(0, 256, (7, 32), np.uint8)
# Rows are drawn from a long list of near-duplicates, so that a few numbers say which.
STORE = FAMILIES[np.arange(60_000) % 7] ^ (
    np.random.default_rng(4).integers(0, 256, (60_000, 32), np.uint8)
    & np.random.default_rng(5).integers(0, 256, (60_000, 32), np.uint8)
    & np.random.default_rng(6).integers(0, 256, (60_000, 32), np.uint8)
)


def ids_of(start: int, count: int) -> NDArray[np.uint64]:
    return np.arange(start, start + count, dtype=np.uint64)


class AFolderIsADictionary(RuleBasedStateMachine):
    """The model is the set of ids that are there; the hash of an id is always the same."""

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "index"
        self.index = HammingIndex(self.path)
        self.there = np.zeros(len(STORE), np.bool_)
        self.flushed = self.there.copy()

    def teardown(self) -> None:
        if hasattr(self, "folder"):
            self.index.settle()
            self.folder.cleanup()

    @rule(
        start=st.integers(0, len(STORE) - 1),
        count=st.sampled_from([1, 5, 3000, 4096, 5000, 17_000]),
        step=st.sampled_from([1, 2, 7]),
    )
    def add(self, start: int, count: int, step: int) -> None:
        chosen = np.arange(start, min(start + count * step, len(STORE)), step)
        chosen = chosen[~self.there[chosen]][::-1]
        self.index.add(chosen.astype(np.uint64), STORE[chosen])
        self.there[chosen] = True

    @rule(
        start=st.integers(0, len(STORE) - 1),
        count=st.sampled_from([1, 40, 2000, 30_000]),
        step=st.sampled_from([1, 3]),
    )
    def remove(self, start: int, count: int, step: int) -> None:
        chosen = np.arange(start, min(start + count * step, len(STORE)), step)
        self.index.remove(chosen.astype(np.uint64))
        self.there[chosen] = False

    @rule()
    def flush(self) -> None:
        self.index.flush()
        self.flushed = self.there.copy()

    @rule()
    def settle(self) -> None:
        self.index.settle()

    @rule()
    def reopen(self) -> None:
        self.index.settle()
        self.index = HammingIndex(self.path)
        self.there = self.flushed.copy()

    @rule(
        numbers=st.lists(st.integers(0, len(STORE) - 1), min_size=1, max_size=3),
        radius=st.sampled_from([0, 3, 15, 31, 45, 70]),
        threads=st.integers(1, 3),
    )
    def search(self, numbers: list[int], radius: int, threads: int) -> None:
        queries = STORE[numbers]
        found = self.index.search(queries, radius=radius, threads=threads)
        for k, (a, b) in enumerate(pairwise(found.offsets.tolist())):
            bits = np.bitwise_count(STORE ^ queries[k]).sum(axis=1)
            near = np.flatnonzero(self.there & (bits <= radius))
            expected = near[np.lexsort((near, bits[near]))]
            assert found.ids[a:b].tolist() == expected.tolist()
            assert found.distances[a:b].tolist() == bits[expected].tolist()

    @invariant()
    def has_the_same_length(self) -> None:
        if hasattr(self, "index"):
            assert len(self.index) == self.there.sum()


TestAFolderIsADictionary = AFolderIsADictionary.TestCase
TestAFolderIsADictionary.settings = settings(max_examples=15, stateful_step_count=25)


def test_many_small_additions_end_in_few_segments(tmp_path: Path) -> None:
    index = HammingIndex(tmp_path / "index")
    for start in range(0, 40_000, 500):
        index.add(ids_of(start, 500), STORE[start : start + 500])
    index.settle()
    index.flush()
    index.settle()
    index.flush()
    assert len(list((tmp_path / "index").glob("*.segment"))) <= 4
    again = HammingIndex(tmp_path / "index")
    assert again.search(STORE[:40_000:97], radius=0).ids.tolist() == list(range(0, 40_000, 97))


def test_searches_see_whole_removals_while_segments_merge() -> None:
    row = STORE[:1]
    index = HammingIndex()
    torn: list[int] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            found = index.search(row, radius=0)
            if len(found.ids) % 1000 or len(np.unique(found.ids)) != len(found.ids):
                torn.append(len(found.ids))

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    try:
        for start in range(0, 60_000, 1000):
            index.add(ids_of(start, 1000), np.repeat(row, 1000, axis=0))
            if start % 3000 == 2000:
                index.remove(ids_of(start - 2000, 2000))
    finally:
        done.set()
        for reader in readers:
            reader.join()
    index.settle()
    assert not torn
    assert len(index) == 20_000
    assert len(index.search(row, radius=0).ids) == 20_000


def test_what_is_removed_during_a_merge_stays_removed() -> None:
    index = HammingIndex()
    removed = []
    for start in range(0, 50_000, 5000):
        index.add(ids_of(start, 5000), STORE[start : start + 5000])
        for number in range(start, start + 5000, 50):
            index.remove(ids_of(number, 1))
            removed.append(number)
    index.settle()
    assert len(index) == 50_000 - len(removed)
    found = index.search(STORE[removed], radius=0).ids.tolist()
    assert not set(found) & set(removed)


def test_where_nothing_may_wear_what_was_removed_is_in_no_file(tmp_path: Path) -> None:
    index = HammingIndex(tmp_path / "index", worn=0.0)
    index.add(ids_of(0, 5_000), STORE[:5_000])
    index.flush()
    index.remove(ids_of(7, 1))
    index.settle()
    index.flush()
    fresh = HammingIndex(tmp_path / "fresh")
    fresh.add(ids_of(0, 4_999), STORE[:4_999])
    fresh.flush()
    sizes = [
        [file.stat().st_size for file in (tmp_path / folder).glob("*.segment")]
        for folder in ("index", "fresh")
    ]
    assert sizes[0] == sizes[1]
    assert len(HammingIndex(tmp_path / "index")) == 4_999


@given(
    sizes=st.lists(
        st.tuples(st.integers(1, 10**7), st.integers(0, 100)).map(
            lambda pair: (pair[0], pair[0] * (100 - pair[1]) // 100)
        ),
        max_size=20,
    )
)
def test_merging_ends_and_leaves_few_segments(sizes: list[tuple[int, int]]) -> None:
    segments = [Size(number=k, rows=rows, living=living) for k, (rows, living) in enumerate(sizes)]
    next_number = len(segments)
    for _ in range(2 * len(segments) + 1):
        chosen = choose_merge(segments)
        if not chosen:
            break
        living = sum(size.living for size in segments if size.number in chosen)
        segments = [size for size in segments if size.number not in chosen]
        if living:
            segments.append(Size(number=next_number, rows=living, living=living))
        next_number += 1
    assert not choose_merge(segments)
    ordered = sorted(size.living for size in segments)
    assert all(after >= 4 * before for before, after in pairwise(ordered))


WRITER = """
import sys
import numpy as np
from jikimi_core.index import HammingIndex
index = HammingIndex(sys.argv[1])
hashes = np.random.default_rng(1).integers(0, 256, (400_000, 32), np.uint8)
k = index.position
while True:
    ids = np.arange(k * 2000, (k + 1) * 2000, dtype=np.uint64)
    index.add(ids, hashes[ids.astype(int) % 400_000])
    index.remove(ids[:100])
    k += 1
    index.flush(position=k)
    print(k, flush=True)
"""


@contextmanager
def writing(path: Path) -> Iterator["subprocess.Popen[str]"]:
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path)],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )
    try:
        yield writer
    finally:
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        assert writer.stdout is not None
        writer.stdout.close()


def test_killed_at_any_instant_it_opens_to_a_flushed_state(tmp_path: Path) -> None:
    path = tmp_path / "index"
    reached = 0
    for flushes in (1, 2, 3, 5):
        with writing(path) as writer:
            assert writer.stdout is not None
            for _ in range(flushes):
                reached = int(writer.stdout.readline())
        index = HammingIndex(path)
        assert index.position >= reached
        assert len(index) == index.position * 1900
        index.verify()
        reached = index.position


def test_it_opens_to_a_flushed_state_while_another_process_flushes(tmp_path: Path) -> None:
    path = tmp_path / "index"
    with writing(path) as writer:
        assert writer.stdout is not None
        for _ in range(20):
            reached = int(writer.stdout.readline())
            index = HammingIndex(path)
            assert index.position >= reached
            assert len(index) == index.position * 1900
