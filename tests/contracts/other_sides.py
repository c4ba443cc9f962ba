"""Each channel with its other side: a stand-in interface, or a real mail server."""

import email
import email.policy
import json
import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol
from uuid import UUID

from pytest_django import Settings

from jikimi.cli.demo.standin.mails import MailAnswer, Mailbox, MailDoor
from jikimi.cli.demo.standin.shelf import Diary
from jikimi.takedown.channels import Channel, Envelope, Parcel, channels
from jikimi.takedown.rules.letter import Letter

from .interfaces import Interface, Mood
from .matrix_interface import MATRIX_KEYS, MESSAGE, homeserver
from .recipients_interfaces import (
    ATPROTO_KEYS,
    ATPROTO_REFERENCE,
    AWS_KEYS,
    AWS_REFERENCE,
    CLOUDFLARE_KEYS,
    CLOUDFLARE_REFERENCE,
    MODERATION,
    POST,
    atproto,
    aws,
    cloudflare,
)

OUTBOUND = UUID("0b6f9a44-52c5-4f0e-9d1e-3f5a7c2b8e10")
LINKS = ("https://pictures.site.example/p/1", "https://pictures.site.example/p/2")
BSKY = f"https://bsky.app/profile/her.example/post/{POST}"
VECTOR = Path(__file__).parents[2] / "docs/formats/vectors/jikimi-notice-1-removal-request.json"
_TABLES = {
    "cloudflare": CLOUDFLARE_KEYS,
    "aws": AWS_KEYS,
    "ozone": ATPROTO_KEYS,
    "matrix": MATRIX_KEYS,
}
_MAIL_ANSWERS = {
    Mood.TAKES: MailAnswer.ACCEPT,
    Mood.REFUSES: MailAnswer.REJECT,
    Mood.ASKS_TO_WAIT: MailAnswer.DEFER,
    Mood.BREAKS_OFF: MailAnswer.DROP_AFTER_DATA,
}


class OtherSide(Protocol):
    """Whatever takes notices."""

    def behave(self, mood: Mood) -> None: ...
    def taken(self) -> list[str]:
        """What each notice it took is known by, so that a repeat is known as one."""
        ...

    def faults(self) -> list[str]:
        """What was not as it is published."""
        ...


@dataclass(frozen=True, kw_only=True)
class Pair:
    """A channel, its other side, and a letter on its way."""

    channel: Channel
    side: OtherSide
    parcel: Parcel
    away: Parcel
    """The same, where nobody listens."""
    reference: str
    """What the other side calls the notice; "" if it says nothing."""
    secrets: tuple[str, ...]


def a_letter(*links: str, **changes: object) -> Letter:
    """A letter whose form for machines is the published test vector, with these links."""
    form = json.loads(VECTOR.read_text()) | {"links": list(links)} | changes
    return Letter(
        subject="Request to remove (JK-0123456789)",
        text="To whom it may concern: 삭제해 주십시오.\n" + "\n".join(links) + "\n",
        notice_json=json.dumps(form),
        missing=(),
        html="<p>To whom it may concern</p>",
    )


def an_envelope(address: str, outbound_id: UUID = OUTBOUND) -> Envelope:
    return Envelope(
        outbound_id=outbound_id,
        message_id=f"<{outbound_id.hex}@jikimi.example>",
        sender="centre@jikimi.example",
        reply_to="",
        address=address,
        written_at=datetime(2026, 11, 22, tzinfo=UTC),
    )


def a_parcel(channel: Channel, letter: Letter, address: str, *domains: str) -> Parcel:
    envelope = an_envelope(address)
    return Parcel(
        outbound_id=envelope.outbound_id,
        message_id=envelope.message_id,
        sender=envelope.sender,
        address=address,
        domains=domains,
        content=channel.compose(letter, envelope),
    )


def write_keys(folder: Path, settings: Settings) -> Path:
    """The file of keys as a centre writes it."""
    lines = [
        f"[{table}]\n" + "".join(f'"{name}" = {json.dumps(key)}\n' for name, key in keys.items())
        for table, keys in _TABLES.items()
    ]
    file = folder / "channels.toml"
    file.write_text("\n".join(lines))
    file.chmod(0o600)
    settings.CHANNEL_KEYS = str(file)
    return file


@contextmanager
def mail(name: str, settings: Settings) -> Iterator[Pair]:
    """A channel of mail and a real SMTP server."""
    mailbox = Mailbox(Diary(), lambda _: None)
    door = MailDoor(mailbox, 0)
    door.start()
    settings.MAIL_URL = "smtp://127.0.0.1"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", door.port
    channel = channels()[name]
    parcel = a_parcel(channel, a_letter(*LINKS), "abuse@hoster.example", "hoster.example")
    try:
        yield Pair(
            channel=channel,
            side=_MailSide(mailbox),
            parcel=parcel,
            away=parcel,
            reference="",
            secrets=LINKS,
        )
    finally:
        door.stop()


@contextmanager
def api(name: str, settings: Settings) -> Iterator[Pair]:
    """A channel to an interface and its stand-in."""
    one = _INTERFACES[name]
    with one.standin() as side, _closed_port() as nobody:
        settings.STAND_IN_PORTS = frozenset({side.port, nobody})
        channel = channels()[name]
        own = f"127.0.0.1:{side.port}"
        letter = a_letter(*one.links)
        parcel = a_parcel(channel, letter, f"{side.base}{one.path}", own)
        yield Pair(
            channel=channel,
            side=_InterfaceSide(side),
            parcel=parcel,
            away=replace(
                parcel,
                address=f"http://127.0.0.1:{nobody}{one.path}",
                domains=(f"127.0.0.1:{nobody}",),
            ),
            reference=one.reference,
            secrets=(*one.links, *_TABLES[name].values()),
        )


@dataclass(frozen=True, kw_only=True)
class _Kind:
    standin: Callable[[], AbstractContextManager[Interface]]
    path: str
    links: tuple[str, ...]
    reference: str


_INTERFACES = {
    "cloudflare": _Kind(
        standin=cloudflare,
        path="/client/v4/accounts/{account_id}/abuse-reports/abuse_ncsei",
        links=LINKS,
        reference=CLOUDFLARE_REFERENCE,
    ),
    "aws": _Kind(standin=aws, path="/v1/abuse", links=LINKS[:1], reference=AWS_REFERENCE),
    "ozone": _Kind(
        standin=atproto, path=f"/#{MODERATION}", links=(BSKY,), reference=ATPROTO_REFERENCE
    ),
    "matrix": _Kind(standin=homeserver, path="", links=(MESSAGE,), reference=""),
}
INTERFACES = tuple(_INTERFACES)


def links_for(name: str) -> tuple[str, ...]:
    return _INTERFACES[name].links


MAILS = ("email", "xarf")


class _MailSide:
    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox

    def behave(self, mood: Mood) -> None:
        self._mailbox.answer = _MAIL_ANSWERS[mood]

    def taken(self) -> list[str]:
        return [one.message_id for one in self._mailbox.mails()]

    def faults(self) -> list[str]:
        return []


class _InterfaceSide:
    def __init__(self, interface: Interface) -> None:
        self.interface = interface

    def behave(self, mood: Mood) -> None:
        self.interface.mood = mood

    def taken(self) -> list[str]:
        return [self._known_by(one.headers, one.json()) for one in self.interface.taken]

    def faults(self) -> list[str]:
        return self.interface.faults

    def _known_by(self, headers: dict[str, str], form: object) -> str:
        token = form.get("clientToken") if isinstance(form, dict) else None
        return str(token or headers.get("idempotency-key", ""))


def read_mail(content: bytes) -> email.message.EmailMessage:
    return email.message_from_bytes(content, policy=email.policy.default)


@contextmanager
def _closed_port() -> Iterator[int]:
    """A port that is held by us, and that nobody listens at."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]
