"""Videos for `jikimi fingerprint` and `jikimi match`."""

from pathlib import Path
from typing import Final

from jikimi.cli.watching_work import Bars
from jikimi_core.fingerprint import video
from jikimi_core.fingerprint.media_kind import is_video
from jikimi_core.fingerprint.video import Frame

_HEAD_BYTES: Final = 600


def is_video_file(file: Path) -> bool:
    """Whether a file starts as a video; one that cannot be read does not."""
    try:
        with file.open("rb") as opened:
            return is_video(opened.read(_HEAD_BYTES))
    except (OSError, ValueError):
        return False


def frames_of(file: Path, *, as_reference: bool, bars: Bars) -> tuple[Frame, ...]:
    """A video's frames, one a second; of a reference two a second and those after cuts.

    Raises FingerprintError.
    """
    step = video.REFERENCE_STEP if as_reference else video.QUERY_STEP
    with bars.video(file.name) as on_progress:
        return video.from_file(file, step=step, cuts=as_reference, on_progress=on_progress)
