"""The kernel of the index: every way to search and every twin finds what counting bits finds."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from jikimi_core import _kernel
from jikimi_core.index import memory
from jikimi_core.index.bit_order import by_frequency, by_frequency_and_key

Hashes = NDArray[np.uint8]
Found = list[list[tuple[int, int]]]

BANDED_ROWS = 20_000  # a segment of so many has bands
NATURAL = np.arange(256, dtype=np.uint8)
NO_IDS, NO_ROWS = np.empty(0, np.uint64), np.empty((0, 4), np.uint64)
WAYS = ("cheapest", "bands", "rows")


def random_hashes(count: int, seed: int) -> Hashes:
    return np.random.default_rng(seed).integers(0, 256, (count, 32), np.uint8)


def blurred(hashes: Hashes, most: int, seed: int) -> Hashes:
    """The hashes with up to ``most`` bits flipped in each."""
    generator = np.random.default_rng(seed)
    flips = np.zeros((len(hashes), 256), np.uint8)
    for row in flips:
        row[generator.choice(256, generator.integers(0, most + 1), replace=False)] = 1
    return hashes ^ np.packbits(flips, axis=1)


class Built:
    """One segment over hashes under ascending ids, and the plain way to search it."""

    def __init__(self, hashes: Hashes, order: NDArray[np.uint8], id_step: int = 3) -> None:
        self.hashes = hashes
        self.permutation = _kernel.Permutation(order)
        self.ids = np.arange(len(hashes), dtype=np.uint64) * np.uint64(id_step)
        self.content = memory.zeros(_kernel.segment_bytes(len(hashes)))
        rows = self.permutation.permute(hashes)
        _kernel.build_segment(self.content, self.ids, rows, self.permutation, 2)
        self.segment = _kernel.Segment(self.content, memory.no_removals(len(hashes)))
        self.counts: dict[bytes, NDArray[np.uint16]] = {}

    def search(
        self,
        queries: Hashes,
        radii: NDArray[np.uint16],
        *,
        way: str = "cheapest",
        twins: str = "",
        threads: int = 1,
        limit: int = 0,
        moment: int = 0,
    ) -> tuple[Found, list[bool]]:
        offsets, ids, distances, capped = _kernel.search(
            self.permutation,
            (self.segment,),
            moment,
            NO_IDS,
            NO_ROWS,
            queries,
            radii,
            limit,
            threads,
            twins,
            way,
        )
        pairs = list(zip(ids.tolist(), distances.tolist(), strict=True))
        edges = offsets.tolist()
        return [pairs[a:b] for a, b in pairwise(edges)], capped.tolist()

    def counted(self, queries: Hashes, radii: NDArray[np.uint16]) -> Found:
        found = []
        for query, radius in zip(queries, radii, strict=True):
            bits = self._distances(query.tobytes())
            near = np.flatnonzero(bits <= radius)
            near = near[np.argsort(bits[near], kind="stable")]
            found.append(list(zip(self.ids[near].tolist(), bits[near].tolist(), strict=True)))
        return found

    def _distances(self, query: bytes) -> NDArray[np.uint16]:
        """Counted once for each query that several tests ask for."""
        if query not in self.counts:
            differing = self.hashes ^ np.frombuffer(query, np.uint8)
            self.counts[query] = np.bitwise_count(differing).sum(axis=1, dtype=np.uint16)
        return self.counts[query]


def uniform(count: int, seed: int) -> Hashes:
    return random_hashes(count, seed)


def clustered(count: int, seed: int) -> Hashes:
    """Families of near-duplicates, and bits that are far from evenly set."""
    families = random_hashes(40, seed) & random_hashes(40, seed + 1)
    return blurred(families[np.arange(count) % 40], 40, seed + 2)


def one_crowd(count: int, seed: int) -> Hashes:
    """All within a few bits of one: every bucket that is looked up is full to the brim."""
    return blurred(np.repeat(random_hashes(1, seed), count, axis=0), 6, seed)


@pytest.fixture(scope="module", params=[uniform, clustered, one_crowd])
def built(request: pytest.FixtureRequest) -> Built:
    """A segment with bands, of three kinds of hashes."""
    return Built(request.param(BANDED_ROWS, 1), by_frequency())


@pytest.fixture(scope="module", params=[uniform, clustered])
def uncrowded(request: pytest.FixtureRequest) -> Built:
    """A segment with bands in which a query has few matches."""
    return Built(request.param(BANDED_ROWS, 2), by_frequency())


def near_and_far(built: Built, count: int, most: int, seed: int) -> Hashes:
    stored = built.hashes[np.random.default_rng(seed).integers(0, len(built.hashes), count)]
    return np.vstack([blurred(stored, most, seed), random_hashes(4, seed)])


@pytest.mark.parametrize("twins", _kernel.twins())
@pytest.mark.parametrize("way", WAYS)
def test_every_way_and_every_twin_finds_what_counting_bits_finds(
    built: Built, way: str, twins: str
) -> None:
    queries = near_and_far(built, 5, 80, 5)
    for radius in (0, 1, 7, 15, 16, 31, 32, 47, 64, 65, 130):
        radii = np.full(len(queries), radius, np.uint16)
        found, capped = built.search(queries, radii, way=way, twins=twins)
        assert found == built.counted(queries, radii), radius
        assert not any(capped)


def test_no_radius_from_0_to_64_misses_a_row_at_its_very_edge(uncrowded: Built) -> None:
    generator = np.random.default_rng(9)
    for radius in range(65):
        flips = np.zeros((8, 256), np.uint8)
        for row in flips:
            row[generator.choice(256, radius, replace=False)] = 1
        numbers = generator.integers(0, BANDED_ROWS, 8)
        queries = uncrowded.hashes[numbers] ^ np.packbits(flips, axis=1)
        radii = np.full(8, radius, np.uint16)
        found, _ = uncrowded.search(queries, radii, way="bands")
        for number, pairs in zip(numbers.tolist(), found, strict=True):
            assert (int(uncrowded.ids[number]), radius) in pairs


def test_flips_crowded_into_few_bands_are_found() -> None:
    built = Built(uniform(BANDED_ROWS, 3), NATURAL)
    for first_band in range(16):
        queries = []
        for per_band in (1, 2, 3, 4, 8, 16):
            mask = np.zeros(256, np.uint8)
            for k in range(32):
                band, place = divmod(k, per_band)
                mask[((first_band + band) % 16 * 16 + place) % 256] = 1
            queries.append(built.hashes[first_band] ^ np.packbits(mask[::-1]))
        radii = np.full(len(queries), 32, np.uint16)
        found, _ = built.search(np.array(queries), radii, way="bands")
        assert found == built.counted(np.array(queries), radii)


@settings(max_examples=80)
@given(
    flips=st.sets(st.integers(0, 255), max_size=70),
    radius=st.integers(0, 64),
    number=st.integers(0, BANDED_ROWS - 1),
    way=st.sampled_from(WAYS),
    twins=st.sampled_from(_kernel.twins()),
)
@example(flips=set(range(32)), radius=31, number=0, way="bands", twins="portable")
def test_a_row_is_found_exactly_when_it_is_within_the_radius(
    flips: set[int], radius: int, number: int, way: str, twins: str
) -> None:
    built = _shared_uniform()
    mask = np.zeros(256, np.uint8)
    mask[list(flips)] = 1
    query = (built.hashes[number] ^ np.packbits(mask))[None]
    radii = np.array([radius], np.uint16)
    found, _ = built.search(query, radii, way=way, twins=twins)
    assert found == built.counted(query, radii)


_BUILT: list[Built] = []


def _shared_uniform() -> Built:
    if not _BUILT:
        _BUILT.append(Built(uniform(BANDED_ROWS, 3), by_frequency()))
    return _BUILT[0]


def test_each_query_has_its_own_radius(uncrowded: Built) -> None:
    queries = near_and_far(uncrowded, 200, 90, 6)
    radii = (np.arange(len(queries)) % 100).astype(np.uint16)
    for way in WAYS:
        found, _ = uncrowded.search(queries, radii, way=way)
        assert found == uncrowded.counted(queries, radii)


def test_many_queries_at_once_find_the_same_as_few() -> None:
    built = _shared_uniform()
    queries = np.tile(near_and_far(built, 46, 60, 7), (200, 1))
    radii = np.zeros(len(queries), np.uint16)
    radii[::2] = 20
    expected = built.counted(queries[:50], radii[:50])
    for threads in (1, 2, 5):
        found, _ = built.search(queries, radii, way="bands", threads=threads)
        assert found[:50] == found[-50:] == expected


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("limit", [1, 2, 63, 500])
def test_a_query_with_more_matches_than_the_limit_is_cut_off_and_says_so(
    built: Built, way: str, limit: int
) -> None:
    queries = near_and_far(built, 10, 20, 8)
    radii = np.full(len(queries), 40, np.uint16)
    found, capped = built.search(queries, radii, way=way, limit=limit)
    for pairs, all_pairs, cut in zip(found, built.counted(queries, radii), capped, strict=True):
        assert cut == (len(all_pairs) > limit)
        assert len(pairs) == min(limit, len(all_pairs))
        assert set(pairs) <= set(all_pairs)
        assert pairs == sorted(pairs, key=lambda pair: (pair[1], pair[0]))


@pytest.mark.parametrize("count", [1, 2, 7, 15, 17, 33, 16_383, 16_384])
def test_segments_of_any_size_are_searched_to_their_last_row(count: int) -> None:
    built = Built(uniform(count, 4), by_frequency())
    assert built.segment.banded == (count >= 16_384)
    queries = np.vstack([built.hashes[-3:], built.hashes[:3]])
    radii = np.zeros(len(queries), np.uint16)
    for twins in _kernel.twins():
        for way in WAYS:
            assert built.search(queries, radii, way=way, twins=twins)[0] == built.counted(
                queries, radii
            )


def test_a_removed_row_is_found_only_by_searches_of_moments_before() -> None:
    built = Built(uniform(BANDED_ROWS, 5), by_frequency())
    queries, radii = built.hashes[:2], np.zeros(2, np.uint16)
    built.segment.remove(np.array([1], np.uint64), 7)
    for way in WAYS:
        assert built.search(queries, radii, way=way, moment=6)[0] == [[(0, 0)], [(3, 0)]]
        assert built.search(queries, radii, way=way, moment=7)[0] == [[(0, 0)], []]
    assert built.segment.find(np.array([0, 3, 4, 6], np.uint64)).tolist() == [0, -1, -1, 2]
    assert built.segment.removed_ids(6, 7).tolist() == [3]
    assert built.segment.removed_ids(7, 9).tolist() == []
    with pytest.raises(IndexError):
        built.segment.remove(np.array([2, BANDED_ROWS], np.uint64), 8)
    assert built.segment.removed_ids(7, 9).tolist() == []


def test_segments_merge_into_the_one_their_living_rows_would_make() -> None:
    hashes = uniform(40_000, 6)
    order = by_frequency()
    permutation = _kernel.Permutation(order)
    rows = permutation.permute(hashes)
    ids = np.arange(40_000, dtype=np.uint64)
    parts = []
    for chosen in (ids % 3 == 0, (ids % 3 == 1) & (ids < 20_000), (ids % 3 == 2) | (ids == 19)):
        content = memory.zeros(_kernel.segment_bytes(int(chosen.sum())))
        _kernel.build_segment(content, ids[chosen], rows[chosen], permutation, 1)
        parts.append(_kernel.Segment(content, memory.no_removals(int(chosen.sum()))))
    parts[1].remove(parts[1].find(np.array([19, 25], np.uint64)).astype(np.uint64), 4)
    kept = ((ids % 3 != 1) | (ids < 20_000)) & (ids != 25)
    assert _kernel.count_living(tuple(parts), 4) == kept.sum()
    merged = memory.zeros(_kernel.segment_bytes(int(kept.sum())))
    _kernel.merge_segments(merged, tuple(parts), 4, 2)
    alone = memory.zeros(_kernel.segment_bytes(int(kept.sum())))
    _kernel.build_segment(alone, ids[kept], rows[kept], permutation, 1)
    assert merged.tobytes() == alone.tobytes()


def test_one_id_in_two_segments_cannot_be_merged() -> None:
    one, other = Built(uniform(5, 1), NATURAL), Built(uniform(5, 2), NATURAL)
    room = memory.zeros(_kernel.segment_bytes(10))
    with pytest.raises(_kernel.DamagedSegment, match="each id once"):
        _kernel.merge_segments(room, (one.segment, other.segment), 0, 1)


@pytest.mark.parametrize("ids", [[1, 1], [2, 1]])
def test_ids_must_ascend_in_a_segment(ids: list[int]) -> None:
    room = memory.zeros(_kernel.segment_bytes(2))
    with pytest.raises(ValueError, match="ascending"):
        _kernel.build_segment(
            room, np.array(ids, np.uint64), np.zeros((2, 4), np.uint64), _natural(), 1
        )


def _natural() -> _kernel.Permutation:
    return _kernel.Permutation(NATURAL)


@given(hash_=st.binary(min_size=32, max_size=32))
def test_a_row_has_the_bits_its_order_names(hash_: bytes) -> None:
    number = int.from_bytes(hash_)
    for order in (NATURAL, NATURAL[::-1].copy(), by_frequency(), by_frequency_and_key(b"k" * 16)):
        permutation = _kernel.Permutation(order)
        row = permutation.permute(np.frombuffer(hash_, np.uint8)[None])[0].tolist()
        expected = sum(((number >> bit) & 1) << place for place, bit in enumerate(order.tolist()))
        assert sum(word << (64 * k) for k, word in enumerate(row)) == expected


def test_an_order_of_bits_must_name_each_once() -> None:
    twice = NATURAL.copy()
    twice[0] = 1
    with pytest.raises(ValueError, match="each of the 256 bits once"):
        _kernel.Permutation(twice)
    with pytest.raises(ValueError, match="256 entries"):
        _kernel.Permutation(NATURAL[:255])


def test_orders_of_bits_deal_every_frequency_to_every_band() -> None:
    for order in (by_frequency(), by_frequency_and_key(b"x" * 16), by_frequency_and_key(b"y" * 32)):
        assert sorted(order.tolist()) == list(range(256))
        frequency = (order // 16 + order % 16).reshape(16, 16).sum(axis=1)
        assert np.ptp(frequency) <= 40
    drawn = {by_frequency_and_key(bytes([k]) * 16).tobytes() for k in range(20)}
    assert len(drawn) == 20
    with pytest.raises(ValueError, match="16 bytes or more"):
        by_frequency_and_key(b"short")


@given(content=st.binary(max_size=100))
@example(content=b"")
def test_the_checksum_is_the_same_with_and_without_the_machines_instruction(content: bytes) -> None:
    array = np.frombuffer(content, np.uint8)
    assert _kernel.crc32c(array) == _kernel.crc32c(array, portably=True)


def test_the_checksum_is_that_of_rfc_3720() -> None:
    for content, value in (
        (b"123456789", 0xE3069283),
        (bytes(32), 0x8A9136AA),
        (b"\xff" * 32, 0x62A8AB43),
        (bytes(range(32)), 0x46DD794E),
    ):
        assert _kernel.crc32c(np.frombuffer(content, np.uint8)) == value


def test_a_name_or_a_way_that_is_not_there_is_refused() -> None:
    built = Built(uniform(2, 1), NATURAL)
    radii = np.zeros(2, np.uint16)
    with pytest.raises(ValueError, match="cannot run"):
        built.search(built.hashes, radii, twins="abacus")
    with pytest.raises(ValueError, match="cheapest, bands or rows"):
        built.search(built.hashes, radii, way="luck")


def test_content_that_leads_nowhere_is_damage_and_never_a_crash() -> None:
    built = Built(uniform(BANDED_ROWS, 8), by_frequency())
    radii = np.full(50, 31, np.uint16)
    generator = np.random.default_rng(2)
    damaged = 0
    for _ in range(60):
        content = memory.zeros(len(built.content))
        content[:] = built.content
        places = generator.integers(4096 + 40 * BANDED_ROWS, len(content) - 64, 400)
        content[places] = generator.integers(0, 256, 400)
        segment = _kernel.Segment(content, memory.no_removals(BANDED_ROWS))
        with pytest.raises(_kernel.DamagedSegment, match="checksum"):
            segment.verify()
        try:
            _kernel.search(
                built.permutation,
                (segment,),
                0,
                NO_IDS,
                NO_ROWS,
                built.hashes[:50],
                radii,
                0,
                1,
                "",
                "bands",
            )
        except _kernel.DamagedSegment:
            damaged += 1
    assert damaged > 0
