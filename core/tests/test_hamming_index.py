"""The index against the plainest model there is: a dictionary, searched by counting bits."""

import threading
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from numpy.typing import NDArray

from jikimi_core.index import DuplicateId, HammingIndex, Matches

Hashes = NDArray[np.uint8]


def as_ids(*ids: int) -> NDArray[np.uint64]:
    return np.array(ids, dtype=np.uint64)


def random_hashes(count: int, seed: int) -> Hashes:
    return np.random.default_rng(seed).integers(0, 256, (count, 32), np.uint8)


def with_bits_flipped(row: Hashes, count: int) -> Hashes:
    flips = np.packbits(np.arange(256) < count)
    return row ^ flips


def per_query(found: Matches) -> list[list[tuple[int, int]]]:
    """(id, distance) pairs of each query."""
    pairs = list(zip(found.ids.tolist(), found.distances.tolist(), strict=True))
    edges = found.offsets.tolist()
    return [pairs[a:b] for a, b in pairwise(edges)]


def counted(known: dict[int, bytes], query: bytes, radius: int) -> list[tuple[int, int]]:
    q = int.from_bytes(query)
    distances = {i: (int.from_bytes(h) ^ q).bit_count() for i, h in known.items()}
    return sorted(
        ((i, d) for i, d in distances.items() if d <= radius), key=lambda pair: (pair[1], pair[0])
    )


class AnIndexIsADictionary(RuleBasedStateMachine):
    """Adds, removes and searches in any order agree with a dictionary."""

    def __init__(self) -> None:
        super().__init__()
        self.index = HammingIndex()
        self.known: dict[int, bytes] = {}

    @rule(
        ids=st.lists(st.integers(0, 40) | st.integers(2**64 - 5, 2**64 - 1), max_size=8),
        fill=st.binary(min_size=1, max_size=3),
    )
    def add(self, ids: list[int], fill: bytes) -> None:
        rows = [(fill + bytes([i % 7]) * 32)[:32] for i in ids]
        hashes = np.frombuffer(b"".join(rows), np.uint8).reshape(-1, 32)
        if len(set(ids)) < len(ids) or self.known.keys() & set(ids):
            with pytest.raises(DuplicateId):
                self.index.add(as_ids(*ids), hashes)
        else:
            self.index.add(as_ids(*ids), hashes)
            self.known.update(zip(ids, rows, strict=True))

    @rule(ids=st.lists(st.integers(0, 40), max_size=8))
    def remove(self, ids: list[int]) -> None:
        self.index.remove(as_ids(*ids))
        for i in ids:
            self.known.pop(i, None)

    @rule(
        queries=st.lists(st.binary(min_size=32, max_size=32), max_size=4),
        radius=st.integers(0, 256),
    )
    def search(self, queries: list[bytes], radius: int) -> None:
        hashes = np.frombuffer(b"".join(queries), np.uint8).reshape(-1, 32)
        found = per_query(self.index.search(hashes, radius=radius))
        assert found == [counted(self.known, query, radius) for query in queries]

    @invariant()
    def has_the_same_length(self) -> None:
        assert len(self.index) == len(self.known)


TestAnIndexIsADictionary = AnIndexIsADictionary.TestCase
TestAnIndexIsADictionary.settings = settings(max_examples=60, stateful_step_count=20)


@given(distance=st.integers(0, 256), radius=st.integers(0, 256))
def test_the_radius_itself_is_within(distance: int, radius: int) -> None:
    row = random_hashes(1, 7)
    index = HammingIndex()
    index.add(as_ids(5), row)
    found = per_query(index.search(with_bits_flipped(row, distance), radius=radius))
    assert found == [[(5, distance)] if distance <= radius else []]


def test_matches_come_nearest_first_then_by_id_in_the_promised_types() -> None:
    row = random_hashes(1, 1)
    index = HammingIndex()
    rows = np.vstack([with_bits_flipped(row, n) for n in (9, 3, 3, 0)])
    index.add(as_ids(1, 30, 20, 2**63), rows)
    found = index.search(row)
    assert per_query(found) == [[(2**63, 0), (20, 3), (30, 3), (1, 9)]]
    dtypes = (found.offsets.dtype, found.ids.dtype, found.distances.dtype)
    assert dtypes == (np.int64, np.uint64, np.uint16)


def test_the_default_radius_is_31() -> None:
    row = random_hashes(1, 2)
    index = HammingIndex()
    index.add(as_ids(31, 32), np.vstack([with_bits_flipped(row, n) for n in (31, 32)]))
    assert per_query(index.search(row)) == [[(31, 31)]]


def test_an_empty_index_and_an_empty_query_are_fine() -> None:
    index = HammingIndex()
    assert per_query(index.search(random_hashes(2, 1))) == [[], []]
    index.add(as_ids(), random_hashes(0, 1))
    assert index.search(random_hashes(0, 1), radius=256).offsets.tolist() == [0]
    assert len(index) == 0


@pytest.mark.parametrize("threads", [2, 3, 64])
def test_any_number_of_threads_finds_the_same(threads: int) -> None:
    rows = random_hashes(40_001, 3)
    queries = rows[:50] ^ (random_hashes(50, 4) & random_hashes(50, 5) & random_hashes(50, 6))
    index = HammingIndex()
    index.add(np.random.default_rng(1).permutation(40_001).astype(np.uint64), rows)
    one = index.search(queries, radius=100, threads=1)
    many = index.search(queries, radius=100, threads=threads)
    assert per_query(many) == per_query(one)
    assert len(one.ids) > 500


def test_a_scan_agrees_with_numpy_on_many_rows() -> None:
    rows, queries = random_hashes(5000, 8), random_hashes(20, 9)
    index = HammingIndex()
    index.add(np.arange(5000, dtype=np.uint64), rows)
    distances = np.bitwise_count(rows[None] ^ queries[:, None]).sum(axis=2)
    found = per_query(index.search(queries, radius=110))
    for q in range(20):
        assert dict(found[q]) == {
            int(i): int(distances[q, i]) for i in np.flatnonzero(distances[q] <= 110)
        }
    assert sum(map(len, found)) > 1000


def test_a_duplicate_in_a_batch_leaves_the_index_as_it_was() -> None:
    index = HammingIndex()
    index.add(as_ids(1), random_hashes(1, 1))
    with pytest.raises(DuplicateId, match="id 1 ") as caught:
        index.add(as_ids(2, 1), random_hashes(2, 2))
    assert caught.value.identifier == 1
    assert len(index) == 1
    assert per_query(index.search(random_hashes(2, 2), radius=0)) == [[], []]


def test_a_removed_id_can_be_added_again_with_another_hash() -> None:
    index = HammingIndex()
    index.add(as_ids(1), random_hashes(1, 1))
    index.remove(as_ids(1, 99))
    index.add(as_ids(1), random_hashes(1, 2))
    assert per_query(index.search(random_hashes(1, 1), radius=0)) == [[]]
    assert per_query(index.search(random_hashes(1, 2), radius=0)) == [[(1, 0)]]


def test_what_was_passed_in_may_change_afterwards() -> None:
    ids, rows = as_ids(1), random_hashes(1, 1)
    index = HammingIndex()
    index.add(ids, rows)
    ids[:], rows[:] = 0, 0
    assert per_query(index.search(random_hashes(1, 1), radius=0)) == [[(1, 0)]]


@pytest.mark.parametrize("radius", [-1, 257])
def test_a_radius_outside_0_to_256_is_refused(radius: int) -> None:
    with pytest.raises(ValueError, match="radius must be 0 to 256"):
        HammingIndex().search(random_hashes(1, 1), radius=radius)


def test_no_thread_is_refused() -> None:
    with pytest.raises(ValueError, match="threads must be 1 or more"):
        HammingIndex().search(random_hashes(1, 1), threads=0)


@pytest.mark.parametrize(
    "hashes",
    [
        np.zeros((1, 31), np.uint8),
        np.zeros(32, np.uint8),
        np.zeros((1, 32), np.int8),
        np.zeros((1, 4), np.uint64),
    ],
)
def test_hashes_of_another_shape_or_type_are_refused(hashes: Hashes) -> None:
    index = HammingIndex()
    with pytest.raises(ValueError, match="hashes must be uint8"):
        index.search(hashes)
    with pytest.raises(ValueError, match="hashes must be uint8"):
        index.add(as_ids(1), hashes)


@pytest.mark.parametrize(
    "ids", [np.array([1], np.int64), np.array([[1]], np.uint64), np.array([1.0])]
)
def test_ids_of_another_shape_or_type_are_refused(ids: NDArray[np.uint64]) -> None:
    index = HammingIndex()
    with pytest.raises(ValueError, match="ids must be uint64"):
        index.add(ids, random_hashes(1, 1))
    with pytest.raises(ValueError, match="ids must be uint64"):
        index.remove(ids)


def test_ids_and_hashes_must_be_as_many() -> None:
    with pytest.raises(ValueError, match="2 ids do not fit 1 hashes"):
        HammingIndex().add(as_ids(1, 2), random_hashes(1, 1))


def test_views_that_are_not_contiguous_are_read_right() -> None:
    rows, ids = random_hashes(20, 5), np.arange(20, dtype=np.uint64)
    index = HammingIndex()
    index.add(ids[::2], rows[::2])
    found = per_query(index.search(rows[::-1], radius=0))
    assert found == [[(i, 0)] if i % 2 == 0 else [] for i in range(19, -1, -1)]


def test_searches_see_whole_batches_while_another_thread_writes() -> None:
    batch, batches = 100, 60
    row = random_hashes(1, 1)
    index = HammingIndex()
    seen: set[int] = set()
    torn: list[int] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            found = index.search(row, radius=0).ids
            seen.add(len(found))
            if len(found) % batch or len(np.unique(found)) != len(found):
                torn.append(len(found))

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for k in range(batches):
        ids = np.arange(k * batch, (k + 1) * batch, dtype=np.uint64)
        index.add(ids, np.repeat(row, batch, axis=0))
        if k % 3 == 2:
            index.remove(ids)
    done.set()
    for reader in readers:
        reader.join()
    assert not torn
    assert len(index) == batch * batches * 2 // 3


def test_two_writers_lose_nothing() -> None:
    index = HammingIndex()

    def write(start: int) -> None:
        for i in range(start, start + 500):
            index.add(as_ids(i), random_hashes(1, i))

    writers = [threading.Thread(target=write, args=(start,)) for start in (0, 1000, 2000)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    expected = [*range(500), *range(1000, 1500), *range(2000, 2500)]
    hashes = np.vstack([random_hashes(1, i) for i in expected])
    assert per_query(index.search(hashes, radius=0)) == [[(i, 0)] for i in expected]


def test_each_query_may_have_its_own_radius() -> None:
    row = random_hashes(1, 1)
    index = HammingIndex()
    index.add(as_ids(0, 5, 20), np.vstack([with_bits_flipped(row, n) for n in (0, 5, 20)]))
    radii = np.array([0, 5, 4, 256], np.uint16)
    found = per_query(index.search(np.repeat(row, 4, axis=0), radius=radii))
    assert [[i for i, _ in pairs] for pairs in found] == [[0], [0, 5], [0], [0, 5, 20]]


@pytest.mark.parametrize(
    ("radii", "message"),
    [
        (np.array([1], np.uint16), "radii must be uint16 of shape"),
        (np.array([1, 2], np.int64), "radii must be uint16 of shape"),
        (np.array([1, 257], np.uint16), "radius must be 0 to 256, not 257"),
    ],
)
def test_radii_that_do_not_fit_the_queries_are_refused(
    radii: NDArray[np.uint16], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        HammingIndex().search(random_hashes(2, 1), radius=radii)


def test_a_query_with_too_many_matches_keeps_the_limit_and_says_so() -> None:
    row = random_hashes(1, 1)
    index = HammingIndex()
    index.add(np.arange(5000, dtype=np.uint64), np.repeat(row, 5000, axis=0))
    index.add(as_ids(9000, 9001, 9002), np.repeat(row, 3, axis=0))
    index.add(as_ids(7000), random_hashes(1, 2))
    found = index.search(np.vstack([row, random_hashes(1, 2)]), limit=100)
    assert np.diff(found.offsets).tolist() == [100, 1]
    assert found.capped.tolist() == [True, False]
    assert not index.search(row, limit=5003).capped[0]
    assert index.search(row, limit=5002).capped[0]
    with pytest.raises(ValueError, match="limit must be 1 or more"):
        index.search(row, limit=0)


@pytest.mark.parametrize("position", [-1, 2**64])
def test_a_position_that_cannot_be_kept_is_refused(position: int) -> None:
    with pytest.raises(ValueError, match="position must be 0 to"):
        HammingIndex().flush(position=position)
