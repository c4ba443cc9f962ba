"""A small website on loopback whose every path is what the test puts there."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class PictureSite:
    """Its files and what was asked for."""

    port: int = 0
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    moved: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def put_picture(self, path: str, content: bytes) -> None:
        self.files[path] = ("image/png", content)

    def put_page(self, path: str, *pictures: str) -> None:
        shown = "".join(f'<img src="{picture}">' for picture in pictures)
        self.files[path] = ("text/html; charset=utf-8", f"<html><body>{shown}".encode())


@contextmanager
def picture_site() -> Iterator[PictureSite]:
    """A site that answers for as long as the block runs."""
    here = PictureSite()

    class Visit(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            here.asked.append(self.path)
            kind, content = here.files.get(self.path, ("text/plain", b""))
            moved = here.moved.get(self.path)
            self.send_response(302 if moved else 200 if content else 404)
            if moved:
                self.send_header("Location", moved)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Visit)
    here.port = server.server_port
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield here
    server.shutdown()
    server.server_close()
