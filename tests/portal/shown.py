"""A page of the portal on a screen, with its own style and scripts and nothing else.

The pages are made first; a server on loopback then gives one after the other, and the browser
keeps the style and the scripts as it does on a phone.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from mimetypes import guess_type
from pathlib import Path
from threading import Thread

from django.contrib.staticfiles import finders
from playwright.sync_api import Browser, Page

NARROW = {"width": 320, "height": 640}
AXE = Path(__file__).parents[1] / "node_modules/axe-core/axe.min.js"

_UNFOLD = "() => document.querySelectorAll('details').forEach((one) => { one.open = true; })"
_AXE_ADDRESS = "/axe.js"
_STATIC = "/static/"
_SENDS_THE_PAGE = "/proof_worker.js"
"""What lets a page send itself in a flood of tips: it is not there, so that each page stays."""


@cache
def _static_file(name: str) -> tuple[bytes, str] | None:
    """A file of the portal's own with its type; None if there is none of that name."""
    found = finders.find(name)
    if not found:
        return None
    return Path(str(found)).read_bytes(), guess_type(name)[0] or "text/plain"


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    html = ""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path.endswith(_SENDS_THE_PAGE):
            self.send_error(HTTPStatus.NOT_FOUND)
        elif path == _AXE_ADDRESS:
            self._answer(AXE.read_bytes(), "text/javascript", "max-age=3600")
        elif path.startswith(_STATIC) and (held := _static_file(path.removeprefix(_STATIC))):
            self._answer(*held, "max-age=3600")
        else:
            self._answer(self.server.html.encode(), "text/html; charset=utf-8", "no-store")

    def _answer(self, body: bytes, kind: str, cache_control: str) -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", cache_control)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        """Keep the output free of the access log."""


@dataclass(frozen=True, kw_only=True)
class Screen:
    """A tab of a browser, and the server that gives it one page at a time."""

    page: Page
    server: _Server

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"

    def show(self, html: str, *, unfolded: bool = True) -> None:
        """Open a page as the portal gave it. `unfolded`: with everything that can be opened."""
        self.server.html = html
        self.page.goto(f"{self.origin}/")
        if unfolded:
            self.page.evaluate(_UNFOLD)

    def bring_axe(self) -> None:
        """Put axe-core on the page that is shown."""
        self.page.add_script_tag(url=f"{self.origin}{_AXE_ADDRESS}")


@contextmanager
def screen(
    browser: Browser,
    *,
    width: int = NARROW["width"],
    height: int = NARROW["height"],
    scheme: str = "light",
) -> Iterator[Screen]:
    """A new tab that nothing moves on. The browser runs no database beside it."""
    server = _Server()
    page = browser.new_page(
        viewport={"width": width, "height": height},
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
    )
    try:
        yield Screen(page=page, server=server)
    finally:
        page.close()
        server.shutdown()
        server.server_close()
