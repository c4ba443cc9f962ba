"""The stand-in platform, for the demo and the tests only: a small site, a mailbox, a temper.

``python -m jikimi.cli.demo.standin_platform --picture FILE`` runs it until it is told to stop;
``StandinPlatform`` runs it inside a test. See ``jikimi.cli.demo.standin``.
"""

import argparse
import json
import signal
import sys
import threading
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from jikimi.cli.demo.standin.conduct import MAILBOX, Behaviour, Conduct, MailServer
from jikimi.cli.demo.standin.mails import MailAnswer, Mailbox, MailDoor, ReceivedMail
from jikimi.cli.demo.standin.shelf import Diary, Event, Shelf
from jikimi.cli.demo.standin.site import Site


@dataclass(frozen=True, kw_only=True)
class Doors:
    """Where the running stand-in is found; printed as one JSON line when it is ready."""

    http_port: int
    smtp_port: int
    page: str
    """Address of the first post's page."""
    picture: str
    """Address of the first post's picture."""
    mailbox: str
    """Where notices go, through ``smtp_port`` of 127.0.0.1."""


class StandinPlatform:
    """The whole platform in threads of this process."""

    def __init__(
        self,
        *,
        picture: Path,
        behaviour: Behaviour = Behaviour.REMOVES,
        delay: float = 0.0,
        http_port: int = 0,
        smtp_port: int = 0,
        replies_through: MailServer | None = None,
    ) -> None:
        """``picture``: a harmless picture. Port 0 takes a free one; ``delay`` in seconds.

        Raises ``OSError`` if the picture cannot be read or a port is taken.
        """
        self._diary = Diary()
        self._shelf = Shelf(picture)
        self._conduct = Conduct(
            shelf=self._shelf,
            diary=self._diary,
            behaviour=behaviour,
            delay=delay,
            replies_through=replies_through,
        )
        self._mailbox = Mailbox(self._diary, self._act_on)
        self._smtp = MailDoor(self._mailbox, smtp_port)
        self._site = Site(
            port=http_port,
            shelf=self._shelf,
            diary=self._diary,
            mailbox=self._mailbox,
            conduct=self._conduct,
        )
        self._first_post = self._shelf.upload()

    def start(self) -> Doors:
        """Open both doors."""
        self._smtp.start()
        threading.Thread(target=self._site.serve_forever, args=(0.05,), daemon=True).start()
        return self.doors

    def stop(self) -> None:
        """Close both doors; what was about to happen does not."""
        self._conduct.stop()
        self._site.shutdown()
        self._site.server_close()
        self._smtp.stop()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def doors(self) -> Doors:
        """Only known once it has started."""
        site = f"http://127.0.0.1:{self._site.server_port}"
        return Doors(
            http_port=self._site.server_port,
            smtp_port=self._smtp.port,
            page=f"{site}/p/{self._first_post}",
            picture=f"{site}/i/{self._first_post}.jpg",
            mailbox=MAILBOX,
        )

    def mails(self) -> tuple[ReceivedMail, ...]:
        return self._mailbox.mails()

    def events(self) -> tuple[Event, ...]:
        return self._diary.events()

    def behave(self, behaviour: Behaviour) -> None:
        """Treat the next notices like this."""
        self._conduct.behaviour = behaviour

    def answer_mail_with(self, answer: MailAnswer) -> None:
        """Answer the next mails like this."""
        self._mailbox.answer = answer

    def _act_on(self, mail: ReceivedMail) -> None:
        self._conduct.answer(mail, self._site.server_port)


def main(arguments: list[str] | None = None) -> int:
    """Run until SIGTERM or Ctrl-C. Exit status 2 if it cannot start."""
    wishes = _parser().parse_args(arguments)
    stopping = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stopping.set())
    try:
        platform = StandinPlatform(
            picture=wishes.picture,
            behaviour=wishes.behaviour,
            delay=wishes.delay,
            http_port=wishes.http_port,
            smtp_port=wishes.smtp_port,
            replies_through=wishes.reply_smtp,
        )
        doors = platform.start()
    except OSError as error:
        sys.stderr.write(f"The stand-in platform cannot start: {error}\n")
        return 2
    sys.stdout.write(json.dumps(asdict(doors)) + "\n")
    sys.stdout.flush()
    stopping.wait()
    platform.stop()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="standin_platform",
        description="A stand-in platform for demonstrations and tests, on 127.0.0.1 only.",
    )
    parser.add_argument("--picture", type=Path, required=True, help="a harmless picture to host")
    parser.add_argument(
        "--behaviour", type=Behaviour, choices=list(Behaviour), default=Behaviour.REMOVES
    )
    parser.add_argument("--delay", type=float, default=0.0, metavar="SECONDS")
    parser.add_argument("--http-port", type=int, default=0)
    parser.add_argument("--smtp-port", type=int, default=0)
    parser.add_argument("--reply-smtp", type=_mail_server, metavar="HOST:PORT")
    return parser


def _mail_server(text: str) -> MailServer:
    host, _, port = text.rpartition(":")
    return MailServer(host=host, port=int(port))


if __name__ == "__main__":
    sys.exit(main())
