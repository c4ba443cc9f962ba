"""The fingerprint made on the survivor's device is the server's; nothing of the picture leaves."""

import io
import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import cast

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser

from jikimi_core.fingerprint import pdq
from tests.fingerprint_page import Answer, FingerprintPage, fingerprint_page
from tests.firefox import RESIST_FINGERPRINTING, Firefox
from tests.kept_browsers import chromium, firefox
from tests.pictures import (
    chart,
    encoded,
    enlarged,
    photo,
    see_through,
    turned,
    twelve_megapixels,
    wide_gamut_profile,
)

MOST_BITS_APART = 6

MODULES = {
    "announced.js",
    "boxes.js",
    "codec.js",
    "colours.js",
    "decoder.js",
    "decoding.js",
    "frame.js",
    "fingerprint.js",
    "frames.js",
    "looks.js",
    "mp4.js",
    "patience.js",
    "pdq.js",
    "picture.js",
    "planes.js",
    "player.js",
    "playing.js",
    "problem.js",
    "sample.js",
    "samples.js",
    "shown.js",
    "stage.js",
    "video.js",
    "whole.js",
    "worker.js",
}


@pytest.fixture(scope="module", params=[chromium, firefox])
def browser(request: pytest.FixtureRequest) -> Iterator[Browser | Firefox]:
    start = cast(Callable[[], AbstractContextManager[Browser | Firefox]], request.param)
    with start() as started:
        yield started


@pytest.fixture(scope="module")
def opened(browser: Browser | Firefox) -> Iterator[FingerprintPage]:
    with fingerprint_page(browser) as page:
        yield page


@pytest.fixture
def fresh(browser: Browser | Firefox) -> Iterator[FingerprintPage]:
    with fingerprint_page(browser) as page:
        yield page


def assert_same_fingerprint(answer: Answer, file: bytes) -> None:
    assert "pdq" in answer, answer
    server = pdq.from_file(io.BytesIO(file))
    assert pdq.distance(bytes.fromhex(answer["pdq"]), server.hash) <= MOST_BITS_APART
    assert abs(answer["quality"] - server.quality) <= 1


def animation() -> bytes:
    frames = [Image.fromarray(chart(seed)) for seed in (1, 2)]
    return encoded(frames[0], "GIF", save_all=True, append_images=frames[1:])


def sixteen_bits(name: str) -> Image.Image:
    return Image.fromarray(np.uint16(photo(name)[:, :, 0]) * 257)


FILES: dict[str, Callable[[], bytes]] = {
    "jpeg": lambda: encoded(photo("coffee"), quality=85),
    "jpeg, coarse": lambda: encoded(photo("chelsea"), quality=30),
    "jpeg, progressive": lambda: encoded(photo("astronaut"), progressive=True),
    "jpeg, grey": lambda: encoded(Image.fromarray(photo("camera")).convert("L")),
    "jpeg, cmyk": lambda: encoded(Image.fromarray(photo("coffee")).convert("CMYK")),
    "jpeg, 12 megapixels": lambda: encoded(twelve_megapixels(), quality=88),
    "jpeg, wide gamut": lambda: encoded(photo("coffee"), icc_profile=wide_gamut_profile()),
    "jpeg, a thumbnail's height": lambda: encoded(enlarged(photo("rocket"), 300, 40)),
    "jpeg, a scroll": lambda: encoded(enlarged(photo("rocket"), 200, 3000)),
    "jpeg, a panorama": lambda: encoded(enlarged(photo("rocket"), 9000, 300)),
    "png": lambda: encoded(photo("rocket"), "PNG"),
    "png, chart": lambda: encoded(chart(3), "PNG"),
    "png, grey": lambda: encoded(Image.fromarray(photo("moon")).convert("L"), "PNG"),
    "png, palette": lambda: encoded(Image.fromarray(photo("astronaut")).quantize(64), "PNG"),
    "png, 16 bits": lambda: encoded(
        Image.fromarray(np.uint16(photo("camera")[:, :, 0]) * 257), "PNG"
    ),
    "png, see-through": lambda: encoded(see_through(photo("coffee")), "PNG"),
    "png, grey and see-through": lambda: encoded(see_through(photo("clock")).convert("LA"), "PNG"),
    "png, 64 x 64": lambda: encoded(enlarged(photo("coffee"), 64, 64), "PNG"),
    "png, 5 x 7": lambda: encoded(enlarged(photo("coffee"), 5, 7), "PNG"),
    "png, 4 x 70": lambda: encoded(enlarged(photo("coffee"), 4, 70), "PNG"),
    "png, 513 x 5": lambda: encoded(enlarged(photo("coffee"), 513, 5), "PNG"),
    "webp": lambda: encoded(photo("coffee"), "WEBP", quality=75),
    "webp, lossless": lambda: encoded(photo("coffee"), "WEBP", lossless=True),
    "webp, see-through": lambda: encoded(see_through(photo("chelsea")), "WEBP"),
    "avif": lambda: encoded(photo("coffee"), "AVIF"),
    "bmp": lambda: encoded(photo("coffee"), "BMP"),
    "gif": lambda: encoded(photo("chelsea"), "GIF"),
    "gif, moving": animation,
}


@pytest.mark.parametrize("name", FILES)
def test_the_page_and_the_server_make_the_same_fingerprint(
    opened: FingerprintPage, name: str
) -> None:
    file = FILES[name]()
    assert_same_fingerprint(opened.fingerprint(file), file)


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_taken_with_a_turned_phone_has_the_servers_fingerprint(
    opened: FingerprintPage, orientation: int, kind: str
) -> None:
    file = turned(photo("coffee"), orientation, kind)
    assert_same_fingerprint(opened.fingerprint(file), file)


def png_announcing(width: int, height: int) -> bytes:
    """A PNG whose header is valid and says more than its data holds."""
    file = bytearray(encoded(chart(1, width=64, height=64), "PNG"))
    file[16:24] = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    file[29:33] = zlib.crc32(file[12:29]).to_bytes(4, "big")
    return bytes(file)


def jpeg_announcing(width: int, height: int) -> bytes:
    file = bytearray(turned(chart(1, width=64, height=64), 1))
    frame = file.index(b"\xff\xc0")
    file[frame + 5 : frame + 9] = height.to_bytes(2, "big") + width.to_bytes(2, "big")
    return bytes(file)


def webp_announcing(width: int, height: int) -> bytes:
    file = bytearray(encoded(see_through(chart(1, width=64, height=64)), "WEBP"))
    assert file[12:16] == b"VP8X"
    file[24:30] = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return bytes(file)


REFUSED: dict[str, tuple[str, Callable[[], bytes]]] = {
    "nothing": ("empty", lambda: b""),
    "text": ("not_a_picture", lambda: b"I wrote this down. " * 40),
    "a video": ("not_a_picture", lambda: b"\0\0\0\x18ftypisom" + bytes(600)),
    "a drawing with script": (
        "not_a_picture",
        lambda: b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
    ),
    "an iPhone's own format": ("heic", lambda: b"\0\0\0\x18ftypheic" + bytes(600)),
    "half a jpeg": ("damaged", lambda: encoded(photo("coffee"))[:9000]),
    "a jpeg's first bytes": ("damaged", lambda: encoded(photo("coffee"))[:15]),
    "half a png": ("damaged", lambda: encoded(photo("coffee"), "PNG")[:9000]),
    "half a webp": ("damaged", lambda: encoded(photo("coffee"), "WEBP")[:9000]),
    "half a gif": ("damaged", lambda: encoded(photo("coffee"), "GIF")[:9000]),
    "half a progressive jpeg": (
        "damaged",
        lambda: encoded(photo("coffee"), progressive=True)[:20_000],
    ),
    "a huge png": ("too_large", lambda: png_announcing(50_000, 50_000)),
    "a huge jpeg": ("too_large", lambda: jpeg_announcing(65_000, 65_000)),
    "a huge webp": ("too_large", lambda: webp_announcing(16_000, 16_000)),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_that_has_no_fingerprint_is_refused_with_its_reason(
    opened: FingerprintPage, name: str
) -> None:
    code, file = REFUSED[name]
    answer = opened.fingerprint(file())
    assert answer.get("error") == code
    assert "pdq" not in answer


def test_the_next_picture_works_after_a_bad_file(fresh: FingerprintPage) -> None:
    file = encoded(photo("coffee"))
    assert fresh.fingerprint(b"no picture")["error"] == "not_a_picture"
    assert_same_fingerprint(fresh.fingerprint(file), file)


def test_nothing_leaves_the_page_but_the_fetching_of_its_own_modules(
    fresh: FingerprintPage,
) -> None:
    for name in ("jpeg", "jpeg, 12 megapixels", "webp, see-through"):
        assert "pdq" in fresh.fingerprint(FILES[name]())
    assert {request.method for request in (*fresh.tab.sent, *fresh.received)} == {"GET"}
    assert all(request.body is None for request in (*fresh.tab.sent, *fresh.received))
    modules = {f"/fingerprint/{name}" for name in MODULES}
    assert {request.path for request in fresh.received} == {"/", "/page.js"} | modules
    assert all(request.path.startswith(fresh.url) for request in fresh.tab.sent)
    assert fresh.tab.complaints == []


def test_a_picture_is_fingerprinted_with_the_network_off(fresh: FingerprintPage) -> None:
    fresh.cut_the_network()
    seen = len(fresh.received)
    file = encoded(photo("rocket"))
    assert_same_fingerprint(fresh.fingerprint(file), file)
    assert len(fresh.received) == seen


def test_nothing_is_kept_in_the_browser(fresh: FingerprintPage) -> None:
    fresh.fingerprint(encoded(photo("rocket")))
    kept = fresh.tab.evaluate(
        """async () => [
          localStorage.length, sessionStorage.length, document.cookie.length,
          (await indexedDB.databases()).length, (await caches.keys()).length,
        ]"""
    )
    assert kept == [0, 0, 0, 0, 0]


def test_progress_rises_from_nothing_to_all(opened: FingerprintPage) -> None:
    progress = opened.fingerprint(encoded(twelve_megapixels()))["progress"]
    assert progress[0] == 0
    assert progress[-1] == 1
    assert progress == sorted(progress)


def test_stopping_gives_no_fingerprint_and_the_next_picture_still_works(
    fresh: FingerprintPage,
) -> None:
    stopped = fresh.fingerprint(encoded(twelve_megapixels()), stop_after=0)
    assert stopped["name"] == "AbortError"
    assert "pdq" not in stopped
    file = encoded(photo("coffee"))
    assert_same_fingerprint(fresh.fingerprint(file), file)


def test_stopping_and_going_offline_still_fingerprints_the_next_picture(
    fresh: FingerprintPage,
) -> None:
    fresh.cut_the_network()
    fresh.fingerprint(encoded(twelve_megapixels()), stop_after=0)
    file = encoded(photo("coffee"))
    assert_same_fingerprint(fresh.fingerprint(file), file)


OLD_BROWSERS = {
    "no Worker": "delete window.Worker",
    "no OffscreenCanvas": "delete window.OffscreenCanvas",
    "no createImageBitmap": "delete window.createImageBitmap",
    "createImageBitmap without options": """
        delete window.Worker;
        const modern = createImageBitmap;
        window.createImageBitmap = async (...given) => {
          if (given.length > 1) throw new TypeError('one argument, please');
          return modern(...given);
        };
    """,
    "no Blob.arrayBuffer": "delete window.Worker; delete Blob.prototype.arrayBuffer",
    "no module Workers": """
        const Modern = window.Worker;
        window.Worker = class extends Modern { constructor(url) { super(url); } };
    """,
}


@pytest.mark.parametrize("name", OLD_BROWSERS)
def test_an_older_browser_makes_the_same_fingerprint_in_the_page(
    browser: Browser | Firefox, name: str
) -> None:
    file = encoded(photo("astronaut"))
    with fingerprint_page(browser, before=OLD_BROWSERS[name]) as page:
        assert_same_fingerprint(page.fingerprint(file), file)
        assert page.fingerprint(b"no picture")["error"] == "not_a_picture"


def test_a_browser_that_cannot_read_pictures_from_a_script_says_so(
    browser: Browser | Firefox,
) -> None:
    without = "delete window.Worker; HTMLCanvasElement.prototype.getContext = () => null;"
    without += "delete window.OffscreenCanvas;"
    with fingerprint_page(browser, before=without) as page:
        assert page.fingerprint(encoded(photo("coffee")))["error"] == "unsupported"


def test_made_up_pixels_of_a_private_browser_are_not_fingerprinted(
    browser: Browser | Firefox,
) -> None:
    blank = """
        delete window.Worker;
        OffscreenCanvasRenderingContext2D.prototype.getImageData = (x, y, width, height) =>
          ({ data: new Uint8ClampedArray(width * height * 4).fill(255) });
    """
    with fingerprint_page(browser, before=blank) as page:
        assert page.fingerprint(encoded(photo("coffee")))["error"] == "pixels_withheld"


def test_firefox_that_resists_fingerprinting_is_told_apart() -> None:
    with firefox(RESIST_FINGERPRINTING) as tor_like, fingerprint_page(tor_like) as page:
        answer = page.fingerprint(encoded(photo("coffee")))
    assert answer.get("error") == "pixels_withheld"
    assert "pdq" not in answer
