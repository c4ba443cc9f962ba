"""How far the browsers' frames of a video are from the server's, how long it takes, and how much.

Runs the portal's own modules in headless Chromium and Firefox over short clips made from
scikit-image's photos: H.264, VP8, VP9 and AV1 in MP4, QuickTime and WebM, whole and in fragments,
turned phones, B-frames, uneven frame rates, edit lists, colour spaces; and in Chromium over one of
20 minutes. `python -m bench.browser_videos` prints Markdown and writes its section of RESULTS.md.
"""

import io
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from threading import Event, Thread
from typing import Final

import av
import numpy as np
import psutil
from playwright.sync_api import Browser

from bench.browser_fingerprints import BROWSERS
from bench.clip_corpus import files
from bench.results import write_section
from jikimi_core.fingerprint import pdq, video
from tests.clips import scenes
from tests.fingerprint_page import FingerprintPage, chromium, fingerprint_page
from tests.tabs import ChromiumTab
from tests.video_page import fingerprint_chosen_video, fingerprint_video

TITLE: Final = "Browser against server, videos"
CLIPS: Final = 500
SECONDS: Final = 3
LONG_SECONDS, LONG_RATE = 20 * 60, 5
TARGET_BITS: Final = 10
_MEGABYTE = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Apart:
    """One clip in one browser: the bits of 256 between each frame and the server's.

    ``bits`` is empty where the browser refused what the server reads.
    """

    bits: tuple[int, ...]
    is_as_many: bool
    """Whether both have the same number of frames."""


@dataclass(frozen=True, kw_only=True)
class BrowserVideos:
    """What was measured; the long clip's cost is Chromium's."""

    apart: dict[str, list[Apart]]
    long_seconds: float
    long_frames: int
    long_megabytes: float

    def as_markdown(self) -> str:
        """A table of the distances, and one of the cost."""
        return "\n\n".join((self._distances(), self._cost()))

    def _distances(self) -> str:
        head = (
            f"| clips of {SECONDS} s | files | refused | other number of frames "
            "| a file's median of bits apart, p50 / p95 / p99 / max | of all frames, p95 |"
        )
        lines = [head, "|---|---|---|---|---|---|"]
        lines += [_row(browser, apart) for browser, apart in self.apart.items()]
        target = f"The target is a median of {TARGET_BITS} bits at the 99th percentile of files."
        return "\n".join((*lines, f"\n{target}"))

    def _cost(self) -> str:
        rows = (
            ("20 minutes at 640 x 360: seconds", f"{self.long_seconds:.0f}"),
            ("frames fingerprinted", f"{self.long_frames}"),
            ("memory of all of Chromium, highest above before, MB", f"{self.long_megabytes:.0f}"),
        )
        return "\n".join(("| Chromium | |", "|---|---|", *(f"| {a} | {b} |" for a, b in rows)))


def _row(browser: str, apart: Sequence[Apart]) -> str:
    read = [one for one in apart if one.bits]
    medians = [median(one.bits) for one in read]
    of_files = " / ".join(f"{n:g}" for n in (*np.percentile(medians, [50, 95, 99]), max(medians)))
    others = sum(not one.is_as_many for one in read)
    of_frames = np.percentile([bits for one in read for bits in one.bits], 95)
    refused = len(apart) - len(read)
    return f"| {browser} | {len(apart)} | {refused} | {others} | {of_files} | {of_frames:g} |"


def measure() -> BrowserVideos:
    """Needs both browsers (`bin/ensure-test-tools`)."""
    clips = [(file, _by_the_server(file)) for file in files(CLIPS, SECONDS)]
    apart = {}
    for name, start in BROWSERS.items():
        with start() as browser, fingerprint_page(browser) as page:
            apart[name] = [_apart(page, file, frames) for file, frames in clips]
    with chromium() as browser:
        seconds, frames, megabytes = _long(browser)
    return BrowserVideos(
        apart=apart, long_seconds=seconds, long_frames=frames, long_megabytes=megabytes
    )


def _by_the_server(file: bytes) -> tuple[video.Frame, ...]:
    return video.from_file(io.BytesIO(file), step=video.REFERENCE_STEP)


def _apart(page: FingerprintPage, file: bytes, frames: Sequence[video.Frame]) -> Apart:
    browser = fingerprint_video(page, file).get("frames", [])
    pairs = zip(browser, frames, strict=False)
    return Apart(
        bits=tuple(pdq.distance(bytes.fromhex(one["pdq"]), other.hash) for one, other in pairs),
        is_as_many=len(browser) == len(frames),
    )


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


def main() -> None:
    """Measure, print, write."""
    table = measure().as_markdown()
    print(table)
    write_section(TITLE, table)


if __name__ == "__main__":
    main()
