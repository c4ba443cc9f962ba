"""The application on loopback for a real browser, inside the test's own transaction.

Every thread of the server uses the test's connection, one request at a time, so that what the
browser sends is rolled back with the test.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from threading import Lock, Thread
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import pytest
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import DEFAULT_DB_ALIAS, close_old_connections, connections
from playwright.sync_api import Browser

from tests import fingerprint_page
from tests.kept_browsers import chromium


class QuietHandler(WSGIRequestHandler):
    """Says nothing about requests, as the product does."""

    def log_message(self, *_args: object) -> None:
        pass


class _Server(ThreadedWSGIServer):
    daemon_threads = True

    def _close_connections(self) -> None:
        """The one connection is the test's, which ends it."""


@contextmanager
def served() -> Iterator[str]:
    """The origin of a server that lives as long as the block. Needs the fixture `db`."""
    shared = connections[DEFAULT_DB_ALIAS]
    shared.inc_thread_sharing()
    server = _Server(
        ("127.0.0.1", 0), QuietHandler, connections_override={DEFAULT_DB_ALIAS: shared}
    )
    application = _OneAtATime(get_wsgi_application())
    server.set_app(application)
    for signal in (request_started, request_finished):  # as Django's own test client does
        signal.disconnect(close_old_connections)
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        application.end()
        server.shutdown()
        server.server_close()
        shared.dec_thread_sharing()
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)


@contextmanager
def browser_beside_the_database(*, keeps_pages: bool = False) -> Iterator[Browser]:
    """Chromium, while tests begin and roll back transactions in the same thread.

    With `keeps_pages` it is one of its own; see `tests.fingerprint_page.chromium`.
    """
    start = partial(fingerprint_page.chromium, keeps_pages=True) if keeps_pages else chromium
    ours = connections[DEFAULT_DB_ALIAS]
    with pytest.MonkeyPatch.context() as patched:
        # A running browser counts as an event loop, in which Django refuses the database ...
        patched.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        with start() as running:
            # ... and would open a connection of the loop's own, which nothing closes.
            connections[DEFAULT_DB_ALIAS] = ours
            yield running


class _OneAtATime:
    """An application that answers one request after the other, and none once the test is over:
    a browser may send something last that nobody waits for, as Exit does.
    """

    def __init__(self, application: WSGIApplication) -> None:
        self._application = application
        self._turn = Lock()
        self._is_over = False

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        with self._turn:
            if self._is_over:
                start_response("503 Service Unavailable", [])
                return []
            parts = self._application(environ, start_response)
            try:
                return list(parts)
            finally:
                if hasattr(parts, "close"):
                    parts.close()

    def end(self) -> None:
        """Wait for the request that is under way; none reaches the test's connection after it."""
        with self._turn:
            self._is_over = True
