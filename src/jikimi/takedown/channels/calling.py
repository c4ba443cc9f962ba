"""One call to a recipient's interface: to no other host than its own, once, with nothing left over.

No redirect is followed, no proxy of the environment is used, and the address that was checked is
the one that is connected to (`jikimi.takedown.seeing.connecting`). What becomes of a call that
breaks off depends on one thing: whether its content had begun to leave.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import httpcore
from django.conf import settings

from jikimi.takedown.channels import MaybeSent, RefusedForGood, ServerAway
from jikimi.takedown.rules.plain_json import text_at
from jikimi.takedown.seeing.connecting import GuardedBackend, known_authorities
from jikimi.takedown.seeing.deadline import Deadline
from jikimi.takedown.seeing.errors import SeeingError
from jikimi.takedown.seeing.links import FetchPolicy, Link, read_link
from jikimi.venues.hosts import falls_under, normal_host

SECONDS = 30.0
MOST_BYTES = 200_000
LONGEST_WAIT = timedelta(days=1)
USER_AGENT = "Jikimi/1 (+notices)"

_FRAMING_BYTES = 100_000
_CODE = re.compile(r"[A-Za-z0-9_.:-]+")
_CONTENT_LEAVES = "http11.send_request_body.started"
_KEY_REFUSED = frozenset({401, 403})
_COME_BACK_LATER = frozenset({408, 425, 429, 503})


@dataclass(frozen=True, kw_only=True)
class Call:
    """What is asked of an interface. Its repr shows neither the address nor a key."""

    method: str
    url: str = field(repr=False)
    domains: tuple[str, ...]
    """The recipient's own; the address has to lie inside one of them."""
    headers: Mapping[str, str] = field(repr=False, default_factory=dict)
    body: bytes = field(repr=False, default=b"")


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What came back."""

    status: int
    document: object = field(repr=False)
    """As its JSON says; None where it is none."""
    wait: timedelta | None
    """How long it asks us to wait, if it does."""


def hand_over(call: Call) -> Answer:
    """Hand a notice over; return the answer that took it.

    Raises ServerAway if certainly nothing was taken and trying later may help, RefusedForGood if
    it will not, MaybeSent if it broke off after the content had begun to leave.
    """
    answer = _call(call)
    _raise_unless_heard(answer)
    if not _is_yes(answer.status):
        raise MaybeSent(f"The interface failed while taking it ({answer.status}).")
    if answer.document is None:
        raise MaybeSent("The interface took it, but its answer cannot be read.")
    return answer


def ask(call: Call) -> Answer:
    """Ask something that changes nothing over there; return a yes or a 404.

    Raises ServerAway where no such answer comes, and RefusedForGood for one that stays a no.
    """
    try:
        answer = _call(call)
    except MaybeSent as trouble:
        raise ServerAway(trouble.safe_words) from None
    if answer.status == 404:  # noqa: PLR2004
        return answer
    _raise_unless_heard(answer)
    if not _is_yes(answer.status) or answer.document is None:
        raise ServerAway(f"The interface gives no answer that can be read ({answer.status}).")
    return answer


def code_at(document: object, *path: str, longest: int = 120) -> str:
    """Give a code or an id at a path of keys in an answer; "" for anything that is not plainly one.

    What the other side calls things is stored and shown, so it may hold no sentence and no link.
    """
    text = text_at(document, *path)
    return text if len(text) <= longest and _CODE.fullmatch(text) else ""


def _call(call: Call) -> Answer:
    """Return whatever was answered. Raises ServerAway, RefusedForGood or MaybeSent."""
    link = _own_address(call)
    leaving = _Leaving()
    try:
        return _exchange(call, link, leaving)
    except (
        SeeingError,
        httpcore.NetworkError,
        httpcore.TimeoutException,
        httpcore.ProtocolError,
    ) as error:
        kind = type(error).__name__
    if leaving.begun:
        raise MaybeSent(f"The interface broke off while taking it ({kind}).")
    raise ServerAway(f"The interface cannot be reached ({kind}).")


def _own_address(call: Call) -> Link:
    """The address, if it is the recipient's own and encrypted; only a stand-in's may be open."""
    policy = FetchPolicy(allowed_loopback_ports=settings.STAND_IN_PORTS)
    try:
        link = read_link(call.url, policy)
    except SeeingError:
        raise RefusedForGood("Its address is none that may be called.") from None
    host = normal_host(f"{link.host}:{link.port}")
    if host is None or not any(falls_under(host, domain) for domain in call.domains):
        raise RefusedForGood("Its address is not on one of the recipient's own domains.")
    if link.scheme != "https" and not link.loopback:
        raise RefusedForGood("Its address is not encrypted (https).")
    return link


class _Leaving:
    """Notes whether the content of a call has begun to leave."""

    begun = False

    def note(self, event: str, _: object) -> None:
        self.begun = self.begun or event == _CONTENT_LEAVES


def _exchange(call: Call, link: Link, leaving: _Leaving) -> Answer:
    backend = GuardedBackend(
        deadline=Deadline(SECONDS),
        loopback=link.loopback,
        max_wire_bytes=MOST_BYTES + _FRAMING_BYTES,
    )
    url = httpcore.URL(scheme=link.scheme, host=link.host, port=link.port, target=link.target)
    with (
        httpcore.HTTPConnection(
            url.origin, ssl_context=known_authorities(), network_backend=backend
        ) as connection,
        connection.stream(
            call.method,
            url,
            headers=_headers(call, link),
            content=call.body,
            extensions={"trace": leaving.note},
        ) as response,
    ):
        return Answer(
            status=response.status,
            document=_document(_body(response)),
            wait=_wait(response),
        )


def _headers(call: Call, link: Link) -> list[tuple[str, str]]:
    return [
        ("Host", link.authority),
        ("User-Agent", USER_AGENT),
        ("Accept", "application/json"),
        ("Accept-Encoding", "identity"),
        ("Connection", "close"),
        *([("Content-Length", str(len(call.body)))] if call.body else []),
        *call.headers.items(),
    ]


def _body(response: httpcore.Response) -> bytes:
    """The answer's beginning; what is longer than any answer we know is not read on."""
    body = bytearray()
    for chunk in response.iter_stream():
        body += chunk
        if len(body) > MOST_BYTES:
            return b""
    return bytes(body)


def _document(body: bytes) -> object:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _wait(response: httpcore.Response) -> timedelta | None:
    """Read Retry-After (RFC 9110, 10.2.3): seconds, or a date by the server's own clock."""
    headers = {name.lower(): value.decode("latin-1") for name, value in response.headers}
    asked = headers.get(b"retry-after", "").strip()
    if asked.isascii() and asked.isdecimal():
        return min(timedelta(seconds=int(asked[:9])), LONGEST_WAIT)
    until, said_at = _moment(asked), _moment(headers.get(b"date", ""))
    if until is None or said_at is None:
        return None
    return min(max(until - said_at, timedelta()), LONGEST_WAIT)


def _moment(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, IndexError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _raise_unless_heard(answer: Answer) -> None:
    """Raise for an answer that says for certain that nothing was taken."""
    status = answer.status
    if status in _COME_BACK_LATER:
        raise ServerAway(f"The interface asks us to wait ({status}).", wait=answer.wait)
    if status in _KEY_REFUSED:
        raise ServerAway(
            f"The interface refuses our key ({status}): see JIKIMI_CHANNEL_KEYS.", wait=answer.wait
        )
    if 300 <= status < 500:  # noqa: PLR2004  # a redirect would lead the notice elsewhere
        raise RefusedForGood(f"The interface refused it ({status}).")


def _is_yes(status: int) -> bool:
    return 200 <= status < 300  # noqa: PLR2004
