"""How far the browser's frames of a video are from the server's, how long it takes, and how much.

Runs the portal's own modules in headless Chromium over short clips made from scikit-image's photos:
H.264, VP8, VP9 and AV1 in MP4, QuickTime and WebM, whole and in fragments, turned phones, B-frames,
uneven frame rates, edit lists, colour spaces; and over one of 20 minutes.
`python -m bench.browser_videos` prints a Markdown table.
"""

import io
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from threading import Event, Thread

import av
import numpy as np
import psutil
from playwright.sync_api import Browser

from bench.clip_corpus import files
from jikimi_core.fingerprint import pdq, video
from tests.clips import scenes
from tests.fingerprint_page import FingerprintPage, chromium, fingerprint_page
from tests.tabs import ChromiumTab
from tests.video_page import fingerprint_chosen_video, fingerprint_video

CLIPS = 500
SECONDS = 3
LONG_SECONDS, LONG_RATE = 20 * 60, 5
_MEGABYTE = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class BrowserVideos:
    """Medians of the bits apart, a file each; and the long clip's seconds and megabytes."""

    files: int
    p50: float
    p95: float
    p99: float
    most: float
    all_frames_p95: float
    other_count: int
    long_seconds: float
    long_frames: int
    long_megabytes: float

    def as_markdown(self) -> str:
        """One table: what was measured, and its value."""
        of_files = f"{self.p50:g} / {self.p95:g} / {self.p99:g} / {self.most:g}"
        rows = (
            (f"clips of {SECONDS} s", f"{self.files}"),
            ("a file's median of bits apart, p50 / p95 / p99 / max", of_files),
            ("bits apart of all frames, p95", f"{self.all_frames_p95:g}"),
            ("files with another number of frames", f"{self.other_count}"),
            ("20 minutes at 640 x 360: seconds", f"{self.long_seconds:.0f}"),
            ("frames fingerprinted", f"{self.long_frames}"),
            ("memory of all of Chromium, highest above before, MB", f"{self.long_megabytes:.0f}"),
        )
        lines = ("| videos, browser against server | |", "|---|---|")
        return "\n".join((*lines, *(f"| {a} | {b} |" for a, b in rows)))


def measure() -> BrowserVideos:
    """Raises KeyError where the browser refuses a clip that the server reads."""
    with chromium() as browser:
        with fingerprint_page(browser) as page:
            apart = [_apart(page, file) for file in files(CLIPS, SECONDS)]
        seconds, frames, megabytes = _long(browser)
    medians = [median(bits) for bits, _same in apart]
    p50, p95, p99 = np.percentile(medians, [50, 95, 99])
    return BrowserVideos(
        files=len(apart),
        p50=p50,
        p95=p95,
        p99=p99,
        most=max(medians),
        all_frames_p95=float(np.percentile([bit for bits, _same in apart for bit in bits], 95)),
        other_count=sum(not same for _bits, same in apart),
        long_seconds=seconds,
        long_frames=frames,
        long_megabytes=megabytes,
    )


def _apart(page: FingerprintPage, file: bytes) -> tuple[list[int], bool]:
    """The bits apart of each frame, and whether both have as many."""
    browser = fingerprint_video(page, file)["frames"]
    server = video.from_file(io.BytesIO(file), step=video.REFERENCE_STEP)
    pairs = zip(browser, server, strict=False)
    bits = [pdq.distance(bytes.fromhex(ours["pdq"]), theirs.hash) for ours, theirs in pairs]
    return bits, len(browser) == len(server)


def _long(browser: Browser) -> tuple[float, int, float]:
    with tempfile.TemporaryDirectory() as folder, fingerprint_page(browser) as page:
        path = Path(folder) / "long.mp4"
        _write_long(path)
        assert isinstance(page.tab, ChromiumTab)
        page.tab.page.locator("input").set_input_files(path)
        with_most = _MostMemory()
        answer = fingerprint_chosen_video(page)
        return answer["milliseconds"] / 1000, len(answer["frames"]), with_most.end()


def _write_long(path: Path) -> None:
    pictures = list(scenes(width=640, height=360, frames=200))
    with av.open(str(path), "w") as container:
        options = {"preset": "ultrafast", "g": "25"}
        stream = container.add_stream("libx264", rate=LONG_RATE, options=options)
        stream.width, stream.height, stream.pix_fmt = 640, 360, "yuv420p"
        for number in range(LONG_SECONDS * LONG_RATE):
            frame = av.VideoFrame.from_ndarray(pictures[number % len(pictures)], format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


class _MostMemory:
    """Looks at the memory of Chromium's processes while something else runs."""

    def __init__(self) -> None:
        self._before = self._most = _memory_of_chromium()
        self._over = Event()
        self._thread = Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        while not self._over.wait(0.5):
            self._most = max(self._most, _memory_of_chromium())

    def end(self) -> float:
        """Megabytes above what it was before."""
        self._over.set()
        self._thread.join()
        return (self._most - self._before) / _MEGABYTE


def _memory_of_chromium() -> int:
    total = 0
    for process in psutil.Process().children(recursive=True):
        try:
            if "chrom" in process.name():
                total += process.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return total


if __name__ == "__main__":
    print(measure().as_markdown())
