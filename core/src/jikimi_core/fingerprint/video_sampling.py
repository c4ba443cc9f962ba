"""Which frames of a video are fingerprinted."""

from collections.abc import Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from jikimi_core.fingerprint.video_decoding import ShownFrame, Video

PHASE: Final = 1 / 64
"""Seconds by which each step is looked at late. At no usual frame rate does a frame begin there,

so that rounding cannot choose the neighbour of the frame that a browser chooses.
"""

CUT: Final = 30.0
"""Mean change of grey (0-255) from one frame to the next that is taken for a cut."""

LEAST_BETWEEN_CUTS: Final = 0.25
"""Seconds; flicker is not taken for a cut at every frame."""

Thumbnail = NDArray[np.int16]


def sampled(video: Video, *, step: float, cuts: bool) -> Iterator[tuple[float, ShownFrame]]:
    """Yield the frames on display at PHASE, PHASE + step, ..., each once, and those after cuts.

    The time is that at which the frame appears, in seconds from the start of the video. Before its
    first frame a video shows that one.
    """
    if step <= 0:
        raise ValueError(f"step must be above 0, not {step}")
    watch = _CutWatch() if cuts else None
    look = 0  # the number of the next look
    held: ShownFrame | None = None
    given = False
    for frame in video.frames():
        wanted = watch is not None and watch.sees_cut(frame)
        if frame.t > look * step + PHASE:
            if held is None:
                wanted = True
            elif not given:
                yield held.t, held
            look = _looks_before(frame.t, step)
        if wanted:
            yield frame.t, frame
        held, given = frame, wanted
    if held and not given and look * step + PHASE <= max(video.duration, held.t, PHASE):
        yield held.t, held


def _looks_before(t: float, step: float) -> int:
    return max(0, int(np.ceil((t - PHASE) / step)))


class _CutWatch:
    def __init__(self) -> None:
        self._last: Thumbnail | None = None
        self._last_cut = -LEAST_BETWEEN_CUTS

    def sees_cut(self, frame: ShownFrame) -> bool:
        thumbnail = frame.thumbnail()
        changed = self._last is not None and np.abs(thumbnail - self._last).mean() >= CUT
        self._last = thumbnail
        if not changed or frame.t - self._last_cut < LEAST_BETWEEN_CUTS:
            return False
        self._last_cut = frame.t
        return True
