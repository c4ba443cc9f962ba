"""A real browser on a page that fingerprints what it is given, under the portal's content policy.

Serves the portal's own modules from the source tree on loopback, writes down every request, and
answers nothing but those files.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import NotRequired, TypedDict, cast

from playwright.sync_api import Browser, BrowserContext, FilePayload, Page, sync_playwright

STATIC = Path(__file__).parents[1] / "src/jikimi/web/portal/static/portal/fingerprint"

CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'; "
    "img-src 'self'; connect-src 'none'; form-action 'self'; base-uri 'none'"
)

ICON = "/favicon.ico"  # the browser asks for it by itself

CHROMIUM = "/usr/bin/chromium"
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

_PAGE = b"""<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Photo</title>
<input type="file"><script type="module" src="/page.js"></script></html>
"""

_SCRIPT = b"""
import { fingerprintPicture } from '/fingerprint/fingerprint.js';
window.fingerprintPicture = fingerprintPicture;
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
    const made = await window.fingerprintPicture(file, { progress: progressed, signal: stop.signal });
    return { ...made, progress, milliseconds: performance.now() - start };
  } catch (error) {
    return { error: error.code, name: error.name, progress };
  }
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


@dataclass(frozen=True, kw_only=True)
class Request:
    """One request, as the server or the browser saw it."""

    method: str
    path: str
    body: bytes | None


class _Server(ThreadingHTTPServer):
    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.requests: list[Request] = []


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
        if self.path == ICON:
            return b"", "image/x-icon"
        file = STATIC / Path(self.path).name
        if self.path == f"/fingerprint/{file.name}" and file.is_file():
            return file.read_bytes(), "text/javascript"
        return b"", ""

    def log_message(self, *arguments: object) -> None:
        """Keep the test output free of the access log."""


@dataclass(frozen=True, kw_only=True)
class FingerprintPage:
    """An open page, and what it and the server have seen so far."""

    page: Page
    server: _Server
    sent: list[Request] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def fingerprint(self, file: bytes, *, stop_after: float = NEVER) -> Answer:
        """Choose a file as a person does and wait for the page's answer."""
        payload = FilePayload(name="IMG_0001", mimeType="application/octet-stream", buffer=file)
        self.page.locator("input").set_input_files(payload)
        return cast(Answer, self.page.evaluate(_FINGERPRINT_CHOSEN, stop_after))

    @property
    def received(self) -> tuple[Request, ...]:
        """Every request that reached the server."""
        return tuple(self.server.requests)


@contextmanager
def chromium() -> Iterator[Browser]:
    """The system's Chromium, headless."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=CHROMIUM_ARGUMENTS, chromium_sandbox=False
        )
        yield browser
        browser.close()


@contextmanager
def fingerprint_page(browser: Browser, *, before: str = "") -> Iterator[FingerprintPage]:
    """A fresh page, its Worker loaded. The script `before` runs ahead of the page's own."""
    server = _Server()
    Thread(target=server.serve_forever, daemon=True).start()
    context = browser.new_context()
    try:
        yield _open(context, server, before)
    finally:
        context.close()
        server.shutdown()
        server.server_close()


def _open(context: BrowserContext, server: _Server, before: str) -> FingerprintPage:
    if before:
        context.add_init_script(before)
    opened = FingerprintPage(page=context.new_page(), server=server)
    context.on(
        "request",
        lambda request: opened.sent.append(
            Request(method=request.method, path=request.url, body=request.post_data_buffer)
        ),
    )
    opened.page.on("console", lambda message: opened.complaints.append(message.text))
    opened.page.on("pageerror", lambda error: opened.complaints.append(str(error)))
    opened.page.goto(f"http://127.0.0.1:{server.server_port}/", wait_until="networkidle")
    return opened
