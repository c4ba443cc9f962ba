"""The world outside, in one process: a mail server that writes down every mail, and four sites.

`python -m bench.year.outside FOLDER` prints one JSON line with its ports, then obeys lines on
standard input: `refuse S`, `defer S`, `drop S` break the mail server for so many seconds. It takes
a place down some time after a mail has named it. `mails.jsonl` and `looks.jsonl` in the folder
are its books.
"""

import asyncio
import email
import json
import random
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO, cast

from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.pictures import encoded, photo

SITES = 4
_TAKEN_DOWN_AFTER = (0.5, 3.0)
_PICTURE = "/the-picture.jpg"


@dataclass(kw_only=True)
class World:
    """What is up, what is broken, and the books."""

    mails: TextIO
    looks: TextIO
    picture: bytes
    down_at: dict[str, float] = field(default_factory=dict)
    broken: str = ""
    broken_until: float = 0.0
    chance: random.Random = field(default_factory=lambda: random.Random(1))  # noqa: S311

    def fault(self) -> str:
        return self.broken if time.time() < self.broken_until else ""

    def break_mail(self, how: str, seconds: float) -> None:
        self.broken, self.broken_until = how, time.time() + seconds

    def keep(self, content: bytes) -> None:
        """Write a mail down, to the disk's buffer, before anybody is told that it arrived."""
        # The older policy of Python's reader: the newer takes apart each header by its grammar.
        mail = email.message_from_bytes(content)
        (notice,) = (
            json.loads(part.get_payload(decode=True))
            for part in mail.walk()
            if part.get_filename() == "notice.json"
        )
        entry = {"t": time.time(), "message_id": mail["Message-ID"], "links": notice["links"]}
        self.mails.write(json.dumps(entry) + "\n")
        self.mails.flush()
        for link in notice["links"]:
            path = "/" + link.split("/", 3)[3]
            if not path.startswith("/stays"):
                self.down_at.setdefault(path, time.time() + self.chance.uniform(*_TAKEN_DOWN_AFTER))

    def answer(self, path: str) -> tuple[int, str, bytes]:
        """Status, media type and body of a page."""
        if path == _PICTURE:
            return 200, "image/jpeg", self.picture
        self.looks.write(json.dumps({"t": time.time(), "path": path}) + "\n")
        if self.down_at.get(path, float("inf")) <= time.time():
            return 404, "text/plain", b""
        if "/picture/" in path:
            return 200, "text/html", f"<!doctype html><img src='{_PICTURE}'>".encode()
        return 200, "text/plain", b"Something is here."


class Postmaster:
    """Takes mails, or does what a broken server does."""

    def __init__(self, world: World) -> None:
        self._world = world

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        match self._world.fault():
            case "defer":
                return "451 Later, please"
            case "drop":
                if self._world.chance.random() < 0.5:
                    self._world.keep(content)
                if server.transport is not None:
                    server.transport.abort()
                return "451 Nobody hears this"
        self._world.keep(content)
        return "250 Kept"


class Page(asyncio.Protocol):
    """One question to a site, and its answer."""

    def __init__(self, world: World) -> None:
        self._world, self._asked = world, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._asked += data
        if b"\r\n\r\n" not in self._asked:
            return
        path = self._asked.split(b" ", 2)[1].decode("ascii", errors="replace")
        status, kind, body = self._world.answer(path)
        self._transport.write(
            f"HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
            "Connection: close\r\n\r\n".encode()
            + body
        )
        self._transport.close()


class MailDoor:
    """The mail server's port; while it refuses, nobody listens there."""

    def __init__(self, world: World) -> None:
        self._world, self._server, self.port = world, None, 0

    async def open(self) -> None:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._talk, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def refuse(self, seconds: float) -> None:
        if self._server is not None:
            self._server.close()
        await asyncio.sleep(seconds)
        await self.open()

    def _talk(self) -> SMTP:
        return SMTP(
            Postmaster(self._world), loop=asyncio.get_running_loop(), data_size_limit=10_000_000
        )


async def live(folder: Path) -> None:
    """Serve until standard input ends."""
    with (folder / "mails.jsonl").open("a") as mails, (folder / "looks.jsonl").open("a") as looks:
        world = World(mails=mails, looks=looks, picture=encoded(photo("coffee"), quality=88))
        door = MailDoor(world)
        await door.open()
        loop = asyncio.get_running_loop()
        sites = [
            await loop.create_server(lambda: Page(world), "127.0.0.1", 0) for _ in range(SITES)
        ]
        ports = [site.sockets[0].getsockname()[1] for site in sites]
        print(json.dumps({"smtp_port": door.port, "site_ports": ports}), flush=True)
        await _obey(world, door)


async def _obey(world: World, door: MailDoor) -> None:
    loop = asyncio.get_running_loop()
    refusing: set[asyncio.Task[None]] = set()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        how, seconds = line.split()
        if how == "refuse":
            refusing.add(asyncio.create_task(door.refuse(float(seconds))))
        else:
            world.break_mail(how, float(seconds))


if __name__ == "__main__":
    asyncio.run(live(Path(sys.argv[1])))
