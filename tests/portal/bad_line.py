"""A line between a browser and the server that can lose answers, once the server gave them.

Only those to what is sent with POST: what else a page asks for may come at any time.
"""

import http.client
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from urllib.parse import urlsplit

from tests.tabs import PATIENCE_SECONDS


class Line:
    """How answers fare: they arrive, are cut off, or never come until the line is mended."""

    def __init__(self) -> None:
        self.cut = False
        self.lost = Event()
        """Set once an answer came from the server and went no further."""
        self.mended = Event()
        self.mended.set()

    def loses(self, *, silently: bool) -> None:
        """From now on no answer arrives; silently: and the browser is not told so."""
        self.lost.clear()
        self.cut = True
        if silently:
            self.mended.clear()

    def mend(self) -> None:
        self.cut = False
        self.mended.set()

    def wait_for_a_lost_answer(self) -> None:
        assert self.lost.wait(PATIENCE_SECONDS)


@contextmanager
def bad_line(origin: str) -> Iterator[tuple[str, Line]]:
    """The origin that a browser is to use, and what happens on the way to the real one."""
    line, server = Line(), urlsplit(origin).netloc

    class Passing(BaseHTTPRequestHandler):
        # One request a connection: a browser sends again by itself what fails on a used one.
        protocol_version = "HTTP/1.0"

        def pass_on(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            onward = http.client.HTTPConnection(server, timeout=PATIENCE_SECONDS)
            headers = {**self.headers, "Connection": "close"}
            onward.request(self.command, self.path, body, headers)
            answer = onward.getresponse()
            whole = answer.read()
            onward.close()
            if line.cut and self.command == "POST":
                line.lost.set()
                line.mended.wait(PATIENCE_SECONDS)
                return
            self.send_response_only(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in {"connection", "transfer-encoding"}:
                    self.send_header(name, value)
            self.end_headers()
            self.wfile.write(whole)

        def do_GET(self) -> None:
            self.pass_on()

        def do_POST(self) -> None:
            self.pass_on()

        def log_message(self, *_arguments: object) -> None:
            """Keep the output free of the access log."""

    front = ThreadingHTTPServer(("127.0.0.1", 0), Passing)
    front.daemon_threads = True
    Thread(target=front.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{front.server_port}", line
    finally:
        line.mend()
        front.shutdown()
        front.server_close()
