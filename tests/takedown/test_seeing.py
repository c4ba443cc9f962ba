"""Looking at links over real HTTP: pictures are found, compared and forgotten."""

import os
import signal
import struct
import threading
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageFilter
from skimage import data

from jikimi.takedown.rules.recheck import Kind, Verdict, judge
from jikimi.takedown.seeing.errors import NotReadable
from jikimi.takedown.seeing.fetching import GuardedFetcher
from jikimi.takedown.seeing.isolated import CPU_SECONDS, MEMORY_BYTES
from jikimi.takedown.seeing.isolating import fingerprint_apart, page_pictures_apart
from jikimi.takedown.seeing.links import FetchPolicy
from jikimi.takedown.seeing.looking import kind_of, see_link
from jikimi.takedown.seeing.pages import MAX_PICTURES, page_pictures
from jikimi.takedown.seeing.readers import _StandingReady, reader
from jikimi_core.fingerprint import pdq


@dataclass(frozen=True)
class Answer:
    body: bytes = b""
    media_type: str = "image/jpeg"
    status: int = 200
    location: str | None = None


@dataclass
class Site:
    """A small website on loopback whose every path is what the test puts there."""

    pages: dict[str, Answer] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    port: int = 0

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def fetcher(self) -> GuardedFetcher:
        policy = FetchPolicy(allowed_loopback_ports=frozenset({self.port}))
        return GuardedFetcher(user_agent="link-check/1", policy=policy)

    def put_page(self, path: str, html: str) -> None:
        self.pages[path] = Answer(html.encode(), "text/html; charset=utf-8")


@pytest.fixture
def site() -> Iterator[Site]:
    here = Site()

    class Visit(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            here.asked.append(self.path)
            answer = here.pages.get(self.path, Answer(status=404))
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.media_type)
            self.send_header("Content-Length", str(len(answer.body)))
            if answer.location:
                self.send_header("Location", answer.location)
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Visit)
    here.port = server.server_port
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield here
    server.shutdown()
    server.server_close()


def jpeg(pixels: NDArray[np.uint8], quality: int = 85) -> bytes:
    packed = BytesIO()
    Image.fromarray(pixels).save(packed, "JPEG", quality=quality)
    return packed.getvalue()


COFFEE = jpeg(data.coffee())
OTHERS = [jpeg(picture()) for picture in (data.chelsea, data.astronaut, data.rocket)]
KNOWN = (pdq.from_array(data.coffee()).hash,)


# --- a link to a picture ------------------------------------------------------------------------


def test_the_known_picture_is_recognised_after_recompression(site: Site) -> None:
    site.pages["/a.jpg"] = Answer(jpeg(data.coffee(), quality=40))
    seen = see_link(site.url("/a.jpg"), KNOWN, site.fetcher())
    assert (seen.status, seen.kind, seen.pictures, seen.known) == (200, Kind.PICTURE, 1, 1)
    assert seen.nearest_distance is not None
    assert seen.nearest_distance <= 10
    assert seen.nearest_quality == 100


def test_the_nearest_of_several_known_fingerprints_counts(site: Site) -> None:
    site.pages["/a.jpg"] = Answer(COFFEE)
    known = (pdq.from_array(data.chelsea()).hash, *KNOWN, pdq.from_array(data.rocket()).hash)
    seen = see_link(site.url("/a.jpg"), known, site.fetcher())
    assert seen.nearest_distance is not None
    assert seen.nearest_distance <= 10


def test_another_picture_is_far_away(site: Site) -> None:
    site.pages["/a.jpg"] = Answer(OTHERS[0])
    seen = see_link(site.url("/a.jpg"), KNOWN, site.fetcher())
    assert seen.nearest_distance is not None
    assert seen.nearest_distance > 90


@pytest.mark.parametrize("form", ["JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF", "AVIF"])
def test_a_picture_is_told_by_its_content_whatever_the_server_calls_it(
    form: str, site: Site
) -> None:
    packed = BytesIO()
    Image.fromarray(data.coffee()).save(packed, form)
    site.pages["/page.html"] = Answer(packed.getvalue(), "text/html")
    seen = see_link(site.url("/page.html"), KNOWN, site.fetcher())
    assert (seen.kind, seen.pictures) == (Kind.PICTURE, 1)


def test_without_known_fingerprints_there_is_no_distance(site: Site) -> None:
    site.pages["/a.jpg"] = Answer(COFFEE)
    seen = see_link(site.url("/a.jpg"), (), site.fetcher())
    assert (seen.pictures, seen.known, seen.nearest_distance) == (1, 0, None)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(COFFEE[: len(COFFEE) // 2], id="cut-off"),
        pytest.param(b"\xff\xd8\xff" + b"\0" * 5000, id="only-a-beginning"),
        pytest.param(b"\x89PNG\r\n\x1a\n", id="png-of-nothing"),
        pytest.param(b"RIFF\0\0\0\0WEBPVP8 ", id="webp-of-nothing"),
    ],
)
def test_a_damaged_picture_is_a_fact_and_no_crash(body: bytes, site: Site) -> None:
    site.pages["/a.jpg"] = Answer(body)
    seen = see_link(site.url("/a.jpg"), KNOWN, site.fetcher())
    assert (seen.status, seen.kind, seen.pictures) == (200, Kind.PICTURE, 0)
    assert seen.error == NotReadable.because


def test_a_picture_of_50000_by_50000_is_refused_by_its_header(site: Site) -> None:
    def chunk(kind: bytes, content: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + content))
        return struct.pack(">I", len(content)) + kind + content + check

    header = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    rows = zlib.compress(bytes(1_000_000))
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows)
    site.pages["/a.png"] = Answer(bomb + chunk(b"IEND", b""), "image/png")
    seen = see_link(site.url("/a.png"), KNOWN, site.fetcher())
    assert (seen.pictures, seen.error) == (0, NotReadable.because)


@pytest.mark.parametrize(
    "body", [b"", b"just words", b"%PDF-1.7", b"\0\0\0\x20ftypisom" + bytes(100), b"{}"]
)
def test_what_is_neither_page_nor_picture_is_said_to_be_other(body: bytes, site: Site) -> None:
    site.pages["/a.jpg"] = Answer(body)
    assert see_link(site.url("/a.jpg"), KNOWN, site.fetcher()).kind is Kind.OTHER


# --- a link to a page ---------------------------------------------------------------------------


def test_the_known_picture_is_found_among_others_on_a_page(site: Site) -> None:
    for number, picture in enumerate([*OTHERS, COFFEE]):
        site.pages[f"/i/{number}"] = Answer(picture)
    site.put_page("/p", "".join(f"<img src='/i/{number}'>" for number in range(4)))
    seen = see_link(site.url("/p"), KNOWN, site.fetcher())
    assert (seen.kind, seen.pictures, seen.unread) == (Kind.PAGE, 4, 0)
    assert seen.nearest_distance is not None
    assert seen.nearest_distance <= 10


@pytest.mark.parametrize(
    "tag",
    [
        "<img src='/i/a'>",
        "<IMG SRC=/i/a>",
        "<img src=' i/a '>",
        "<img srcset='/i/a 1x, /i/b 2x'>",
        "<img data-src='/i/a' src='data:image/gif;base64,R0lGODlhAQABAAAAACw='>",
        "<picture><source srcset='/i/a, /i/b 2x'></picture>",
        "<video poster='/i/a'><source src='/film.mp4' type='video/mp4'></video>",
        "<meta property='og:image' content='{site}/i/a'>",
        "<meta name='twitter:image' content='/i/a'>",
        "<base href='/i/'><img src='a'>",
        "<img src='//127.0.0.1:{port}/i/a'>",
        "<img src='/i/a?x=1&amp;y=2'>",
        "<img src='/i/a b'>",
    ],
)
def test_pictures_are_found_in_every_place_a_page_names_them(tag: str, site: Site) -> None:
    for path in ("/i/a", "/i/a?x=1&y=2", "/i/a%20b"):
        site.pages[path] = Answer(COFFEE)
    site.put_page("/", tag.replace("{site}", site.url("")).replace("{port}", str(site.port)))
    seen = see_link(site.url("/"), KNOWN, site.fetcher())
    assert (seen.pictures, seen.unread) == (1, 0)


def test_a_picture_named_twice_is_fetched_once(site: Site) -> None:
    site.pages["/a.jpg"] = Answer(COFFEE)
    tags = f"<meta property='og:image' content='{site.url('/a.jpg')}'><img src='/a.jpg'>"
    site.put_page("/p", tags)
    assert see_link(site.url("/p"), KNOWN, site.fetcher()).pictures == 1
    assert site.asked == ["/p", "/a.jpg"]


def test_of_ten_thousand_pictures_only_the_first_twenty_are_fetched(site: Site) -> None:
    site.put_page("/p", "".join(f"<img src='/i/{number}.jpg'>" for number in range(10_000)))
    seen = see_link(site.url("/p"), KNOWN, site.fetcher())
    assert len(site.asked) == 1 + MAX_PICTURES
    assert seen.unread == 10_000 - MAX_PICTURES


def test_a_page_cannot_lead_the_fetcher_inside(site: Site) -> None:
    links = [
        "http://169.254.169.254/a.jpg",
        "http://localhost:22/",
        "file:///etc/passwd",
        "http://[",
    ]
    site.pages["/a.jpg"] = Answer(COFFEE)
    site.put_page("/p", "".join(f"<img src='{link}'>" for link in [*links, "/a.jpg"]))
    seen = see_link(site.url("/p"), KNOWN, site.fetcher())
    assert (seen.unread, seen.pictures) == (4, 1)
    assert judge(seen, seen_there_before=False).verdict is Verdict.STILL_THERE


@pytest.mark.parametrize("status", [404, 410])
def test_a_picture_that_is_gone_from_a_page_leaves_no_doubt(status: int, site: Site) -> None:
    site.pages["/a.jpg"] = Answer(status=status)
    site.put_page("/p", "<img src='/a.jpg'>")
    seen = see_link(site.url("/p"), KNOWN, site.fetcher())
    assert (seen.pictures, seen.unread) == (0, 0)


@pytest.mark.parametrize(
    "answer",
    [Answer(status=403), Answer(status=503), Answer(b"words"), Answer(COFFEE[:400])],
    ids=["403", "503", "words", "cut-off"],
)
def test_a_picture_that_cannot_be_looked_at_is_counted(answer: Answer, site: Site) -> None:
    site.pages["/a.jpg"] = answer
    site.put_page("/p", "<img src='/a.jpg'>")
    assert see_link(site.url("/p"), KNOWN, site.fetcher()).unread == 1


@pytest.mark.parametrize(
    ("body", "unread"),
    [
        (b"", 0),
        (b"<?xml version='1.0'?><svg><path d='M0 0'/></svg>", 0),
        (b"<svg><image href='data:image/jpeg;base64,AAAA'/></svg>", 1),
    ],
)
def test_icons_and_counters_leave_no_doubt_about_a_page(
    body: bytes, unread: int, site: Site
) -> None:
    site.pages["/icon"] = Answer(body, "image/svg+xml")
    site.put_page("/p", "<img src=/icon>")
    assert see_link(site.url("/p"), KNOWN, site.fetcher()).unread == unread


def test_a_nearer_picture_without_detail_does_not_hide_the_match(site: Site) -> None:
    soft = Image.fromarray(data.coffee()).filter(ImageFilter.GaussianBlur(12))
    blurred = pdq.from_array(np.asarray(soft))
    dull = np.asarray(soft, dtype=np.float32) * 0.1 + 120
    site.pages["/dull.jpg"] = Answer(jpeg(dull.astype(np.uint8)))
    site.pages["/match.jpg"] = Answer(COFFEE)
    site.put_page("/p", "<img src=/match.jpg><img src=/dull.jpg>")
    seen = see_link(site.url("/p"), (blurred.hash,), site.fetcher())
    assert seen.pictures == 2
    assert seen.nearest_quality == 100
    assert judge(seen, seen_there_before=False).verdict is Verdict.STILL_THERE


def test_pictures_embedded_in_the_page_are_counted_as_not_looked_at() -> None:
    large = "data:image/jpeg;base64," + "A" * 10_000
    small = "data:image/gif;base64," + "A" * 40
    page = page_pictures(f"<img src='{large}'><img src='{small}'>")
    assert (page.links, page.left_out) == ((), 1)


def test_a_page_written_to_exhaust_its_reader_is_given_up(site: Site) -> None:
    with pytest.raises(NotReadable):
        page_pictures_apart(b"<!--" * 480_000)


# --- doors --------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/login", "/accounts/login/?next=/p", "/sign-in", "/Login.php"])
def test_being_led_to_a_sign_in_page_is_noticed(path: str, site: Site) -> None:
    site.pages["/p"] = Answer(status=302, location=path)
    site.put_page(path, "<h1>Welcome</h1>")
    assert see_link(site.url("/p"), KNOWN, site.fetcher()).asked_to_sign_in


def test_a_field_for_a_password_is_noticed(site: Site) -> None:
    site.put_page("/p", "<form><input name=a><input type=Password></form>")
    assert see_link(site.url("/p"), KNOWN, site.fetcher()).asked_to_sign_in


def test_a_page_about_logins_is_no_sign_in_page(site: Site) -> None:
    site.put_page("/blog/login", "<p>How we log in</p>")
    assert not see_link(site.url("/blog/login"), KNOWN, site.fetcher()).asked_to_sign_in


# --- answers without content --------------------------------------------------------------------


@pytest.mark.parametrize("status", [401, 403, 404, 410, 429, 451, 500, 503])
def test_an_error_answer_is_told_by_its_status_alone(status: int, site: Site) -> None:
    site.pages["/a.jpg"] = Answer(COFFEE, status=status)
    seen = see_link(site.url("/a.jpg"), KNOWN, site.fetcher())
    assert (seen.status, seen.kind, seen.pictures, seen.error) == (status, None, 0, None)


@pytest.mark.parametrize("url", ["nonsense", "http://10.0.0.1/", "http://169.254.169.254/a.jpg"])
def test_a_link_that_may_not_be_opened_is_a_fact_with_a_reason(url: str, site: Site) -> None:
    seen = see_link(url, KNOWN, site.fetcher())
    assert seen.status is None
    assert seen.error
    assert url not in seen.error


def test_a_look_ends_when_its_time_is_up(site: Site) -> None:
    site.put_page("/p", "<img src=/a.jpg><img src=/b.jpg>")
    site.pages["/a.jpg"] = site.pages["/b.jpg"] = Answer(COFFEE)
    seen = see_link(site.url("/p"), KNOWN, site.fetcher(), seconds=0.0)
    assert seen.status is None
    assert site.asked == []


# --- what is left behind ------------------------------------------------------------------------


def test_no_picture_is_written_anywhere(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "watched"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("TMPDIR", str(folder))
    site.pages["/a.jpg"] = Answer(COFFEE)
    assert see_link(site.url("/a.jpg"), KNOWN, site.fetcher()).pictures == 1
    assert list(folder.rglob("*")) == []


def test_each_reader_is_a_process_of_its_own_with_its_limits() -> None:
    with reader("page") as one, reader("picture") as other:
        limits = [_limits_of(_process_of(forked.pidfd), "Max cpu time") for forked in (one, other)]
        assert _process_of(one.pidfd) != _process_of(other.pidfd)
        space = _limits_of(_process_of(one.pidfd), "Max address space")
        written = _limits_of(_process_of(one.pidfd), "Max file size")
        os.close(one.into)
        os.close(other.into)
    assert limits == [str(CPU_SECONDS["page"]), str(CPU_SECONDS["picture"])]
    assert (space, written) == (str(MEMORY_BYTES), "0")


def test_a_reader_is_told_none_of_our_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIKIMI_SECRET_KEY", "CANARY")
    monkeypatch.setattr("jikimi.takedown.seeing.readers._standing_ready", _StandingReady())
    with reader("page") as forked:
        told = Path(f"/proc/{_process_of(forked.pidfd)}/environ").read_bytes()
        os.close(forked.into)
    assert b"OMP_NUM_THREADS" in told
    assert b"CANARY" not in told
    assert b"HOME=" not in told


def test_a_reader_ends_with_what_it_was_to_read() -> None:
    with reader("page") as forked:
        number = _process_of(forked.pidfd)
        assert Path(f"/proc/{number}").exists()
        os.close(forked.into)
    page_pictures_apart(b"<html>")  # the next one buries it
    assert _has_ended(number)


def test_when_the_one_that_stands_ready_was_killed_another_does() -> None:
    with reader("page") as forked:
        parent = _parent_of(_process_of(forked.pidfd))
        os.close(forked.into)
    os.kill(parent, signal.SIGKILL)
    assert page_pictures_apart(b"<img src=a.png>").links == ("a.png",)


def test_when_the_one_that_stands_ready_hangs_another_takes_its_place(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ready = _StandingReady()
    monkeypatch.setattr("jikimi.takedown.seeing.readers._standing_ready", ready)
    with reader("page") as forked:
        hung = _parent_of(_process_of(forked.pidfd))
        os.close(forked.into)
    assert ready.control is not None
    ready.control.settimeout(0.5)  # the one that takes its place has its full time to begin
    os.kill(hung, signal.SIGSTOP)
    assert page_pictures_apart(b"<img src=a.png>").links == ("a.png",)
    assert _state_of(hung) == "gone"


def _process_of(pidfd: int) -> int:
    told = Path(f"/proc/self/fdinfo/{pidfd}").read_text()
    return int(next(line for line in told.splitlines() if line.startswith("Pid:")).split()[1])


def _limits_of(process: int, name: str) -> str:
    """The hard limit, once the reader has taken it: it does so before it reads anything."""
    for _ in range(1200):
        told = Path(f"/proc/{process}/limits").read_text()
        line = next(line for line in told.splitlines() if line.startswith(name))
        if (hard := line.removeprefix(name).split()[1]) != "unlimited":
            return hard
        time.sleep(0.05)
    return "unlimited"


def _parent_of(process: int) -> int:
    return int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1])


def _has_ended(process: int) -> bool:
    """Whether it ends: who is killed may still stand in line to be so."""
    for _ in range(1200):
        if _state_of(process) in {"Z", "gone"}:
            return True
        time.sleep(0.05)
    return False


def _state_of(process: int) -> str:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return "gone"


def test_the_isolated_process_gives_the_same_fingerprint_as_the_core() -> None:
    apart = fingerprint_apart(COFFEE)
    here = pdq.from_file(BytesIO(COFFEE))
    assert (apart.hash, apart.quality) == (here.hash, here.quality)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"<!DOCTYPE html><html>", Kind.PAGE),
        (b"\n  <html lang=ko>", Kind.PAGE),
        (b"<!-- hello --><HTML>", Kind.PAGE),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", Kind.OTHER),
        (b"GIF89a", Kind.PICTURE),
    ],
)
def test_kinds_are_told_without_a_media_type(body: bytes, kind: Kind) -> None:
    assert kind_of(body, "") is kind
