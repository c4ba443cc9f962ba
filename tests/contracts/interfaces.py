"""Stand-ins for recipients' interfaces, on loopback: strict about what comes in, with a temper.

Each says in its Server header that it is one. They know only what `published/` says.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from jsonschema import Draft202012Validator, FormatChecker

PUBLISHED = Path(__file__).parent / "published"
A_GIGABYTE = 1_000_000_000
_CHUNK = b" " * 65_536


class Mood(StrEnum):
    """How the other side takes a notice."""

    TAKES = "takes"
    REFUSES = "refuses"
    ASKS_TO_WAIT = "asks to wait"
    IS_BUSY = "is busy"  # asks to wait, and does not say how long
    IS_OVERLOADED = "is overloaded"
    REFUSES_THE_KEY = "refuses the key"
    BREAKS_OFF = "breaks off"  # after it has read everything, without a word
    FAILS = "fails"
    PASSES_ON = "passes on"  # a redirect
    TALKS_FOR_EVER = "talks for ever"  # a yes with a gigabyte behind it
    MUMBLES = "mumbles"  # a yes that is no JSON


@dataclass(frozen=True, kw_only=True)
class Request:
    """What came in."""

    method: str
    path: str
    headers: dict[str, str]
    """Names in lower case."""
    body: bytes

    def json(self) -> object:
        return json.loads(self.body) if self.body else None


@dataclass(frozen=True, kw_only=True)
class Says:
    """What goes out."""

    status: int
    document: object


class Invalid(Exception):
    """The request is not as the interface is published."""


@dataclass
class Interface:
    """A running stand-in: the requests that came in, and how it answers the one that matters."""

    port: int = 0
    mood: Mood = Mood.TAKES
    requests: list[Request] = field(default_factory=list)
    taken: list[Request] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    written: int = 0
    """Bytes of an endless answer that anybody took."""

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"


Answering = Callable[[Request], Says]


def check(document: object, schema: str) -> None:
    """Raise Invalid unless a document fits a schema of `published/`."""
    shape = json.loads((PUBLISHED / schema).read_text())
    for error in Draft202012Validator(shape, format_checker=FormatChecker()).iter_errors(document):
        raise Invalid(f"{error.json_path}: {error.message}")


@contextmanager
def interface(answer: Answering, matters: Callable[[Request], bool]) -> Iterator[Interface]:
    """Run a stand-in. `matters` tells which request hands a notice over: the mood is for that."""
    side = Interface()

    class Handler(BaseHTTPRequestHandler):
        server_version = "stand-in-interface-for-tests"

        def _take(self) -> None:
            request = Request(
                method=self.command,
                path=self.path,
                headers={name.lower(): value for name, value in self.headers.items()},
                body=self.rfile.read(int(self.headers.get("Content-Length", 0))),
            )
            side.requests.append(request)
            if matters(request) and side.mood is not Mood.TAKES:
                self._behave()
            else:
                self._answer(request)

        def do_GET(self) -> None:
            self._take()

        def do_POST(self) -> None:
            self._take()

        def _answer(self, request: Request) -> None:
            try:
                says = answer(request)
            except Invalid as error:
                side.faults.append(str(error))
                says = Says(status=400, document={"error": "InvalidRequest", "message": str(error)})
            if matters(request) and says.status in range(200, 300):
                side.taken.append(request)
            self._say(says.status, json.dumps(says.document).encode())

        def _behave(self) -> None:
            match side.mood:
                case Mood.BREAKS_OFF:
                    self.close_connection = True
                case Mood.TALKS_FOR_EVER:
                    self._talk()
                case Mood.PASSES_ON:
                    self._say(307, b"{}", {"Location": f"{side.base}/elsewhere"})
                case Mood.ASKS_TO_WAIT:
                    self._say(429, b"{}", {"Retry-After": "120"})
                case Mood.IS_BUSY:
                    self._say(429, b"{}")
                case Mood.IS_OVERLOADED:
                    self._say(503, b"")
                case Mood.REFUSES_THE_KEY:
                    self._say(403, b"{}")
                case Mood.FAILS:
                    self._say(500, b"{}")
                case Mood.MUMBLES:
                    self._say(200, b"<html>Thank you</html>")
                case _:
                    self._say(400, b'{"error": "InvalidRequest"}')

        def _say(self, status: int, body: bytes, more: dict[str, str] | None = None) -> None:
            self.send_response(status)
            for name, value in {"Content-Type": "application/json", **(more or {})}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def _talk(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(A_GIGABYTE))
            self.end_headers()
            try:
                while side.written < A_GIGABYTE:
                    side.written += self.wfile.write(_CHUNK)
            except OSError:
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    side.port = server.server_port
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield side
    finally:
        server.shutdown()
        server.server_close()
