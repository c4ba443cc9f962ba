"""A small website on loopback whose every path is what the test puts there."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from jikimi.takedown.rules.watching import BUDGETS, Budget, WatchScope
from jikimi.takedown.watch.orders import CrawlOrder


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a path answers."""

    body: bytes = b""
    media_type: str = "image/jpeg"
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    seconds: float = 0.0
    """How slow the server is."""


@dataclass(kw_only=True)
class WatchedSite:
    """Its answers, and what was asked of it, in order."""

    pages: dict[str, Answer] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    agents: set[str] = field(default_factory=set)
    at_once: int = 0
    most_at_once: int = 0
    whatever_else: Callable[[str], Answer] = lambda _path: Answer(status=404)
    port: int = 0

    def url(self, path: str = "/") -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def put_page(self, path: str, html: str) -> None:
        self.pages[path] = Answer(body=html.encode(), media_type="text/html; charset=utf-8")

    def put_picture(self, path: str, body: bytes) -> None:
        self.pages[path] = Answer(body=body)

    def put_robots(self, text: str, status: int = 200) -> None:
        self.pages["/robots.txt"] = Answer(
            body=text.encode(), media_type="text/plain", status=status
        )

    def order(
        self,
        path: str = "/",
        *,
        scope: WatchScope = WatchScope.BELOW,
        budget: Budget | None = None,
        obeys_robots: bool = True,
        delay: float = 0.0,
        never: frozenset[str] = frozenset(),
    ) -> CrawlOrder:
        """An order to visit this site, quickly."""
        return CrawlOrder(
            address=self.url(path),
            scope=scope,
            budget=budget or BUDGETS[scope],
            user_agent="Mozilla/5.0 (compatible; LinkCheck/1)",
            obeys_robots=obeys_robots,
            delay=delay,
            never=never,
            loopback_ports=frozenset({self.port}),
        )


@contextmanager
def watched_site() -> Iterator[WatchedSite]:
    """A running site."""
    here = WatchedSite()
    lock = threading.Lock()

    class Door(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            with lock:
                here.at_once += 1
                here.most_at_once = max(here.most_at_once, here.at_once)
                here.asked.append(self.path)
                here.agents.add(self.headers["User-Agent"])
            answer = here.pages.get(self.path) or here.whatever_else(self.path)
            time.sleep(answer.seconds)
            with lock:
                here.at_once -= 1
            self._answer(answer)

        def _answer(self, answer: Answer) -> None:
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.media_type)
            self.send_header("Content-Length", str(len(answer.body)))
            for name, value in answer.headers:
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    here.port = server.server_port
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield here
    finally:
        server.shutdown()
        server.server_close()
