"""Segments made from rows and from other segments, in memory."""

import os
import secrets
from typing import Final

from jikimi_core import _kernel
from jikimi_core.index import memory
from jikimi_core.index.parts import Part
from jikimi_core.index.rows import Rows

_MERGING_THREADS: Final = 1  # the other processors belong to searches


def part_of_rows(rows: Rows, permutation: _kernel.Permutation) -> Part:
    """Return a segment of the rows, at least one, on as many processors as there are.

    Raises MemoryError.
    """
    ordered = rows.by_id()
    content = memory.zeros(_kernel.segment_bytes(ordered.count))
    processors = len(os.sched_getaffinity(0))
    _kernel.build_segment(content, ordered.ids, ordered.words, permutation, processors)
    return Part.of(_new_number(), content, ordered.count)


def part_of_living(parts: tuple[Part, ...], moment: int) -> Part | None:
    """Return one segment of the rows that are not removed at the moment, None if there are none.

    Raises MemoryError, and DamagedSegment when two of them have one id.
    """
    segments = tuple(part.segment for part in parts)
    living = _kernel.count_living(segments, moment)
    if living == 0:
        return None
    content = memory.zeros(_kernel.segment_bytes(living))
    _kernel.merge_segments(content, segments, moment, _MERGING_THREADS)
    return Part.of(_new_number(), content, living)


def _new_number() -> int:
    """Segments of different processes in one folder never have one number."""
    return secrets.randbits(64)
