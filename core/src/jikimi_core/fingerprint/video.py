"""Fingerprints of videos: PDQ of frames at even steps, as in vPDQ.

vPDQ is Meta's ("threatexchange/vpdq" in facebook/ThreatExchange): a video is the set of the PDQ
hashes of its frames, two videos are compared by how much of each is found in the other. Here the
steps are of time and not of frame numbers, so that a browser, which can only seek, and a clip of
varying frame rate give the same frames. What is looked for is sampled once a second; what is looked
for *in* (a reference) twice a second and after each cut, because a copy whose sampling is shifted
by half a step is otherwise mostly missed.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import BinaryIO, Final

import numpy as np
from numpy.typing import NDArray

from jikimi_core import _kernel
from jikimi_core.fingerprint import pdq
from jikimi_core.fingerprint.errors import Damaged
from jikimi_core.fingerprint.video_decoding import opened_video
from jikimi_core.fingerprint.video_sampling import sampled

QUERY_STEP: Final = 1.0
"""Seconds between the frames of a video that is looked for."""

REFERENCE_STEP: Final = 0.5
"""Seconds between the frames of a video that others are compared with."""

MOST_FRAMES: Final = 1200
"""How many frames stand for one video at most; beyond ten minutes a reference's steps grow."""

LEAST_QUALITY: Final = 50
RADIUS: Final = 31

THIN_DISTANCE: Final = 8
"""Consecutive frames within this many bits are one and the same to whoever looks for copies."""

ProgressListener = Callable[[float], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Frame:
    """One fingerprinted frame: when it appears in seconds, its PDQ of 32 bytes, 0-100 quality."""

    t: float
    hash: bytes
    quality: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Overlap:
    """How much of each video is found in the other, in percent of its usable, distinct frames.

    vPDQ takes a query for a copy from ``query_percent`` 80 on by default; ``reference_percent`` is
    low where the query is an excerpt.
    """

    query_percent: float
    reference_percent: float


def from_file(
    source: str | Path | BinaryIO,
    *,
    step: float = QUERY_STEP,
    cuts: bool = False,
    on_progress: ProgressListener = lambda _share: None,
) -> tuple[Frame, ...]:
    """Fingerprint the frames on display every ``step`` seconds, with ``cuts`` also after each cut.

    A frame comes once however long it stands; rotation metadata is applied. ``on_progress`` hears
    of shares from 0 to 1. An open file must be seekable. Memory is bounded by the decoder's own
    reference frames. Raises Unreadable, Empty, TooLarge, NotAVideo, Damaged or Truncated.
    """
    frames: list[Frame] = []
    with opened_video(source) as video:
        for t, picture in sampled(video, step=step, cuts=cuts):
            made = pdq.from_array(picture.pixels())
            frames.append(Frame(t=round(t, 3), hash=made.hash, quality=made.quality))
            on_progress(min(1.0, t / video.duration) if video.duration else 0.0)
    if not frames:
        raise Damaged("The video has no frame that can be shown")
    on_progress(1.0)
    return tuple(frames)


def reference_step(duration: float) -> float:
    """Seconds between the frames of a reference of ``duration`` seconds."""
    return max(REFERENCE_STEP, duration / MOST_FRAMES)


def thinned(frames: Iterable[Frame]) -> tuple[Frame, ...]:
    """The frames that tell something: of usable quality, and not like the last one that was kept.

    A copy's frame within RADIUS - THIN_DISTANCE of one left out is still found by the one kept.
    """
    kept: list[Frame] = []
    for frame in frames:
        if frame.quality < LEAST_QUALITY:
            continue
        if not kept or pdq.distance(kept[-1].hash, frame.hash) > THIN_DISTANCE:
            kept.append(frame)
    return tuple(kept)


def match(
    query: Sequence[Frame],
    reference: Sequence[Frame],
    radius: int = RADIUS,
    *,
    least_quality: int = LEAST_QUALITY,
) -> Overlap:
    """Compare two videos as vPDQ does; a frame is found if one of the other is within ``radius``.

    Frames under ``least_quality`` and repeated hashes do not count; without any left it is 0 %.
    """
    asked, held = _rows(query, least_quality), _rows(reference, least_quality)
    return Overlap(
        query_percent=_percent_found(asked, held, radius),
        reference_percent=_percent_found(held, asked, radius),
    )


def _rows(frames: Sequence[Frame], least_quality: int) -> NDArray[np.uint8]:
    usable = dict.fromkeys(frame.hash for frame in frames if frame.quality >= least_quality)
    return np.frombuffer(b"".join(usable), np.uint8).reshape(-1, pdq.HASH_BYTES)


def _percent_found(asked: NDArray[np.uint8], held: NDArray[np.uint8], radius: int) -> float:
    if not len(asked) or not len(held):
        return 0.0
    ids = np.arange(len(held), dtype=np.uint64)
    offsets, _ids, _distances = _kernel.flat_search(held, ids, asked, radius, 1)
    found = sum(end > start for start, end in pairwise(offsets.tolist()))
    return 100.0 * float(found) / len(asked)
