"""The stand-in over HTTP: posts for everybody, and a control room for tests under /_standin/."""

import json
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from jikimi.cli.demo.standin.conduct import Behaviour, Conduct
from jikimi.cli.demo.standin.mails import MailAnswer, Mailbox, ReceivedMail
from jikimi.cli.demo.standin.pages import front_page, missing_page, post_page, removed_page
from jikimi.cli.demo.standin.shelf import Diary, Shelf

_POST = re.compile(r"/p/(\d{4})")
_PICTURE = re.compile(r"/i/(\d{4})\.jpg")
_MAX_ORDER_BYTES = 10_000


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What goes back over HTTP."""

    status: HTTPStatus
    media_type: str
    body: bytes


class Site(ThreadingHTTPServer):
    """Serves the shelf on a port of 127.0.0.1."""

    daemon_threads = True

    def __init__(
        self, *, port: int, shelf: Shelf, diary: Diary, mailbox: Mailbox, conduct: Conduct
    ) -> None:
        super().__init__(("127.0.0.1", port), _Visit)
        self._shelf = shelf
        self._diary = diary
        self._mailbox = mailbox
        self._conduct = conduct

    def show(self, path: str) -> Reply:
        """Answer a GET."""
        if path == "/":
            return _html(HTTPStatus.OK, front_page(self._shelf.posts()))
        if path == "/_standin/mails":
            return _json([_mail_as_json(mail) for mail in self._mailbox.mails()])
        if path == "/_standin/events":
            events = (asdict(event) for event in self._diary.events())
            return _json([{**event, "t": event["t"].isoformat()} for event in events])
        return self._show_post(path)

    def order(self, path: str, body: bytes) -> Reply:
        """Answer a POST to the control room."""
        try:
            wish = json.loads(body)
            if path == "/_standin/behaviour":
                self._conduct.behaviour = Behaviour(wish["behaviour"])
                self._conduct.delay = float(wish.get("delay", self._conduct.delay))
            elif path == "/_standin/smtp":
                self._mailbox.answer = MailAnswer(wish["answer"])
            else:
                return _html(HTTPStatus.NOT_FOUND, missing_page())
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            return _json({"error": f"{type(error).__name__}: {error}"}, HTTPStatus.BAD_REQUEST)
        return _json({"behaviour": self._conduct.behaviour, "answer": self._mailbox.answer})

    def _show_post(self, path: str) -> Reply:
        found = _POST.fullmatch(path) or _PICTURE.fullmatch(path)
        is_up = self._shelf.is_up(found[1]) if found else None
        if found is None or is_up is None:
            return _html(HTTPStatus.NOT_FOUND, missing_page())
        if not is_up:
            return _html(HTTPStatus.GONE, removed_page())
        if found.re is _POST:
            return _html(HTTPStatus.OK, post_page(found[1]))
        return Reply(status=HTTPStatus.OK, media_type="image/jpeg", body=self._shelf.jpeg)


class _Visit(BaseHTTPRequestHandler):
    server: Site
    server_version = "stand-in-platform"
    sys_version = ""

    def do_GET(self) -> None:
        self._answer(lambda: self.server.show(self.path.partition("?")[0]))

    do_HEAD = do_GET  # noqa: N815

    def do_POST(self) -> None:
        # A page of another site, open in a browser on this machine, cannot send this type.
        if self.headers.get_content_type() != "application/json":
            self.send_error(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
            return
        size = self.headers.get("Content-Length", "")
        if not size.isdecimal() or int(size) > _MAX_ORDER_BYTES:
            self.send_error(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            return
        body = self.rfile.read(int(size))
        self._answer(lambda: self.server.order(self.path, body))

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """The diary is the log."""

    def _answer(self, reply: Callable[[], Reply]) -> None:
        answer = reply()
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.media_type)
        self.send_header("Content-Length", str(len(answer.body)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Robots-Tag", "noindex")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)


def _html(status: HTTPStatus, page: str) -> Reply:
    return Reply(status=status, media_type="text/html; charset=utf-8", body=page.encode())


def _json(document: object, status: HTTPStatus = HTTPStatus.OK) -> Reply:
    return Reply(status=status, media_type="application/json", body=json.dumps(document).encode())


def _mail_as_json(mail: ReceivedMail) -> dict[str, object]:
    return {
        "message_id": mail.message_id,
        "from": mail.sender,
        "to": mail.recipients,
        "subject": mail.subject,
        "text": mail.text,
        "json": mail.notice,
    }
