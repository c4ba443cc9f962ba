"""From text to a link that may be opened, or a clear refusal. Pure."""

import re
from dataclasses import dataclass, field
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from jikimi.cases.rules import MEANS_TWO_HOSTS
from jikimi.takedown.seeing.errors import ForbiddenAddress, NotALink, UnsafeRedirect

MAX_LINK_CHARACTERS = 4096
PUBLIC_PORTS = frozenset({80, 443})
LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost"})

_DEFAULT_PORTS = {"http": 80, "https": 443}
_NEVER_IN_A_LINK = re.compile(r"[\x00-\x20\x7f-\x9f\\]")
_HOST = re.compile(r"[0-9a-z_-]+(\.[0-9a-z_-]+)*\.?|[0-9a-f:.]+", re.ASCII)
_ALREADY_QUOTED = "!#$%&'()*+,/:;=?@[]~"


@dataclass(frozen=True, kw_only=True)
class FetchPolicy:
    """Where the fetcher may go beyond the open internet: by default nowhere.

    ``allowed_loopback_ports`` opens exactly these ports of 127.0.0.1 for the stand-in platform
    of tests and the demo. Production settings refuse anything but the empty set.
    """

    allowed_loopback_ports: frozenset[int] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Link:
    """A checked link, taken apart. Its repr is silent, so that it cannot slip into a log."""

    scheme: str = field(repr=False)
    host: str = field(repr=False)
    """ASCII, lower case, an IPv6 address without its brackets."""
    port: int = field(repr=False)
    target: str = field(repr=False)
    """Path and query, percent-encoded, beginning with a slash."""
    loopback: bool
    """Named by its exact loopback name and port in the policy."""

    @property
    def authority(self) -> str:
        """The Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.authority}{self.target}"


def read_link(text: str, policy: FetchPolicy) -> Link:
    """Check a link's form and port. Raises `NotALink` or `ForbiddenAddress`."""
    parts = _split(text.strip(" "))
    host = _ascii_host(parts)
    port = _port(parts)
    loopback = host in LOOPBACK_NAMES and port in policy.allowed_loopback_ports
    if not loopback and port not in PUBLIC_PORTS:
        raise ForbiddenAddress
    target = quote(parts.path or "/", safe=_ALREADY_QUOTED)
    if parts.query:
        target += "?" + quote(parts.query, safe=_ALREADY_QUOTED)
    return Link(scheme=parts.scheme, host=host, port=port, target=target, loopback=loopback)


def follow(link: Link, location: str, policy: FetchPolicy) -> Link:
    """The link a redirect points to, checked like the first one. Raises as `read_link` does."""
    target = read_link(join(link.url, location), policy)
    if link.scheme == "https" and target.scheme == "http":
        raise UnsafeRedirect
    return target


def join(base: str, reference: str) -> str:
    """``urljoin`` as browsers do it, spaces included. Raises `NotALink`."""
    try:
        return urljoin(base, reference.strip().replace(" ", "%20"))
    except ValueError:
        raise NotALink from None


def _split(text: str) -> SplitResult:
    if len(text) > MAX_LINK_CHARACTERS or _NEVER_IN_A_LINK.search(text):
        raise NotALink
    try:
        parts = urlsplit(text)
    except ValueError:
        raise NotALink from None
    # A user name in a link is how one host is dressed up as another.
    if parts.scheme not in _DEFAULT_PORTS or "@" in parts.netloc or not parts.hostname:
        raise NotALink
    if parts.path and not parts.path.startswith("/"):
        raise NotALink
    return parts


def _ascii_host(parts: SplitResult) -> str:
    # A redirect may name such a host too; see `jikimi.cases.rules`.
    if MEANS_TWO_HOSTS.search(parts.hostname or ""):
        raise NotALink
    try:
        host = (parts.hostname or "").encode("idna").decode("ascii").lower()
    except UnicodeError:
        raise NotALink from None
    if not _HOST.fullmatch(host):
        raise NotALink
    return host


def _port(parts: SplitResult) -> int:
    try:
        port = parts.port
    except ValueError:
        raise NotALink from None
    return _DEFAULT_PORTS[parts.scheme] if port is None else port
