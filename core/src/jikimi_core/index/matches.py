"""What a search answers."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Matches:
    """What a search found, all queries one after the other.

    The matches of query k are ``ids`` and ``distances`` from ``offsets[k]`` up to
    ``offsets[k + 1]``, nearest first, equal distances by id; if ``capped[k]`` there are more.
    offsets int64 (q + 1), ids uint64 (m), distances uint16 (m), capped bool (q).
    """

    offsets: NDArray[np.int64]
    ids: NDArray[np.uint64]
    distances: NDArray[np.uint16]
    capped: NDArray[np.bool_]
