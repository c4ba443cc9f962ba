"""Whether anybody answers at recipients' addresses. Only loopback is ever connected to."""

import socket
from collections.abc import Iterator, Mapping
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import typer
import yaml
from pytest_django import Settings
from typer.testing import CliRunner

from jikimi.cli.packs import app, ask_what_is_in_use
from jikimi.takedown.reachable import Question, questions_about, why_no_answer
from jikimi.takedown.seeing.errors import ForbiddenAddress, TooSlow, Unreachable
from jikimi.takedown.seeing.fetching import GuardedFetcher
from jikimi.takedown.seeing.links import FetchPolicy
from jikimi.venues.pack_files import SHIPPED
from jikimi.venues.packs import Recipient, RecipientId, load_packs
from tests.security.test_safe_fetch import PUBLIC, wires

PACKS = load_packs()
TELEGRAM, X, D4U = (PACKS.recipients[RecipientId(one)] for one in ("telegram", "x", "d4u"))


class Site(BaseHTTPRequestHandler):
    """Answers with the status that the path names; a redirect leads nowhere."""

    def do_GET(self) -> None:
        status = int(self.path.strip("/"))
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "http://10.0.0.1/")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"hi")

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def site() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


def resolve(host: str) -> tuple[str, ...]:
    trouble = {
        "gone.example": Unreachable,
        "inside.example": ForbiddenAddress,
        "slow.example": TooSlow,
    }.get(host)
    if trouble:
        raise trouble
    return (PUBLIC,)


def asked(question: Question, port: int = 1) -> str:
    policy = FetchPolicy(allowed_loopback_ports=frozenset({port}))
    problem = why_no_answer(question, GuardedFetcher(user_agent="test", policy=policy), resolve)
    return str(problem) if problem else ""


def a_name(domain: str) -> Question:
    return Question(recipient_id="x", key="domains_allowed", address=domain)


def a_page(port: int, status: int, *, is_page: bool = True) -> Question:
    address = f"http://127.0.0.1:{port}/{status}"
    return Question(recipient_id="x", key="routes.form.address", address=address, is_page=is_page)


def addresses(recipient: Recipient) -> list[str]:
    return [one.address for one in questions_about([recipient])]


def test_domains_mail_domains_and_links_are_asked_each_once_and_no_telephone() -> None:
    assert addresses(TELEGRAM) == [*TELEGRAM.domains, "https://telegram.org/dsa-report"]
    assert addresses(D4U) == ["d4u.stop.or.kr", "https://d4u.stop.or.kr/"]
    below = replace(TELEGRAM.routes[0], address="abuse@mail.telegram.org")
    assert addresses(replace(TELEGRAM, routes=(below,)))[-1] == "mail.telegram.org"


@pytest.mark.parametrize("status", ["dead", "stand_in"])
def test_who_takes_no_notices_is_not_asked(status: str) -> None:
    assert addresses(replace(X, status=status)) == []


def test_a_name_that_somebody_answers_for_is_in_order() -> None:
    assert asked(a_name("there.example")) == ""


@pytest.mark.parametrize(
    ("domain", "why"),
    [
        ("gone.example", "is not found"),
        ("inside.example", "leads into a private network"),
        ("slow.example", "was not found in time"),
    ],
)
def test_a_name_that_leads_nowhere_is_named_with_its_entry_and_key(domain: str, why: str) -> None:
    assert asked(a_name(domain)).startswith(f"recipients/x: domains_allowed: '{domain}' {why}")


@pytest.mark.parametrize("status", [200, 401, 403, 405, 429])
def test_who_turns_strangers_away_is_there(site: int, status: int) -> None:
    assert asked(a_page(site, status), site) == ""


@pytest.mark.parametrize("status", [404, 410, 500, 503])
def test_a_page_that_is_not_there_or_broken_is_named(site: int, status: int) -> None:
    assert f"/{status}' answers {status}." in asked(a_page(site, status), site)


def test_of_an_interface_any_answer_will_do(site: int) -> None:
    assert asked(a_page(site, 404, is_page=False), site) == ""


def test_nobody_at_the_port_and_a_redirect_inside_are_no_answers(site: int) -> None:
    assert "could not be reached" in asked(a_page(1, 200))
    assert "never opened from here" in asked(a_page(site, 302), site)


# --- The command


def packs_in(folder: Path, *addresses: str) -> str:
    """A folder with one recipient, "hoster.example", and these routes."""
    raw: dict[str, Any] = yaml.safe_load((SHIPPED / "recipients/telegram.yaml").read_text())
    mail, form = raw["routes"][0], raw["routes"][-1]
    del raw["link_domains"]
    raw |= {
        "id": "hoster",
        "domains_allowed": ["hoster.example"],
        "routes": [
            (mail if "@" in one else form) | {"id": f"way-{n}", "address": one}
            for n, one in enumerate(addresses)
        ],
    }
    (folder / "recipients").mkdir()
    (folder / "recipients/hoster.yaml").write_text(yaml.safe_dump(raw))
    return str(folder)


def knows(monkeypatch: pytest.MonkeyPatch, names: Mapping[str, str]) -> list[str]:
    """The outside's DNS: these names and no other; what is asked of it."""
    asked: list[str] = []

    def getaddrinfo(host: str, *_: object, **__: object) -> list[tuple[object, ...]]:
        asked.append(host)
        if host not in names:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return [(0, socket.SOCK_STREAM, 6, "", (names[host], 0))]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return asked


def check(folder: str, *options: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["check", folder, "--on", "2026-11-21", *options])
    return result.exit_code, result.output


def test_without_online_nothing_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = knows(monkeypatch, {})
    assert check(packs_in(tmp_path, "abuse@hoster.example"))[0] == 0
    assert names == []


def test_online_asks_a_folders_own_recipients_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = {"hoster.example": PUBLIC, "mail.hoster.example": PUBLIC}
    names = knows(monkeypatch, both)
    status, said = check(packs_in(tmp_path, "abuse@mail.hoster.example"), "--online")
    assert status == 0
    assert "All in order" in said
    assert "Asked: 2 domains and addresses; all of them answer." in said
    assert names == list(both)


def test_online_names_who_does_not_answer_and_exits_1(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    knows(monkeypatch, {"hoster.example": PUBLIC, "inside.hoster.example": "10.0.0.1"})
    connected = wires(monkeypatch, None)
    ways = (
        "abuse@gone.hoster.example",
        "https://hoster.example/f",
        "https://inside.hoster.example/",
    )
    status, said = check(packs_in(tmp_path, *ways), "--online")
    assert status == 1
    assert "recipients/hoster: routes.way-0.address: 'gone.hoster.example' is not found" in said
    assert "'https://hoster.example/f' gives no answer" in said
    assert "'https://inside.hoster.example/' gives no answer" in said
    assert "3 of 4 domains and addresses do not answer." in said
    assert connected == [(PUBLIC, 443)]


def test_online_asks_nothing_of_packs_that_are_not_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = knows(monkeypatch, {})
    assert check(packs_in(tmp_path, "abuse@elsewhere.example"), "--online")[0] == 1
    assert names == []


@pytest.mark.django_db
def test_what_is_in_use_is_asked_whole(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    settings: Settings,
    capsys: pytest.CaptureFixture[str],
) -> None:
    settings.PACK_FOLDERS = (Path(packs_in(tmp_path, "abuse@hoster.example")),)
    names = knows(monkeypatch, {})
    with pytest.raises(typer.Exit):
        ask_what_is_in_use()
    assert {"hoster.example", "takeitdown.ftc.gov", "t.me"} <= set(names)
    assert "recipients/hoster: domains_allowed: 'hoster.example'" in capsys.readouterr().err
