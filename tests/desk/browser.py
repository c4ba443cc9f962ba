"""The desk in a real browser, served over HTTP by the application in the test's own transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock, Thread
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
from django.core.servers.basehttp import ThreadedWSGIServer, get_internal_wsgi_application
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import Client
from django.test.testcases import QuietWSGIRequestHandler
from playwright.sync_api import Browser, BrowserContext

from tests.fingerprint_page import chromium


@dataclass(kw_only=True)
class Desk:
    """A page of the desk, what it posted, and what the browser complained about."""

    context: BrowserContext
    origin: str
    posted: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Open a page and listen to it."""
        self.page = self.context.new_page()
        self.page.on("console", lambda said: self.complaints.append(said.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on(
            "request", lambda asked: asked.method == "POST" and self.posted.append(asked.url)
        )

    def press(self, *keys: str) -> None:
        """Press keys one after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def focused(self) -> str:
        """The address of the link that has the focus."""
        return str(self.page.evaluate("document.activeElement.getAttribute('href')"))


@contextmanager
def desk_in_browser(
    client: Client,
    path: str,
    monkeypatch: pytest.MonkeyPatch,
    *,
    width: int = 1280,
    scripts: bool = True,
    dark: bool = False,
) -> Iterator[Desk]:
    """Open an address of the desk as the client's caseworker; `scripts` off: no JavaScript."""
    # The test's thread drives the browser from an event loop and asks the database between turns.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    ours = connections["default"]
    with served(ours) as origin, chromium() as browser:
        connections["default"] = ours  # the loop would get a connection of its own
        context = _signed_in(browser, client, origin, width, scripts=scripts, dark=dark)
        desk = Desk(context=context, origin=origin)
        desk.page.goto(origin + path)
        yield desk
        context.close()


class _Server(ThreadedWSGIServer):
    """One thread for each of the browser's connections, all on the test's own to the database."""

    daemon_threads = True

    def _close_connections(self) -> None:
        """The test goes on using it."""


@contextmanager
def served(ours: BaseDatabaseWrapper) -> Iterator[str]:
    """The application behind a port, in this test's transaction; one request at a time."""
    server = _Server(
        ("127.0.0.1", 0), QuietWSGIRequestHandler, connections_override={"default": ours}
    )
    application, taking_turns = get_internal_wsgi_application(), Lock()

    def one_at_a_time(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        with taking_turns:
            answer = application(environ, start_response)
            try:
                return list(answer)
            finally:
                answer.close()

    server.set_app(one_at_a_time)
    for signal in (request_started, request_finished):  # as the test client does
        signal.disconnect(close_old_connections)
    ours.inc_thread_sharing()
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        ours.dec_thread_sharing()
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)


def _signed_in(
    browser: Browser, client: Client, origin: str, width: int, *, scripts: bool, dark: bool
) -> BrowserContext:
    context = browser.new_context(
        viewport={"width": width, "height": 760},
        java_script_enabled=scripts,
        color_scheme="dark" if dark else "light",
    )
    context.add_cookies(
        [
            {"name": name, "value": cookie.value, "url": origin}
            for name, cookie in client.cookies.items()
        ]
    )
    return context
