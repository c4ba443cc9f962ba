"""The native kernel: the whole of what C++ gives to Python.

Arrays must be C-contiguous and of exactly the named type; nothing is converted. Wrong shapes raise
TypeError or ValueError, exhausted memory raises MemoryError. The interpreter lock is released.
"""

import numpy as np
from numpy.typing import NDArray

def pdq(pixels: NDArray[np.uint8]) -> tuple[bytes, int]:
    """Return the PDQ hash (32 bytes, most significant first) and quality (0-100) of a picture.

    ``pixels`` is (rows, columns) grey or (rows, columns, 3) red-green-blue. A side over 512 pixels
    makes it sampled to 512 x 512; if a side is under 5 then, the hash is zero and the quality 0.
    """

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
