"""The frames of a video's fingerprint as they are carried and kept.

As docs/formats/video-frames-1.md says, 36 bytes a frame: PDQ in 32, quality in one, the time in
milliseconds in three, most significant first. Nothing else passes: what is no row of PDQ hashes
(a picture in disguise) is refused.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from jikimi.cases.errors import NotAVideosFrames

FRAME_BYTES: Final = 36
MOST_FRAMES: Final = 1200
LEAST_QUALITY: Final = 50
PDQ_BYTES: Final = 32

# A hash sets the bits above the median of its 256 numbers: half of them, save where some are equal.
_MOST_BITS_SET: Final = 128
_LEAST_BITS_SET: Final = 112


@dataclass(frozen=True, kw_only=True, slots=True)
class VideoFrame:
    """One frame: when it appears, its PDQ of 32 bytes, and a quality of 50 to 100."""

    milliseconds: int
    pdq: bytes
    quality: int


def read_frames(packed: bytes) -> tuple[VideoFrame, ...]:
    """Unpack and check 1 to 1,200 frames in the order of their time. Raises NotAVideosFrames."""
    count, rest = divmod(len(packed), FRAME_BYTES)
    if rest or not 1 <= count <= MOST_FRAMES:
        raise NotAVideosFrames
    frames = tuple(
        _frame(packed[start : start + FRAME_BYTES]) for start in range(0, len(packed), FRAME_BYTES)
    )
    times = [frame.milliseconds for frame in frames]
    if any(later <= earlier for earlier, later in pairwise(times)):
        raise NotAVideosFrames
    return frames


def hashes_in(packed: bytes) -> NDArray[np.uint8]:
    """The hashes of packed frames that were checked before, uint8 (n, 32), without a loop."""
    return np.frombuffer(packed, np.uint8).reshape(-1, FRAME_BYTES)[:, :PDQ_BYTES]


def pack_frames(frames: Iterable[VideoFrame]) -> bytes:
    """The same frames in bytes. Raises OverflowError for a time of 4.6 hours or more."""
    return b"".join(
        frame.pdq + bytes([frame.quality]) + frame.milliseconds.to_bytes(3) for frame in frames
    )


def _frame(packed: bytes) -> VideoFrame:
    pdq, quality = packed[:PDQ_BYTES], packed[PDQ_BYTES]
    bits_set = int.from_bytes(pdq).bit_count()
    if not (_LEAST_BITS_SET <= bits_set <= _MOST_BITS_SET and LEAST_QUALITY <= quality <= 100):  # noqa: PLR2004
        raise NotAVideosFrames
    return VideoFrame(
        milliseconds=int.from_bytes(packed[PDQ_BYTES + 1 :]), pdq=pdq, quality=quality
    )
