"""A video chosen on the page that fingerprints, and what the page made of it."""

from typing import NotRequired, TypedDict, cast

from tests.fingerprint_page import NEVER, FingerprintPage

_FINGERPRINT_CHOSEN = """async (stopAfter) => {
  const progress = [];
  const stop = new AbortController();
  const progressed = (share) => {
    progress.push(share);
    if (share >= stopAfter) stop.abort();
  };
  const [file] = document.querySelector('input').files;
  const start = performance.now();
  try {
    const video = await window.isVideo(file);
    const frames = await window.framesOf(file, { progress: progressed, signal: stop.signal });
    const line = window.videoLine(window.thinned(frames));
    return { video, frames, line, progress, milliseconds: performance.now() - start };
  } catch (error) {
    return { error: error.code || String(error), name: error.name, progress };
  }
}"""


class PageFrame(TypedDict):
    """One frame as the page sees it; `t` in seconds."""

    t: float
    pdq: str
    quality: int


class VideoAnswer(TypedDict):
    """Every frame and the line for the form, or an error's name and code."""

    progress: list[float]
    video: NotRequired[bool]
    frames: NotRequired[list[PageFrame]]
    line: NotRequired[str]
    milliseconds: NotRequired[float]
    error: NotRequired[str | int]
    name: NotRequired[str]


def fingerprint_video(
    opened: FingerprintPage, file: bytes, *, stop_after: float = NEVER
) -> VideoAnswer:
    """Choose a video as a person does and wait for the page's answer."""
    opened.tab.choose("input", file)
    return fingerprint_chosen_video(opened, stop_after=stop_after)


def fingerprint_chosen_video(opened: FingerprintPage, *, stop_after: float = NEVER) -> VideoAnswer:
    """The answer for what is chosen already."""
    return cast(VideoAnswer, opened.tab.evaluate(_FINGERPRINT_CHOSEN, stop_after))
