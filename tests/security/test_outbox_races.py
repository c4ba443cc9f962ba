"""Two processes and one outbox, and a process that is killed: no mail goes out twice."""

import os
import socket
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from jikimi.cli.demo.standin_platform import Doors, StandinPlatform
from jikimi.cli.demo.standin_recipient import write_recipient
from tests.security.two_dispatchers import MAILS

ROOT = Path(__file__).parents[2]
PATIENCE = 600  # seconds


class House:
    """A database of its own on the tests' server, and commands in processes of their own."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder, self.url = folder, url

    def start(self, doors: Doors, mail_port: int, *words: str) -> subprocess.Popen[bytes]:
        environment = os.environ | {
            "DATABASE_URL": self.url,
            "JIKIMI_PACKS": str(self.folder / "packs"),
            "JIKIMI_STAND_IN_PORTS": str(doors.http_port),
            "JIKIMI_MAIL": f"smtp://127.0.0.1:{mail_port}",
            "JIKIMI_CENTRE_NAME": "Test centre",
            "JIKIMI_CENTRE_ADDRESS": "1 Test Street, Seoul",
            "JIKIMI_CENTRE_PHONE": "+82 2 000 0000",
            "JIKIMI_CENTRE_EMAIL": "centre@jikimi.example",
            "JIKIMI_CENTRE_REPRESENTATIVE": "Kim Test",
        }
        command = [sys.executable, "-m", "tests.security.two_dispatchers", words[0]]
        return subprocess.Popen(
            [*command, str(self.folder), *words[1:]],
            env=environment,
            cwd=ROOT,
        )

    def run(self, doors: Doors, mail_port: int, *words: str) -> None:
        assert self.start(doors, mail_port, *words).wait(PATIENCE) == 0

    def states(self) -> list[tuple[str, str, int]]:
        """Of every mail: its state, its notice's, and how often it was tried."""
        with psycopg.connect(self.url) as asked:
            return asked.execute(
                "SELECT letter.state, notice.state, letter.attempts FROM takedown_outboundletter"
                " AS letter JOIN takedown_notice AS notice ON notice.letter_id = letter.id"
            ).fetchall()


def address_of(database: str) -> str:
    """Where a database on the tests' server is."""
    return f"postgresql://postgres:@/{database}?host={connection.settings_dict['HOST']}"


@contextmanager
def a_database(name: str, like: str = "template1") -> Iterator[str]:
    """One on the tests' server, with what is in another, until the block ends."""
    with psycopg.connect(address_of("postgres"), autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name} TEMPLATE {like}")
    yield name
    with psycopg.connect(address_of("postgres"), autocommit=True) as server:
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A database with every table and nothing in it. Nobody is connected to it."""
    with a_database(f"migrated_{os.getpid()}") as name:
        command = [sys.executable, "-m", "tests.security.two_dispatchers", "migrate"]
        environment = os.environ | {"DATABASE_URL": address_of(name)}
        folder = tmp_path_factory.mktemp("migrated")
        subprocess.run([*command, folder], env=environment, cwd=ROOT, check=True)
        yield name


@pytest.fixture
def house(tmp_path: Path, platform: StandinPlatform, migrated: str) -> Iterator[House]:
    write_recipient(tmp_path / "packs", platform.doors, datetime.now(UTC).date())
    with a_database(f"races_{os.getpid()}", migrated) as name:
        yield House(tmp_path, address_of(name))


class Holds:
    """A mail server that takes a whole mail and then never says whether it has it."""

    def __init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        self.has_it = threading.Event()
        self.connections = 0
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            connected, _ = self._listening.accept()
            self.connections += 1
            threading.Thread(target=self._talk, args=(connected,), daemon=True).start()

    def _talk(self, connected: socket.socket) -> None:
        lines = connected.makefile("rb")
        connected.sendall(b"220 here\r\n")
        for line in lines:
            if line.upper().startswith(b"DATA"):
                connected.sendall(b"354 go on\r\n")
                for content in lines:
                    if content == b".\r\n":
                        self.has_it.set()
                        break
            else:
                connected.sendall(b"250 yes\r\n")


def test_two_dispatchers_at_once_send_each_mail_once(
    house: House, platform: StandinPlatform
) -> None:
    doors = platform.doors
    house.run(doors, doors.smtp_port, "prepare", doors.page, str(MAILS))
    both = [house.start(doors, doors.smtp_port, "send", "0") for _ in range(2)]
    assert [process.wait(PATIENCE) for process in both] == [0, 0]

    sent = Counter(mail.text.split("JK-")[1][:10] for mail in platform.mails())
    assert len(sent) == MAILS
    assert set(sent.values()) == {1}
    assert set(house.states()) == {("sent", "sent", 1)}


def test_a_sender_killed_with_the_mail_on_its_way_leaves_one_unknown(
    house: House, platform: StandinPlatform
) -> None:
    doors, mail_server = platform.doors, Holds()
    house.run(doors, mail_server.port, "prepare", doors.page, "1")
    sender = house.start(doors, mail_server.port, "send", "0")
    assert mail_server.has_it.wait(PATIENCE)
    sender.kill()
    sender.wait()
    assert house.states() == [("sending", "sending", 1)]

    for minutes in ("1", "600"):
        house.run(doors, mail_server.port, "send", minutes)
    assert house.states() == [("unknown", "unknown", 1)]
    assert mail_server.connections == 1
