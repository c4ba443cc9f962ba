"""A video's frames, made on the survivor's device, are the server's; nothing of it leaves."""

import io
import json
from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from fractions import Fraction
from statistics import median
from typing import cast

import pytest
from playwright.sync_api import Browser

from jikimi.cases.frames import read_frames
from jikimi_core.fingerprint import pdq, video
from jikimi_core.fingerprint.video import Frame
from tests.clips import (
    QUARTER_CLOCKWISE,
    QUARTER_COUNTERCLOCKWISE,
    UPSIDE_DOWN,
    clip,
    turned,
)
from tests.fingerprint_page import FingerprintPage, fingerprint_page
from tests.firefox import Firefox
from tests.kept_browsers import chromium, firefox
from tests.tabs import FirefoxTab
from tests.video_page import VideoAnswer, fingerprint_video

MOST_BITS_APART = 10
LONGEST_FRAME = 0.1
INDEX_FIRST = {"movflags": "faststart"}
WITHOUT_EDITS = {"use_editlist": "0"}
BT_2020, PQ, HLG = 9, 16, 18
QUICK = {"deadline": "realtime", "cpu-used": "8"}
WITHOUT_DECODER = "delete self.VideoDecoder;"
WITHOUT_FRAMES = "delete window.VideoFrame;"
WITHOUT_ROTATION = "delete VideoFrame.prototype.rotation;"

# Each frame is told of after the one before it has been told of once more, and time is not short.
TOLD_LATE = """
const later = window.setTimeout;
window.setTimeout = (work, wait) => later(work, wait && Math.max(wait, 10_000));
Object.defineProperty(document, 'hidden', { get: () => true });
const video = HTMLVideoElement.prototype;
const real = video.requestVideoFrameCallback;
video.requestVideoFrameCallback = function (tell) {
  const { held } = this;
  delete this.held;
  if (held) return later(() => tell(performance.now(), held));
  return real.call(this, (now, frame) => {
    const { earlier } = this;
    this.earlier = frame;
    if (!earlier || Math.abs(earlier.mediaTime - frame.mediaTime) < 0.01) return tell(now, frame);
    this.held = frame;
    tell(now, earlier);
  });
};
"""

# Of frames within these moments nothing is told, and the patience for them is over at once. A page
# that is not on the screen has patience: there they are told of after all.
NOT_TOLD = """
const from = %s, to = %s, hidden = %s;
const watches = [];
window.setInterval = (watch) => watches.push(watch);
window.clearInterval = (number) => { if (number) watches[number - 1] = () => {}; };
function wait_long() {
  for (let n = 0; n < 1000; n += 1) watches.forEach((watch) => watch());
}
Object.defineProperty(document, 'hidden', { get: () => hidden });
const video = HTMLVideoElement.prototype;
const real = video.requestVideoFrameCallback;
video.requestVideoFrameCallback = function (tell) {
  const hear = (now, frame) => {
    const left_out = from <= this.currentTime && this.currentTime < to;
    if (left_out && this.hasAttribute('src')) wait_long();
    if (left_out && !hidden) real.call(this, hear);
    else tell(now, frame);
  };
  return real.call(this, hear);
};
"""

# Says nothing of what it shows, and is one look behind where a look is come to from before.
BEHIND_AND_SILENT = """
delete HTMLVideoElement.prototype.requestVideoFrameCallback;
const media = HTMLMediaElement.prototype;
const real = Object.getOwnPropertyDescriptor(media, 'currentTime');
const AT = %s;
Object.defineProperty(media, 'currentTime', {
  get() { return real.get.call(this); },
  set(t) {
    const behind = AT <= t && t < AT + 0.1 && this.currentTime < AT;
    real.set.call(this, behind ? this.currentTime : t);
  },
});
"""


@pytest.fixture(scope="module", params=[chromium, firefox])
def browser(request: pytest.FixtureRequest) -> Iterator[Browser | Firefox]:
    start = cast(Callable[[], AbstractContextManager[Browser | Firefox]], request.param)
    with start() as started:
        yield started


@pytest.fixture(scope="module")
def opened(browser: Browser | Firefox) -> Iterator[FingerprintPage]:
    with fingerprint_page(browser) as page:
        yield page


def of_server(file: bytes) -> tuple[Frame, ...]:
    return video.from_file(io.BytesIO(file), step=video.REFERENCE_STEP)


def not_told(start: float, end: float, *, hidden: bool = False) -> str:
    return NOT_TOLD % (start, end, json.dumps(hidden))


def assert_same_frames(
    answer: VideoAnswer, file: bytes, *, without: float | None = None, most_more: int = 0
) -> None:
    assert "frames" in answer, answer
    ours = answer["frames"]
    servers = [frame for frame in of_server(file) if frame.t != without]
    assert 0 <= len(ours) - len(servers) <= most_more
    for frame, server in zip(ours, servers, strict=False):
        # Firefox's player tells the time it was moved to, all else when that frame appeared.
        assert server.t - 0.001 <= frame["t"] < server.t + LONGEST_FRAME
    bits = [
        pdq.distance(bytes.fromhex(frame["pdq"]), server.hash)
        for frame, server in zip(ours, servers, strict=False)
    ]
    assert median(bits) <= MOST_BITS_APART


def high_dynamic_range(kind: str, transfer: int) -> bytes:
    return clip(
        kind=kind,
        codec="libsvtav1",
        options={"preset": "12"},
        pixels="yuv420p10le",
        width=320,
        height=240,
        seconds=2,
        colours=BT_2020,
        transfer=transfer,
    )


LATE = "vp8 that begins late"
DECODED: dict[str, Callable[[], bytes]] = {
    "h264": lambda: clip(options={"preset": "veryfast"}, width=320, height=240),
    "h264 with B-frames, taller than HD": lambda: clip(
        options={"preset": "ultrafast", "bf": "3"}, width=720, height=1280, seconds=2
    ),
    "h264, full range": lambda: clip(pixels="yuvj420p", width=322, height=242),
    "h264, 29.97": lambda: clip(rate=30, seconds=2, width=320, height=240),
    "quicktime, its index first": lambda: clip(
        kind="mov", width=320, height=240, seconds=2, container=INDEX_FIRST
    ),
    "vp9 in mp4": lambda: clip(codec="libvpx-vp9", options=QUICK, width=321, height=243, seconds=2),
    "av1 in mp4, high dynamic range": lambda: high_dynamic_range("mp4", HLG),
    "a quarter turn": lambda: turned(clip(width=320, height=240, seconds=2), QUARTER_CLOCKWISE),
    "h264 with B-frames and without an edit list": lambda: clip(
        options={"bf": "2"}, width=320, height=240, seconds=3, container=WITHOUT_EDITS
    ),
    "upside down": lambda: turned(clip(width=320, height=240, seconds=2), UPSIDE_DOWN),
    "a quarter turn back": lambda: turned(
        clip(width=720, height=400, seconds=2), QUARTER_COUNTERCLOCKWISE
    ),
}
PLAYED: dict[str, Callable[[], bytes]] = {
    "vp8": lambda: clip(kind="webm", codec="libvpx", options=QUICK, width=320, height=240),
    "vp9": lambda: clip(kind="webm", codec="libvpx-vp9", options=QUICK, width=321, height=243),
    LATE: lambda: clip(
        kind="webm",
        codec="libvpx",
        options=QUICK,
        width=320,
        height=240,
        seconds=3,
        begins=Fraction(2, 5),
    ),
    "av1, high dynamic range": lambda: high_dynamic_range("webm", PQ),
    "in fragments": lambda: clip(
        width=320,
        height=240,
        seconds=2,
        options={"bf": "0"},
        container={"movflags": "frag_keyframe+empty_moov"},
    ),
}
FILES = {**DECODED, **PLAYED}


@pytest.mark.parametrize("name", FILES)
def test_the_page_and_the_server_see_the_same_frames(opened: FingerprintPage, name: str) -> None:
    file = FILES[name]()
    # Firefox moves a late beginning to 0 and leaves the end: its last look shows the last frame.
    is_longer = name == LATE and isinstance(opened.tab, FirefoxTab)
    assert_same_frames(fingerprint_video(opened, file), file, most_more=int(is_longer))
    frames = opened.tab.evaluate("() => decodedFrames(document.querySelector('input').files[0])")
    assert (frames is None) == (name in PLAYED)


@pytest.mark.parametrize("options", [INDEX_FIRST, {}], ids=["index first", "index last"])
def test_a_video_whose_end_is_missing_is_told_so(
    opened: FingerprintPage, options: dict[str, str]
) -> None:
    file = clip(width=320, height=240, container=options)
    assert fingerprint_video(opened, file[: len(file) * 9 // 10])["error"] == "video_damaged"


def test_the_line_for_the_form_is_what_the_server_reads(opened: FingerprintPage) -> None:
    answer = fingerprint_video(opened, FILES["h264"]())
    kept = video.thinned(
        Frame(t=frame["t"], hash=bytes.fromhex(frame["pdq"]), quality=frame["quality"])
        for frame in answer["frames"]
    )
    word, packed = answer["line"].split(" ")
    assert word == "video"
    read = read_frames(urlsafe_b64decode(packed))
    assert [(frame.pdq, frame.quality) for frame in read] == [
        (frame.hash, frame.quality) for frame in kept
    ]
    assert [frame.milliseconds for frame in read] == [round(1000 * frame.t) for frame in kept]


@pytest.mark.parametrize(
    ("file", "code"),
    [
        (b"\0\0\0\x18ftypisom" + bytes(3000), "video_codec"),
        (b"\x1a\x45\xdf\xa3" + bytes(3000), "video_codec"),
    ],
)
def test_a_video_that_cannot_be_played_is_told_so(
    opened: FingerprintPage, file: bytes, code: str
) -> None:
    assert fingerprint_video(opened, file).get("error") == code


LIES = {
    "very many frames": (b"stsz", 12, 2**32 - 1),
    "frames without a time": (b"stts", 8, 0),
    "frames that last no time": (b"stts", 16, 0),
    "very many chunks": (b"stco", 8, 2**32 - 1),
    "very many runs of chunks": (b"stsc", 8, 2**32 - 1),
    "no key frame": (b"stss", 8, 0),
}


def with_a_lie(file: bytes, box: bytes, place: int, number: int) -> bytes:
    """A number of 32 bits in the place of another, so many bytes behind a box's length."""
    at = file.index(box) + place
    return file[:at] + number.to_bytes(4, "big") + file[at + 4 :]


@pytest.mark.parametrize("lie", LIES)
def test_a_video_whose_tables_lie_is_not_decoded(opened: FingerprintPage, lie: str) -> None:
    file = clip(options={"bf": "0"}, seconds=2)
    opened.tab.choose("input", with_a_lie(file, *LIES[lie]))
    assert opened.tab.evaluate(
        "async () => await decodedFrames(document.querySelector('input').files[0]) === null"
    )


def test_a_video_that_does_not_say_how_long_it_is_is_decoded_to_its_last_frame(
    opened: FingerprintPage,
) -> None:
    file = FILES["a quarter turn"]()
    untold = fingerprint_video(opened, with_a_lie(file, b"mvhd", 20, 2**32 - 1))
    assert untold.get("frames") == fingerprint_video(opened, file)["frames"]


def test_a_picture_is_not_taken_for_a_video(opened: FingerprintPage) -> None:
    for start in (b"\xff\xd8\xff\xe0", b"\0\0\0\x18ftypheic", b"\0\0\0\x1cftypavif", b"words"):
        opened.tab.choose("input", start + bytes(600))
        answer = opened.tab.evaluate("() => isVideo(document.querySelector('input').files[0])")
        assert answer is False


def test_stopping_gives_no_frames_and_the_next_video_still_works(opened: FingerprintPage) -> None:
    file = FILES["h264"]()
    stopped = fingerprint_video(opened, file, stop_after=0.3)
    assert stopped["name"] == "AbortError"
    assert "frames" not in stopped
    assert_same_frames(fingerprint_video(opened, file), file)


def test_progress_rises_to_the_end(opened: FingerprintPage) -> None:
    progress = fingerprint_video(opened, FILES["h264"]())["progress"]
    assert progress == sorted(progress)
    assert progress[0] == 0
    assert progress[-1] == 1


def test_a_video_is_fingerprinted_with_the_network_off_and_nothing_leaves(
    browser: Browser | Firefox,
) -> None:
    file = FILES["h264"]()
    with fingerprint_page(browser) as page:
        page.cut_the_network()
        seen = len(page.received)
        assert_same_frames(fingerprint_video(page, file), file)
        assert len(page.received) == seen
        assert all(request.method == "GET" and not request.body for request in page.tab.sent)
        assert page.tab.complaints == []


def test_an_older_browser_without_the_decoder_plays_the_video(
    browser: Browser | Firefox,
) -> None:
    with fingerprint_page(browser, before_work=WITHOUT_DECODER) as page:
        for name in (
            "h264 with B-frames and without an edit list",
            "upside down",
            "a quarter turn",
        ):
            file = DECODED[name]()
            assert_same_frames(fingerprint_video(page, file), file)
            assert page.tab.evaluate(
                "async () => await decodedFrames(document.querySelector('input').files[0]) === null"
            )


def test_a_frame_that_is_told_of_late_is_not_taken_for_the_next(
    browser: Browser | Firefox,
) -> None:
    file = DECODED["h264"]()
    with fingerprint_page(browser, before=TOLD_LATE, before_work=WITHOUT_DECODER) as page:
        assert_same_frames(fingerprint_video(page, file), file)


def test_a_moment_that_is_never_shown_is_left_out(browser: Browser | Firefox) -> None:
    file = DECODED["h264"]()
    before = not_told(0.9, 1.1)
    with fingerprint_page(browser, before=before, before_work=WITHOUT_DECODER) as page:
        assert_same_frames(fingerprint_video(page, file), file, without=1.0)


def test_patience_does_not_end_while_the_page_is_not_on_the_screen(
    browser: Browser | Firefox,
) -> None:
    file = DECODED["h264"]()
    before = not_told(0.9, 1.1, hidden=True)
    with fingerprint_page(browser, before=before, before_work=WITHOUT_DECODER) as page:
        assert_same_frames(fingerprint_video(page, file), file)


def test_a_video_of_which_too_little_is_shown_is_told_so(browser: Browser | Firefox) -> None:
    file = DECODED["h264"]()
    before = not_told(0, 99)
    with fingerprint_page(browser, before=before, before_work=WITHOUT_DECODER) as page:
        assert fingerprint_video(page, file).get("error") == "video_unsure"


def test_a_player_that_does_not_tell_what_it_shows_is_looked_at_from_both_sides(
    browser: Browser | Firefox,
) -> None:
    file = DECODED["h264"]()
    before = BEHIND_AND_SILENT % 2.0  # a cut
    with fingerprint_page(browser, before=before, before_work=WITHOUT_DECODER) as page:
        assert_same_frames(fingerprint_video(page, file), file, without=2.0)


def test_a_frame_that_would_be_drawn_in_other_colours_has_no_fingerprint(
    browser: Browser | Firefox,
) -> None:
    file = high_dynamic_range("webm", PQ)
    with fingerprint_page(browser, before=WITHOUT_ROTATION) as page:
        answer = fingerprint_video(page, file)
        if isinstance(browser, Firefox):  # it draws the values as they are
            assert_same_frames(answer, file)
        else:
            assert answer.get("error") == "video_codec"
        assert_same_frames(fingerprint_video(page, PLAYED["vp8"]()), PLAYED["vp8"]())
    with fingerprint_page(browser, before=WITHOUT_FRAMES, before_work=WITHOUT_DECODER) as page:
        high = fingerprint_video(page, high_dynamic_range("mp4", HLG))
        assert high.get("error") == "video_codec"  # an older browser: only the file tells it
        file = DECODED["h264"]()
        assert_same_frames(fingerprint_video(page, file), file)
