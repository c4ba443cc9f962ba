"""What a mailbox owes us, whatever is behind it; and what only a real server can show."""

import os
import ssl
from collections.abc import Callable, Iterator
from urllib.parse import quote
from uuid import uuid4

import pytest

from jikimi.takedown.replies.address import InboxAddress, inbox_address
from jikimi.takedown.replies.errors import InboxTrouble
from jikimi.takedown.replies.inbox import MOST_BYTES, Inbox, Spot, imap_inbox

from .inboxes import PASSWORD, USER, Dovecot, MemoryInbox, dovecot

HELLO = b"From: a@site.example\r\nSubject: =?utf-8?q?=ff?=\r\n\r\n\xff\xfeHello\r\n"
Deliver = Callable[[bytes], None]


@pytest.fixture(scope="session")
def server() -> Iterator[Dovecot]:
    with dovecot() as running:
        yield running


@pytest.fixture
def folder(server: Dovecot) -> str:
    """A folder of its own for one test."""
    name = f"replies-{uuid4().hex}"
    with server.mailbox() as mailbox:
        mailbox.create(name)
    return name


def address_of(server: Dovecot, folder: str, **changes: str) -> InboxAddress:
    parts = {"scheme": "imap", "user": USER, "password": PASSWORD, "port": str(server.port)}
    parts |= {"host": "127.0.0.1", **changes}
    user, password = quote(parts["user"], safe=""), quote(parts["password"], safe="")
    return inbox_address(
        f"{parts['scheme']}://{user}:{password}@{parts['host']}:{parts['port']}/{folder}"
    )


@pytest.fixture(params=["memory", "dovecot"])
def mailbox(request: pytest.FixtureRequest) -> Iterator[tuple[Inbox, Deliver]]:
    """A mailbox, and the way a mail gets into it."""
    if request.param == "memory":
        memory = MemoryInbox()
        yield memory, lambda raw: (memory.deliver(raw), None)[1]
        return
    server: Dovecot = request.getfixturevalue("server")
    folder: str = request.getfixturevalue("folder")
    with imap_inbox(address_of(server, folder)) as inbox:
        yield inbox, lambda raw: server.deliver(raw, folder)


def test_what_lies_there_waits_the_oldest_first(mailbox: tuple[Inbox, Deliver]) -> None:
    inbox, deliver = mailbox
    assert inbox.waiting() == ()
    for number in range(3):
        deliver(b"Subject: %d\r\n\r\nx\r\n" % number)
    contents = [inbox.fetch(spot) for spot in inbox.waiting()]
    assert [one and one.content[:10] for one in contents] == [b"Subject: %d" % n for n in range(3)]


def test_fetching_marks_nothing_and_gives_the_bytes_as_they_are(
    mailbox: tuple[Inbox, Deliver],
) -> None:
    inbox, deliver = mailbox
    deliver(HELLO)
    (spot,) = inbox.waiting()
    fetched = inbox.fetch(spot)
    assert fetched is not None
    assert (fetched.spot, fetched.content, fetched.cut) == (spot, HELLO, False)
    assert inbox.waiting() == (spot,)


def test_a_marked_mail_waits_no_more_and_marking_twice_is_harmless(
    mailbox: tuple[Inbox, Deliver],
) -> None:
    inbox, deliver = mailbox
    deliver(HELLO)
    deliver(HELLO)
    first, second = inbox.waiting()
    inbox.mark_handled(first)
    inbox.mark_handled(first)
    assert inbox.waiting() == (second,)


def test_of_a_large_mail_the_beginning_is_read_and_the_rest_is_noted(
    mailbox: tuple[Inbox, Deliver],
) -> None:
    inbox, deliver = mailbox
    deliver(HELLO + b"x" * 78 + b"\r\n" + (b"y" * 78 + b"\r\n") * (3 * MOST_BYTES // 80))
    (spot,) = inbox.waiting()
    fetched = inbox.fetch(spot)
    assert fetched is not None
    assert (len(fetched.content), fetched.cut) == (MOST_BYTES, True)
    assert fetched.size > 3 * MOST_BYTES
    assert fetched.content.startswith(HELLO)


def test_a_mail_that_is_gone_or_of_an_earlier_folder_is_none(
    mailbox: tuple[Inbox, Deliver],
) -> None:
    inbox, deliver = mailbox
    deliver(HELLO)
    (spot,) = inbox.waiting()
    assert inbox.fetch(Spot(uid_validity=spot.uid_validity, uid=spot.uid + 7)) is None
    earlier = Spot(uid_validity=spot.uid_validity + 1, uid=spot.uid)
    assert inbox.fetch(earlier) is None
    inbox.mark_handled(earlier)
    assert inbox.waiting() == (spot,)


def test_marks_last_and_people_may_read_beside_us(server: Dovecot, folder: str) -> None:
    for _ in range(2):
        server.deliver(HELLO, folder)
    with imap_inbox(address_of(server, folder)) as inbox:
        first, second = inbox.waiting()
        assert inbox.fetch(first)
        inbox.mark_handled(first)
    with server.mailbox() as program:
        program.select(folder)
        assert program.search(None, "UNSEEN")[1] == [b"1 2"]
        program.fetch("2", "(RFC822)")
    with imap_inbox(address_of(server, folder)) as inbox:
        assert inbox.waiting() == (second,)


@pytest.mark.parametrize(
    "changes",
    [
        {"password": "wrong"},
        {"port": "1"},
        {"host": "nowhere.invalid"},
        {"scheme": "imaps", "host": "localhost"},
    ],
)
def test_an_inbox_that_does_not_open_says_so_and_names_no_secret(
    server: Dovecot, folder: str, changes: dict[str, str]
) -> None:
    if changes.get("scheme") == "imaps":
        changes = {**changes, "port": str(server.tls_port)}
    with pytest.raises(InboxTrouble) as told, imap_inbox(address_of(server, folder, **changes)):
        pass
    for secret in (USER, PASSWORD, "wrong", "127.0.0.1", "nowhere"):
        assert secret not in str(told.value)
    assert told.value.__suppress_context__


def test_a_folder_that_is_not_there_is_trouble(server: Dovecot) -> None:
    with pytest.raises(InboxTrouble), imap_inbox(address_of(server, "no-such-folder")):
        pass


@pytest.mark.parametrize("at_once", [True, False])
def test_a_line_to_another_machine_is_encrypted_and_its_certificate_is_checked(
    server: Dovecot, folder: str, *, at_once: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Loopback alone may be open; a server elsewhere is spoken to by TLS or STARTTLS."""
    server.deliver(HELLO, folder)
    address = InboxAddress(
        host="localhost",
        port=server.tls_port if at_once else server.port,
        tls_at_once=at_once,
        on_this_machine=False,
        user=USER,
        password=PASSWORD,
        folder=folder,
    )
    with pytest.raises(InboxTrouble, match="certificate"), imap_inbox(address):
        pass
    monkeypatch.setitem(os.environ, "SSL_CERT_FILE", str(server.certificate))
    assert ssl.get_default_verify_paths().cafile == str(server.certificate)
    with imap_inbox(address) as inbox:
        assert len(inbox.waiting()) == 1


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ("imaps://a%40b:p%2Fw@mail.example/Replies", ("mail.example", 993, True, "a@b", "Replies")),
        ("imap://a:p@mail.example", ("mail.example", 143, False, "a", "INBOX")),
        ("imap://a:p@[::1]:1143/A/B", ("::1", 1143, False, "a", "A/B")),
    ],
)
def test_the_setting_says_where_the_inbox_is(setting: str, told: tuple[object, ...]) -> None:
    read = inbox_address(setting)
    assert (read.host, read.port, read.tls_at_once, read.user, read.folder) == told
    assert read.on_this_machine == (read.host == "::1")
    assert "password" not in repr(read)


@pytest.mark.parametrize("setting", ["x", "http://a:b@c", "imaps://c/d", "imaps://a:hush@c:x/"])
def test_a_wrong_setting_is_refused_without_being_quoted(setting: str) -> None:
    with pytest.raises(ValueError, match="JIKIMI_INBOX") as told:
        inbox_address(setting)
    assert "hush" not in str(told.value)
