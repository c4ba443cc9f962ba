"""The true answers: every stored fingerprint compared with every query, bit by bit."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jikimi_core import _kernel

COUNTED = 20
"""So many queries are answered by NumPy alone, and held against what counts for the others."""


@dataclass(frozen=True, kw_only=True)
class Answers:
    """The matches of query k are `ids[offsets[k] : offsets[k + 1]]`, ascending."""

    offsets: NDArray[np.int64]
    ids: NDArray[np.int64]

    def of(self, query: int) -> NDArray[np.int64]:
        return self.ids[self.offsets[query] : self.offsets[query + 1]]


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """How a contestant's answers to `queries` queries differ from the true ones."""

    queries: int
    true: int
    missed: int
    wrong: int

    @property
    def recall(self) -> float:
        return 1 - self.missed / max(1, self.true)

    @property
    def is_exact(self) -> bool:
        return not self.missed and not self.wrong


def true_answers(
    hashes: NDArray[np.uint8], queries: NDArray[np.uint8], radii: tuple[int, ...], threads: int
) -> dict[int, Answers]:
    """Answer for each radius by comparing all rows, in the kernel, and by NumPy for the first ones.

    Raises AssertionError if the two differ.
    """
    rows, names = np.ascontiguousarray(hashes), np.arange(len(hashes), dtype=np.uint64)
    answers = {}
    for radius in radii:
        offsets, ids, _ = _kernel.flat_search(rows, names, queries, radius, threads)
        answers[radius] = sorted_answers(offsets, ids.astype(np.int64))
    for number, query in enumerate(queries[:COUNTED]):
        apart = _bits_apart(rows.view(np.uint64), query.view(np.uint64))
        for radius in radii:
            near = np.flatnonzero(apart <= radius)
            assert np.array_equal(near, answers[radius].of(number))
    return answers


def sorted_answers(offsets: NDArray[np.int64], ids: NDArray[np.int64]) -> Answers:
    """Put the ids of each query into ascending order."""
    query = np.repeat(np.arange(len(offsets) - 1), np.diff(offsets))
    return Answers(offsets=offsets, ids=ids[np.lexsort((ids, query))])


def compared(answers: Answers, true: Answers) -> Verdict:
    """Hold a contestant's answers to the first queries against the true ones."""
    missed = wrong = known = 0
    queries = len(answers.offsets) - 1
    for query in range(queries):
        given, expected = answers.of(query), true.of(query)
        common = len(np.intersect1d(given, expected))
        known += len(expected)
        missed += len(expected) - common
        wrong += len(given) - common
    return Verdict(queries=queries, true=known, missed=missed, wrong=wrong)


def _bits_apart(words: NDArray[np.uint64], query: NDArray[np.uint64]) -> NDArray[np.uint16]:
    apart = np.zeros(len(words), np.uint16)
    for column, word in enumerate(query):
        apart += np.bitwise_count(words[:, column] ^ word)
    return apart
