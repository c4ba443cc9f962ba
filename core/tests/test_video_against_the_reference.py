"""Against the `vpdq` package, where it is installed: it is compiled with the headers of FFmpeg."""

from pathlib import Path
from statistics import median

import pytest

from jikimi_core.fingerprint import pdq, video
from tests.clips import clip

vpdq = pytest.importorskip("vpdq", exc_type=ImportError)


@pytest.mark.parametrize(("width", "height"), [(320, 240), (640, 360), (1280, 720)])
def test_the_frames_of_a_second_are_those_of_the_reference(
    tmp_path: Path, width: int, height: int
) -> None:
    file = tmp_path / "clip.mp4"
    file.write_bytes(clip(width=width, height=height))
    theirs = vpdq.computeHash(str(file))
    ours = video.from_file(file)
    assert [frame.t for frame in ours] == [round(frame.timestamp, 3) for frame in theirs]
    pairs = zip(ours, theirs, strict=True)
    bits = [pdq.distance(one.hash, bytes.fromhex(other.hex)) for one, other in pairs]
    assert median(bits) <= 10
