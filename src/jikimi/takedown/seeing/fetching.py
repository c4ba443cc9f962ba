"""Fetch what is behind a link without being led anywhere else.

No cookies, no proxy from the environment, no name resolved twice, no more bytes, seconds or
redirects than the limits below. Neither links nor bytes are logged.
"""

import logging
import ssl
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

import httpcore

from jikimi.takedown.seeing.connecting import GuardedBackend, known_authorities
from jikimi.takedown.seeing.deadline import Deadline
from jikimi.takedown.seeing.errors import (
    BadAnswer,
    ForbiddenAddress,
    TooLarge,
    TooManyRedirects,
    Unreachable,
)
from jikimi.takedown.seeing.links import FetchPolicy, Link, follow, read_link

USER_AGENT = "Mozilla/5.0 (compatible; LinkCheck/1)"
"""Neutral: it names no centre and no case."""

MAX_PICTURE_BYTES = 20_000_000
MAX_PAGE_BYTES = 2_000_000
MAX_REDIRECTS = 4
VISIT_SECONDS = 30.0

_HEADERS_AND_FRAMING_BYTES = 1_000_000
_PAGE_TYPES = frozenset({"text/html", "application/xhtml+xml"})
PAGES_AND_PICTURES = "text/html, image/*;q=0.9, */*;q=0.1"
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_ANSWERS_WITH_A_BODY = range(200, 300)
_GZIP_OR_ZLIB = 32 + zlib.MAX_WBITS

# httpcore writes hosts and Location headers to its debug log.
logging.getLogger("httpcore").setLevel(logging.WARNING)


@dataclass(frozen=True, kw_only=True)
class FetchedLink:
    """The last answer of a visit."""

    status: int
    final_url: str = field(repr=False)
    media_type: str
    """As claimed by the server, lower case, without parameters; empty if it claims nothing."""
    body: bytes = field(repr=False)
    """Empty unless the status is 2xx: nothing else is read."""
    redirects: int
    elapsed: float
    """Seconds, redirects included."""


@dataclass(frozen=True, kw_only=True)
class OneAnswer:
    """What one address answered by itself, no redirect followed."""

    status: int
    url: str = field(repr=False)
    """The address in the form in which it was asked for."""
    media_type: str
    body: bytes = field(repr=False)
    """Empty unless the status is 2xx."""
    onward: str | None = field(repr=False)
    """Where a redirect leads, checked like the first link."""
    retry_after: str
    """The header of that name as sent, empty if there is none."""


@dataclass(frozen=True, kw_only=True)
class Pass:
    """What lets us in at one place, and is shown nowhere else."""

    authority: str
    """`host` or `host:port`."""
    token: str = field(repr=False)
    """For the header Authorization, as a bearer's."""


class LinkFetcher(Protocol):
    """Whatever can visit a link."""

    def fetch(self, url: str, *, seconds: float = VISIT_SECONDS) -> FetchedLink:
        """Visit within ``seconds`` of wall-clock time. Raises a `SeeingError`."""
        ...


class GuardedFetcher:
    """The real `LinkFetcher`, over httpcore."""

    def __init__(
        self,
        *,
        user_agent: str,
        policy: FetchPolicy | None = None,
        ssl_context: ssl.SSLContext | None = None,
        accept: str = PAGES_AND_PICTURES,
        member: Pass | None = None,
        is_barred: Callable[[str], bool] = lambda _: False,
    ) -> None:
        """``user_agent`` is neutral: it names no centre and no case.

        ``policy`` defaults to the open internet only, ``ssl_context`` to the public authorities,
        ``accept`` (the header) to pages and pictures, ``member`` to nobody.
        ``is_barred`` is asked about each address before it is opened, those of redirects too.
        """
        self._user_agent = user_agent
        self._accept = accept
        self._is_barred = is_barred
        self._member = member
        self._policy = policy or FetchPolicy()
        self._ssl_context = ssl_context or known_authorities()

    def fetch(self, url: str, *, seconds: float = VISIT_SECONDS) -> FetchedLink:
        """Follow the link to its last answer. Raises a `SeeingError`."""
        deadline = Deadline(seconds)
        link = read_link(url, self._policy)
        for redirects in range(MAX_REDIRECTS + 1):
            answer = self._ask(link, deadline)
            if answer.location is None:
                return FetchedLink(
                    status=answer.status,
                    final_url=link.url,
                    media_type=answer.media_type,
                    body=answer.body,
                    redirects=redirects,
                    elapsed=deadline.elapsed(),
                )
            link = follow(link, answer.location, self._policy)
        raise TooManyRedirects

    def fetch_one(self, url: str, *, seconds: float = VISIT_SECONDS) -> OneAnswer:
        """Ask this address alone; whoever crawls asks before it follows. Raises a `SeeingError`."""
        link = read_link(url, self._policy)
        answer = self._ask(link, Deadline(seconds))
        leads_on = answer.location is not None
        return OneAnswer(
            status=answer.status,
            url=link.url,
            media_type=answer.media_type,
            body=answer.body,
            onward=follow(link, answer.location or "", self._policy).url if leads_on else None,
            retry_after=answer.retry_after,
        )

    def _ask(self, link: Link, deadline: Deadline) -> "_Answer":
        if self._is_barred(link.url):
            raise ForbiddenAddress
        backend = GuardedBackend(
            deadline=deadline,
            loopback=link.loopback,
            max_wire_bytes=MAX_PICTURE_BYTES + _HEADERS_AND_FRAMING_BYTES,
        )
        url = httpcore.URL(scheme=link.scheme, host=link.host, port=link.port, target=link.target)
        try:
            with (
                httpcore.HTTPConnection(
                    url.origin, ssl_context=self._ssl_context, network_backend=backend
                ) as connection,
                connection.stream("GET", url, headers=self._headers(link)) as response,
            ):
                return _read_answer(response)
        except httpcore.ProtocolError:
            raise BadAnswer from None
        except (httpcore.NetworkError, httpcore.TimeoutException):
            raise Unreachable from None

    def _headers(self, link: Link) -> list[tuple[str, str]]:
        return [
            ("Host", link.authority),
            ("User-Agent", self._user_agent),
            ("Accept", self._accept),
            ("Accept-Encoding", "identity"),
            ("Connection", "close"),
            *self._shown_pass(link),
        ]

    def _shown_pass(self, link: Link) -> list[tuple[str, str]]:
        """The pass, at its own place only, and only where nobody on the way can read it."""
        member = self._member
        is_private = link.scheme == "https" or link.loopback
        if member is None or link.authority != member.authority or not is_private:
            return []
        return [("Authorization", f"Bearer {member.token}")]


@dataclass(frozen=True, kw_only=True)
class _Answer:
    status: int
    media_type: str
    location: str | None = field(repr=False)
    retry_after: str
    body: bytes = field(repr=False)


def _read_answer(response: httpcore.Response) -> _Answer:
    headers = _headers_of(response)
    media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
    location = headers.get("location") if response.status in _REDIRECTS else None
    body = b""
    if response.status in _ANSWERS_WITH_A_BODY:
        limit = MAX_PAGE_BYTES if media_type in _PAGE_TYPES else MAX_PICTURE_BYTES
        body = _unpacked(_read_body(response, headers, limit), headers, limit)
    return _Answer(
        status=response.status,
        media_type=media_type,
        location=location,
        retry_after=headers.get("retry-after", "").strip(),
        body=body,
    )


def _headers_of(response: httpcore.Response) -> dict[str, str]:
    try:
        return {name.decode().lower(): value.decode() for name, value in response.headers}
    except UnicodeDecodeError:
        raise BadAnswer from None


def _read_body(response: httpcore.Response, headers: dict[str, str], limit: int) -> bytes:
    declared = headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > limit:
        raise TooLarge
    body = bytearray()
    for chunk in response.iter_stream():
        body += chunk
        if len(body) > limit:
            raise TooLarge
    return bytes(body)


def _unpacked(body: bytes, headers: dict[str, str], limit: int) -> bytes:
    """Some servers compress although identity was asked for; a bomb stops at the limit."""
    packing = headers.get("content-encoding", "identity").lower()
    if packing in ("", "identity"):
        return body
    if packing not in ("gzip", "x-gzip", "deflate"):
        raise BadAnswer
    unpacker = zlib.decompressobj(_GZIP_OR_ZLIB)
    try:
        unpacked = unpacker.decompress(body, limit)
    except zlib.error:
        raise BadAnswer from None
    if unpacker.unconsumed_tail:
        raise TooLarge
    if not unpacker.eof:
        raise BadAnswer
    return unpacked
