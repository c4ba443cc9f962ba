"""Two mailboxes under one contract: one in memory, and a real Dovecot on loopback."""

import imaplib
import os
import pwd
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from jikimi.cli.demo.processes import free_port
from jikimi.takedown.replies.inbox import MOST_BYTES, FetchedMail, Spot
from tests.folders import reachable_folder

USER, PASSWORD = "centre@jikimi.example", "pass/word:%40@?"
_DOVECOT_NEEDED = (
    "This test needs Dovecot. Install it (Debian: apt-get install dovecot-imapd) and run it again; "
    "`make test` does so where it may."
)
_STARTS_WITHIN = _ENDS_WITHIN = 120.0


@dataclass
class MemoryInbox:
    """A mailbox for tests. It forgets everything."""

    uid_validity: int = 1
    mails: dict[int, bytes] = field(default_factory=dict)
    handled: set[int] = field(default_factory=set)

    def deliver(self, raw: bytes) -> Spot:
        uid = max(self.mails, default=0) + 1
        self.mails[uid] = raw
        return Spot(uid_validity=self.uid_validity, uid=uid)

    def waiting(self) -> tuple[Spot, ...]:
        left = sorted(self.mails.keys() - self.handled)
        return tuple(Spot(uid_validity=self.uid_validity, uid=uid) for uid in left)

    def fetch(self, spot: Spot) -> FetchedMail | None:
        raw = self.mails.get(spot.uid)
        if raw is None or spot.uid_validity != self.uid_validity:
            return None
        return FetchedMail(spot=spot, content=raw[:MOST_BYTES], size=len(raw))

    def mark_handled(self, spot: Spot) -> None:
        if spot.uid_validity == self.uid_validity:
            self.handled.add(spot.uid)


@dataclass(frozen=True)
class Dovecot:
    """A running server: plain IMAP on one port, TLS on another, and its own certificate."""

    port: int
    tls_port: int
    certificate: Path

    def mailbox(self) -> imaplib.IMAP4:
        """Signed in as somebody with an ordinary mail program."""
        client = imaplib.IMAP4("127.0.0.1", self.port)
        client.login(USER, PASSWORD)
        return client

    def deliver(self, raw: bytes, folder: str = "INBOX") -> None:
        with self.mailbox() as mailbox:
            kept, told = mailbox.append(folder, "", imaplib.Time2Internaldate(time.time()), raw)
            assert kept == "OK", told


@contextmanager
def dovecot() -> Iterator[Dovecot]:
    """Dovecot with a configuration and a Maildir of its own, gone when the block ends."""
    program = shutil.which("dovecot", path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin")
    assert program, _DOVECOT_NEEDED
    with reachable_folder() as folder:
        port, tls_port = free_port(), free_port()
        config = _write(folder, port, tls_port)
        with subprocess.Popen([program, "-F", "-c", config], stderr=subprocess.PIPE) as server:
            try:
                _wait_for(port, server, folder)
                yield Dovecot(port, tls_port, folder / "certificate.pem")
            finally:
                server.terminate()
                server.wait(_ENDS_WITHIN)


def _wait_for(port: int, server: "subprocess.Popen[bytes]", folder: Path) -> None:
    ends = time.monotonic() + _STARTS_WITHIN
    while time.monotonic() < ends and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    log = folder / "log"
    told = log.read_text() if log.exists() else (server.stderr.read() if server.stderr else b"")
    raise AssertionError(f"Dovecot did not start: {told!r}")


def _write(folder: Path, port: int, tls_port: int) -> Path:
    """Mail belongs to a user that is not root, as Dovecot demands."""
    is_root = os.geteuid() == 0
    owner = pwd.getpwnam("nobody") if is_root else pwd.getpwuid(os.geteuid())
    mail = folder / "mail"
    mail.mkdir()
    if is_root:
        os.chown(mail, owner.pw_uid, owner.pw_gid)
    _make_certificate(folder)
    ours = (
        ""
        if is_root
        else f"default_login_user={owner.pw_name}\ndefault_internal_user={owner.pw_name}\n"
    )
    config = folder / "dovecot.conf"
    config.write_text(
        f"""{"" if is_root else chr(10).join(ours)}
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
protocols = imap
listen = 127.0.0.1
ssl = yes
ssl_cert = <{folder}/certificate.pem
ssl_key = <{folder}/key.pem
disable_plaintext_auth = no
mail_location = maildir:{mail}/%u
first_valid_uid = 1
passdb {{
  driver = static
  args = password={PASSWORD.replace("%", "%%")}
}}
userdb {{
  driver = static
  args = uid={owner.pw_uid} gid={owner.pw_gid} home={mail}/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""
    )
    return config


def _make_certificate(folder: Path) -> None:
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1",
         "-keyout", folder / "key.pem", "-out", folder / "certificate.pem"],
        check=True, capture_output=True,
    )  # fmt: skip
