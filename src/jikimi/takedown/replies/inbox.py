"""The door to the mailbox that replies come to: a contract, and IMAP behind it.

Fetching changes nothing in the mailbox. A mail stays waiting until it is marked, and it is marked
only after the database has it.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Protocol

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientError, LoginError

from jikimi.takedown.replies.address import InboxAddress
from jikimi.takedown.replies.errors import InboxTrouble

MOST_BYTES = 1024 * 1024
"""So much of a mail is read; the rest stays in the mailbox."""
HANDLED = b"JikimiHandled"
"""The keyword that says that a mail is in the database. People may read the mailbox beside us."""
_WHERE_NO_KEYWORDS = b"\\Flagged"
_CONNECT_SECONDS, _READ_SECONDS = 10, 60
_TROUBLES = (IMAPClientError, OSError, ValueError)


@dataclass(frozen=True, kw_only=True, order=True)
class Spot:
    """Where a mail lies, for good: the folder's UIDVALIDITY and the mail's UID (RFC 9051)."""

    uid_validity: int
    uid: int


@dataclass(frozen=True, kw_only=True)
class FetchedMail:
    """The beginning of a mail, and how large it is in whole."""

    spot: Spot
    content: bytes = field(repr=False)
    size: int

    @property
    def cut(self) -> bool:
        """Whether there is more than was read."""
        return self.size > len(self.content)


class Inbox(Protocol):
    """A mailbox. Every method raises InboxTrouble where it does not answer."""

    def waiting(self) -> tuple[Spot, ...]:
        """The mails that are not marked, oldest first."""
        ...

    def fetch(self, spot: Spot) -> FetchedMail | None:
        """At most MOST_BYTES of a mail; None if it is gone. Marks nothing."""
        ...

    def mark_handled(self, spot: Spot) -> None:
        """It is in the database. Marking twice, or what is gone, is harmless."""
        ...


@contextmanager
def imap_inbox(address: InboxAddress) -> Iterator[ImapInbox]:
    """The inbox at an address, open until the block ends. Raises InboxTrouble."""
    try:
        client = _connected(address)
    except _TROUBLES as error:
        raise _trouble(error) from None
    try:
        yield ImapInbox(client, address.folder)
    finally:
        _leave(client)


class ImapInbox:
    """A folder on an IMAP server."""

    def __init__(self, client: IMAPClient, folder: str) -> None:
        self._client = client
        with _told():
            opened = client.select_folder(folder)
            self._uid_validity = int(opened[b"UIDVALIDITY"])
            kept = opened.get(b"PERMANENTFLAGS", ())
            self._mark = HANDLED if b"\\*" in kept or HANDLED in kept else _WHERE_NO_KEYWORDS

    def waiting(self) -> tuple[Spot, ...]:
        with _told():
            self._client.noop()  # only then the server tells what came since
            if self._mark == HANDLED:
                uids = self._client.search(["UNKEYWORD", HANDLED.decode()])
            else:
                uids = self._client.search(["UNFLAGGED"])
        return tuple(Spot(uid_validity=self._uid_validity, uid=uid) for uid in sorted(uids))

    def fetch(self, spot: Spot) -> FetchedMail | None:
        if spot.uid_validity != self._uid_validity:
            return None
        with _told():
            found = self._client.fetch([spot.uid], ["RFC822.SIZE", f"BODY.PEEK[]<0.{MOST_BYTES}>"])
        held = found.get(spot.uid)
        if held is None or held.get(b"BODY[]<0>") is None:
            return None
        return FetchedMail(
            spot=spot, content=held[b"BODY[]<0>"][:MOST_BYTES], size=int(held[b"RFC822.SIZE"])
        )

    def mark_handled(self, spot: Spot) -> None:
        if spot.uid_validity == self._uid_validity:
            with _told():
                self._client.add_flags([spot.uid], [self._mark], silent=True)


def _connected(address: InboxAddress) -> IMAPClient:
    tls = ssl.create_default_context()
    client = IMAPClient(
        address.host,
        port=address.port,
        ssl=address.tls_at_once,
        ssl_context=tls if address.tls_at_once else None,
        timeout=SocketTimeout(_CONNECT_SECONDS, _READ_SECONDS),
    )
    try:
        if not address.tls_at_once and not address.on_this_machine:
            client.starttls(tls)
        client.login(address.user, address.password)
    except BaseException:
        _hang_up(client)
        raise
    return client


@contextmanager
def _told() -> Iterator[None]:
    """Whatever goes wrong is InboxTrouble, without the server's words."""
    try:
        yield
    except _TROUBLES as error:
        raise _trouble(error) from None


def _trouble(error: Exception) -> InboxTrouble:
    if isinstance(error, LoginError):
        return InboxTrouble("The inbox refuses our sign-in. Check JIKIMI_INBOX.")
    if isinstance(error, ssl.SSLError):
        return InboxTrouble("The inbox's certificate is not to be trusted, or it speaks no TLS.")
    return InboxTrouble(f"The inbox does not answer as it should ({type(error).__name__}).")


def _leave(client: IMAPClient) -> None:
    try:
        client.logout()
    except _TROUBLES:
        _hang_up(client)


def _hang_up(client: IMAPClient) -> None:
    with suppress(OSError):
        client.shutdown()
