"""A real browser on a page that fingerprints what it is given, under the portal's content policy.

Serves the portal's own modules from the source tree on loopback, writes down every request, and
answers nothing but those files.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import NotRequired, TypedDict, cast

from playwright.sync_api import Browser, expect, sync_playwright

from tests.firefox import Firefox
from tests.tabs import PATIENCE_SECONDS, Request, Tab, tab

STATIC = Path(__file__).parents[1] / "src/jikimi/web/portal/static/portal/fingerprint"

CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; "
    "img-src 'self' data:; media-src blob:; connect-src 'none'; form-action 'self'; "
    "base-uri 'none'"
)

_ICON = "/favicon.ico"

CHROMIUM = "/usr/bin/chromium"
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE_MS = 1000 * PATIENCE_SECONDS
"""How long anything may take in a browser, on the slowest machine: for every page and `expect`."""

_KEEPING = ["--enable-features=BackForwardCache,CacheControlNoStoreEnterBackForwardCache"]

_PAGE = b"""<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Photo</title>
<input type="file"><script type="module" src="/page.js"></script></html>
"""

_SCRIPT = b"""
import { decodedFrames, fingerprintPicture } from '/fingerprint/fingerprint.js';
import { thinned, videoLine } from '/fingerprint/frames.js';
import { fingerprintVideo, framesOf, isVideo } from '/fingerprint/video.js';
Object.assign(window, { thinned, videoLine, fingerprintVideo, framesOf, isVideo });
Object.assign(window, { decodedFrames, fingerprintPicture });
"""

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
    const options = { progress: progressed, signal: stop.signal };
    const made = await window.fingerprintPicture(file, options);
    return { ...made, progress, milliseconds: performance.now() - start };
  } catch (error) {
    return { error: error.code, name: error.name, progress };
  }
}"""

# Its answer to no picture at all is there once the Worker is, with all that it imports.
_WORKER_IS_THERE = """async () => {
  await window.fingerprintPicture(new File([], '')).catch(() => {});
}"""

NEVER = 2  # a share of the work that is not reached


class Answer(TypedDict):
    """What the page was told: a fingerprint, or an error's name and code."""

    progress: list[float]
    pdq: NotRequired[str]
    quality: NotRequired[int]
    milliseconds: NotRequired[float]
    error: NotRequired[str | int]
    name: NotRequired[str]


class _Server(ThreadingHTTPServer):
    def __init__(self, before_work: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.before_work = before_work.encode()
        self.requests: list[Request] = []
        Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/"

    def end(self) -> None:
        self.shutdown()
        self.server_close()


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        self._note()
        content, kind = self._find()
        self.send_response(HTTPStatus.OK if kind else HTTPStatus.NOT_FOUND)
        self.send_header("Content-Type", kind or "text/plain")
        self.send_header("Content-Security-Policy", CONTENT_POLICY)
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(content)

    def do_POST(self) -> None:
        self._note()
        self.send_error(HTTPStatus.METHOD_NOT_ALLOWED)

    do_PUT = do_POST  # noqa: N815

    def _note(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)) or None
        self.server.requests.append(Request(method=self.command, path=self.path, body=body))

    def _find(self) -> tuple[bytes, str]:
        if self.path == "/":
            return _PAGE, "text/html"
        if self.path == "/page.js":
            return _SCRIPT, "text/javascript"
        if self.path == _ICON:
            return b"", "image/x-icon"
        file = STATIC / Path(self.path).name
        if self.path == f"/fingerprint/{file.name}" and file.is_file():
            before = self.server.before_work if file.name == "worker.js" else b""
            return before + file.read_bytes(), "text/javascript"
        return b"", ""

    def log_message(self, *arguments: object) -> None:
        """Keep the test output free of the access log."""


@dataclass(frozen=True, kw_only=True)
class FingerprintPage:
    """An open page, and what it and the server have seen so far."""

    tab: Tab
    server: _Server

    def fingerprint(self, file: bytes, *, stop_after: float = NEVER) -> Answer:
        """Choose a file as a person does and wait for the page's answer."""
        self.tab.choose("input", file)
        return cast(Answer, self.tab.evaluate(_FINGERPRINT_CHOSEN, stop_after))

    def cut_the_network(self) -> None:
        """Nothing answers any more, and the browser knows it where it can be told. All that the
        page asks for by itself has come by then.
        """
        self.tab.evaluate(_WORKER_IS_THERE)
        self.tab.go_offline()
        self.server.end()

    @property
    def url(self) -> str:
        """Where the page comes from."""
        return self.server.url

    @property
    def received(self) -> tuple[Request, ...]:
        """Every request that reached the server, but for the icon: browsers ask for that by
        themselves, whenever they like.
        """
        return tuple(one for one in self.server.requests if one.path != _ICON)


@contextmanager
def chromium(*, keeps_pages: bool = False) -> Iterator[Browser]:
    """The system's Chromium, headless. With `keeps_pages` it keeps pages alive for Back, as phones
    do and browsers that are driven do not.
    """
    asked = [*CHROMIUM_ARGUMENTS, *(_KEEPING if keeps_pages else [])]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=asked,
            ignore_default_args=["--disable-back-forward-cache"] if keeps_pages else None,
            chromium_sandbox=False,
            timeout=PATIENCE_MS,
        )
        browser.on("context", lambda made: made.set_default_timeout(PATIENCE_MS))
        expect.set_options(timeout=PATIENCE_MS)
        yield browser
        browser.close()


@contextmanager
def fingerprint_page(
    browser: Browser | Firefox, *, before: str = "", before_work: str = ""
) -> Iterator[FingerprintPage]:
    """A fresh page, its Worker loaded. The script `before` runs ahead of the page's own, and
    `before_work` in the Worker before it is asked for anything.
    """
    server = _Server(before_work)
    try:
        with tab(browser, server.url, before=before) as opened:
            yield FingerprintPage(tab=opened, server=server)
    finally:
        server.end()
