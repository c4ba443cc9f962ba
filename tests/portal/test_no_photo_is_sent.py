"""No photo is sent: every byte of a whole report that leaves a browser is looked at."""

import base64
import io
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from socket import create_connection, create_server, socket
from threading import Thread
from typing import cast
from urllib.parse import parse_qsl, unquote_to_bytes, urlsplit

import pytest
from PIL import Image
from playwright.sync_api import Browser

from jikimi.cases.frames import read_frames
from jikimi_core.fingerprint import pdq, video
from tests.clips import clip
from tests.firefox import Firefox
from tests.kept_browsers import firefox
from tests.pictures import encoded, photo
from tests.portal.walking import to_the_file, to_the_receipt
from tests.served import browser_beside_the_database, served
from tests.tabs import tab

NAME = "very-private-{n}.jpg"
CAMERA = "Camera of a made-up kind"
PIECE = 12  # bytes: by chance, no such piece of one file is in another
LEAST_VARIETY = 4  # different bytes in it
MOST_BITS_APART = 10

LINES = "(all) => document.querySelectorAll('[data-made] li progress[hidden]').length === all"
HELD = "() => document.querySelector('#fingerprints').value"


class Recorder:
    """Stands between the browser and the server, and keeps what the browser sends."""

    def __init__(self, to: str) -> None:
        self._heard: list[list[bytes]] = []
        self._to = int(to.rpartition(":")[2])
        self._door = create_server(("127.0.0.1", 0))
        self.origin = f"http://127.0.0.1:{self._door.getsockname()[1]}"
        Thread(target=self._answer_all, daemon=True).start()

    @property
    def heard(self) -> bytes:
        """All of it, one connection after the other."""
        return b"\r\n".join(b"".join(pieces) for pieces in self._heard)

    def close(self) -> None:
        self._door.close()

    def _answer_all(self) -> None:
        try:
            while True:
                browser, _ = self._door.accept()
                server = create_connection(("127.0.0.1", self._to))
                heard: list[bytes] = []
                self._heard.append(heard)
                Thread(target=self._pass, args=(browser, server, heard), daemon=True).start()
                Thread(target=self._pass, args=(server, browser, []), daemon=True).start()
        except OSError:
            return  # closed

    def _pass(self, source: socket, target: socket, heard: list[bytes]) -> None:
        try:
            while piece := source.recv(65536):
                heard.append(piece)
                target.sendall(piece)
            target.close()
        except OSError:
            source.close()


@contextmanager
def recorded() -> Iterator[Recorder]:
    with served() as origin:
        recorder = Recorder(origin)
        try:
            yield recorder
        finally:
            recorder.close()


@pytest.fixture(params=[browser_beside_the_database, firefox])
def browser(db: None, request: pytest.FixtureRequest) -> Iterator[Browser | Firefox]:
    start = cast(Callable[[], AbstractContextManager[Browser | Firefox]], request.param)
    with start() as running:
        yield running


def photo_of_a_phone(name: str) -> bytes:
    exif = Image.Exif()
    exif[0x0110] = CAMERA
    return encoded(photo(name), quality=80, exif=exif)


def pieces(content: bytes) -> set[bytes]:
    return {content[at : at + PIECE] for at in range(len(content) - PIECE + 1)}


def telling(found: set[bytes]) -> set[bytes]:
    """All but rows of zeros and the like, which a video's tables are full of."""
    return {piece for piece in found if len(set(piece)) >= LEAST_VARIETY}


def of_the_video(line: str, film: bytes) -> bool:
    """Whether a line of the form is the fingerprint of that video, by its first frame."""
    first = read_frames(base64.urlsafe_b64decode(line.removeprefix("video ")))[0]
    servers = video.from_file(io.BytesIO(film), step=video.REFERENCE_STEP)[0]
    return pdq.distance(first.pdq, servers.hash) <= MOST_BITS_APART


def written(content: bytes) -> set[bytes]:
    """Its pieces as they are, in hexadecimal and in base64 from any byte on."""
    found = pieces(content) | pieces(content.hex().encode())
    for start in range(3):
        found |= pieces(base64.b64encode(content[start:]))
    return found


def fields_named(name: str, sent: bytes) -> list[str]:
    posts = [body_of(post) for post in sent.split(b"POST /report/")[1:]]
    return [value for post in posts for field, value in parse_qsl(post) if field == name]


def body_of(post: bytes) -> str:
    """The form behind the headers of a request, without what came after it."""
    headers, _, rest = post.partition(b"\r\n\r\n")
    told = re.search(rb"(?i)\ncontent-length: *(\d+)", headers)
    assert told
    return rest[: int(told[1])].decode()


def test_what_a_whole_report_sends_holds_nothing_of_the_pictures_and_the_video(
    browser: Browser | Firefox,
) -> None:
    film = clip(width=320, height=240, seconds=2)
    files = [*(photo_of_a_phone(name) for name in ("coffee", "chelsea")), film]
    with recorded() as wire, tab(browser, f"{wire.origin}/?lang=en") as page:
        to_the_file(page)
        page.choose("input[type=file]", *files, name=NAME)
        page.until(LINES, 3)
        held = str(page.evaluate(HELD))
        to_the_receipt(page)
        asked = [request.path for request in page.sent]
        kept = page.evaluate("() => [localStorage.length, sessionStorage.length]")

    made = [pdq.from_file(io.BytesIO(file)) for file in files[:2]]
    assert held.split("\n")[:2] == [f"{one.hex} {one.quality}" for one in made]
    [frames] = held.split("\n")[2:]
    assert of_the_video(frames, film)
    hosts = {urlsplit(address).netloc for address in asked}  # none: about:blank and the like
    assert hosts - {""} == {urlsplit(wire.origin).netloc}
    assert kept == [0, 0]

    sent = wire.heard
    assert made[0].hex.encode() in sent, "the recording holds the report"
    assert set(fields_named("fingerprints", sent)) == {held}
    everything = pieces(sent) | pieces(unquote_to_bytes(sent))
    for file in files:
        assert not telling(everything & written(file))
        assert f"={len(file)}&".encode() not in sent
    for file in files[:2]:
        pixels = Image.open(io.BytesIO(file)).convert("RGB").tobytes()
        assert not everything & pieces(pixels)
    assert b"very-private" not in sent
    assert CAMERA.encode() not in unquote_to_bytes(sent.replace(b"+", b" "))


def test_a_video_gets_its_fingerprint_in_the_picker_with_the_network_cut(db: None) -> None:
    film = clip(width=320, height=240, seconds=2)
    with (
        browser_beside_the_database() as chromium,
        served() as origin,
        tab(chromium, f"{origin}/?lang=en") as page,
    ):
        to_the_file(page)
        page.choose("input[type=file]", photo_of_a_phone("coffee"), name=NAME)
        page.until(LINES, 1)  # so the Worker is there, with all that it imports
        page.go_offline()
        asked = len(page.sent)
        page.choose("input[type=file]", film, name=NAME)
        page.until(LINES, 2)
        assert of_the_video(str(page.evaluate(HELD)).split("\n")[1], film)
        assert len(page.sent) == asked
