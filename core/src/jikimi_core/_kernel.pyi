"""The native kernel: the whole of what C++ gives to Python.

Arrays must be of exactly the named type and, but for pixels, C-contiguous; nothing is converted.
Wrong shapes raise TypeError or ValueError, exhausted memory raises MemoryError. The interpreter
lock is released.
"""

import numpy as np
from numpy.typing import NDArray

def pdq(pixels: NDArray[np.uint8]) -> tuple[bytes, int]:
    """Return the PDQ hash (32 bytes, most significant first) and quality (0-100) of a picture.

    ``pixels`` is (rows, columns) grey or (rows, columns, 3) red-green-blue. A side over 512 pixels
    makes it sampled to 512 x 512; if a side is under 5 then, the hash is zero and the quality 0.
    Rows and columns may lie anyhow in memory, also backwards; red, green and blue are neighbours.
    """

def pdq_reference(pixels: NDArray[np.uint8]) -> tuple[bytes, int]:
    """Return the same as ``pdq``, by the readable way that the fast one is held equal to."""

def pdq_dihedral(pixels: NDArray[np.uint8]) -> tuple[tuple[bytes, ...], int]:
    """Return the hashes of all eight orientations, and their common quality.

    Order: original, rotated by 90, 180 and 270 degrees, flipped in x, flipped in y, transposed,
    anti-transposed.
    """

def flat_search(
    rows: NDArray[np.uint8],
    ids: NDArray[np.uint64],
    queries: NDArray[np.uint8],
    radius: int,
    threads: int,
) -> tuple[NDArray[np.int64], NDArray[np.uint64], NDArray[np.uint16]]:
    """Compare every query (q, 32) with every row (n, 32) and keep pairs within ``radius`` bits.

    Returns offsets (q + 1), ids (m) and distances (m): the matches of query k are those from
    ``offsets[k]`` to ``offsets[k + 1]``, nearest first, equal distances by id.
    """

class DamagedSegment(Exception):
    """The memory holds no segment this program can use; the message says why."""

class Permutation:
    """Deals the 256 bits of a hash out to 16 bands of 16 bits."""

    def __init__(self, order: NDArray[np.uint8]) -> None:
        """Take an order of bits: entry p of 256 is the bit of the hash that becomes bit p of a row.

        Bit k is that of the 256-bit number whose first byte is the most significant. Raises
        ValueError unless each bit is named once.
        """
    @property
    def id(self) -> int:
        """What identifies the order in a file: FNV-1a, 64 bits, over its entries."""
    def permute(self, hashes: NDArray[np.uint8]) -> NDArray[np.uint64]:
        """Return the rows (n, 4) of hashes (n, 32)."""

class Segment:
    """One immutable segment (docs/formats/index-segment-1.md), used where it lies."""

    def __init__(self, memory: NDArray[np.uint8], removals: NDArray[np.uint64]) -> None:
        """Use the whole file in ``memory``, aligned to 8 bytes; both arrays are kept.

        ``removals`` has one number a row: 0, or the moment at which the row was removed. Only what
        a use of it relies on is checked: see ``verify``. Raises DamagedSegment, ValueError when the
        lengths differ or the memory is not aligned.
        """
    def __len__(self) -> int: ...
    @property
    def banded(self) -> bool:
        """Whether it has bands; one of few rows has none and is scanned."""
    @property
    def permutation(self) -> int:
        """The id of its order of bits."""
    def verify(self) -> None:
        """Read everything and compare the checksums. Raises DamagedSegment."""
    def find(self, ids: NDArray[np.uint64]) -> NDArray[np.int64]:
        """Return the row of each id, -1 for one that is not there or was removed.

        Ascending ids are found soonest.
        """
    def remove(self, rows: NDArray[np.uint64], moment: int) -> None:
        """Let these rows be gone for searches at ``moment`` (1 or more) and later.

        By one thread at a time. Raises IndexError for a row that is not there: then none is gone.
        """
    def removed_ids(self, after: int, until: int) -> NDArray[np.uint64]:
        """Return the ids removed after one moment and not after another, ascending."""

def segment_bytes(rows: int) -> int:
    """Return the length of a segment of so many rows. Raises ValueError for 0 or 2**32 and more."""

def build_segment(
    memory: NDArray[np.uint8],
    ids: NDArray[np.uint64],
    rows: NDArray[np.uint64],
    permutation: Permutation,
    threads: int,
) -> None:
    """Write a segment of rows (n, 4) and ids (n), ascending, into ``segment_bytes(n)`` zeros.

    Raises ValueError for ids out of order or twice, or memory of another length.
    """

def count_living(segments: tuple[Segment, ...], moment: int) -> int:
    """Return how many rows are not gone at the moment."""

def merge_segments(
    memory: NDArray[np.uint8], segments: tuple[Segment, ...], moment: int, threads: int
) -> None:
    """Write the rows that are not gone at the moment as one segment into zeros of its length.

    Raises DamagedSegment when two of them have one id, ValueError when the orders of bits differ or
    the memory has another length.
    """

def search(
    permutation: Permutation,
    segments: tuple[Segment, ...],
    moment: int,
    loose_ids: NDArray[np.uint64],
    loose_rows: NDArray[np.uint64],
    hashes: NDArray[np.uint8],
    radii: NDArray[np.uint16],
    limit: int,
    threads: int,
    twins: str = "",
    way: str = "cheapest",
) -> tuple[NDArray[np.int64], NDArray[np.uint64], NDArray[np.uint16], NDArray[np.bool_]]:
    """Find for each query hash (q, 32) the rows within its radius (0 to 256), gone ones apart.

    Segments and loose rows (n, 4) must be dealt out by ``permutation``. Returns offsets (q + 1),
    ids (m), distances (m), and whether the query was cut off (q): the matches of query k are those
    from ``offsets[k]`` to ``offsets[k + 1]``, nearest first, equal distances by id. A query with
    more than ``limit`` matches (0 for no limit) keeps that many of them; which is not promised.

    ``twins`` names the inner loops to use, the fastest if empty. ``way`` is "cheapest", "bands" to
    look up wherever that is possible, or "rows" to compare every row. Neither changes the answer.
    Raises DamagedSegment, ValueError.
    """

def twins() -> tuple[str, ...]:
    """Return the names of the inner loops this machine can run, fastest first."""

def crc32c(content: NDArray[np.uint8], portably: bool = False) -> int:
    """Return the CRC-32C (RFC 3720, B.4), ``portably`` without the machine's instruction."""
