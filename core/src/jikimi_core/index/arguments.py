"""What callers pass in, checked and laid out as the kernel takes it."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from jikimi_core.index.errors import DuplicateId

HASH_BYTES: Final = 32
LARGEST_RADIUS: Final = 8 * HASH_BYTES


def ascending_once(ids: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return the ids in ascending order. Raises DuplicateId if one comes twice."""
    ascending = np.sort(ids)
    twice = ascending[1:][ascending[1:] == ascending[:-1]]
    if len(twice) > 0:
        raise DuplicateId(int(twice[0]))
    return ascending


def checked_ids(ids: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return ids as the kernel takes them. Raises ValueError."""
    array = np.asarray(ids)
    if array.dtype != np.uint64 or array.ndim != 1:
        raise ValueError(f"ids must be uint64 of shape (n,), not {array.dtype} of {array.shape}")
    return np.ascontiguousarray(array)


def checked_hashes(hashes: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return hashes as the kernel takes them. Raises ValueError."""
    array = np.asarray(hashes)
    if array.dtype != np.uint8 or array.ndim != 2 or array.shape[1] != HASH_BYTES:  # noqa: PLR2004
        raise ValueError(
            f"hashes must be uint8 of shape (n, {HASH_BYTES}), not {array.dtype} of {array.shape}"
        )
    return np.ascontiguousarray(array)


def checked_radii(radius: int | NDArray[np.uint16], queries: int) -> NDArray[np.uint16]:
    """Return one radius for each query. Raises ValueError."""
    if not isinstance(radius, np.ndarray) or radius.ndim == 0:
        _require_radius(int(radius))
        return np.full(queries, radius, np.uint16)
    if radius.dtype != np.uint16 or radius.shape != (queries,):
        raise ValueError(
            f"radii must be uint16 of shape ({queries},), not {radius.dtype} of {radius.shape}"
        )
    _require_radius(int(radius.max(initial=0)))
    return np.ascontiguousarray(radius)


def _require_radius(radius: int) -> None:
    if not 0 <= radius <= LARGEST_RADIUS:
        raise ValueError(f"radius must be 0 to {LARGEST_RADIUS}, not {radius}")
