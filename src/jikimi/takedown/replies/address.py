"""Where the inbox is, as the setting JIKIMI_INBOX says it."""

from dataclasses import dataclass, field
from ipaddress import ip_address
from urllib.parse import unquote, urlsplit

_PORTS = {"imap": 143, "imaps": 993}
_FORM = (
    "JIKIMI_INBOX must be imaps://user:password@host:port/folder, and in user and password "
    "@ is written %40, / is %2F, : is %3A, # is %23, ? is %3F and % is %25"
)


@dataclass(frozen=True, kw_only=True)
class InboxAddress:
    """A folder on an IMAP server."""

    host: str
    port: int
    tls_at_once: bool
    """`imaps`; else the line is encrypted by STARTTLS."""
    on_this_machine: bool
    """Loopback: the one place where an open line is allowed."""
    user: str
    password: str = field(repr=False)
    folder: str


def inbox_address(setting: str) -> InboxAddress:
    """Read `imap(s)://user:password@host:port/folder`; `%40` stands for an @ in a user's name.

    Raises ValueError with a sentence that quotes nothing of it.
    """
    try:
        parts = urlsplit(setting)
        port = parts.port
    except ValueError:
        raise ValueError(_FORM) from None
    if parts.scheme not in _PORTS or not parts.hostname or not parts.username:
        raise ValueError(_FORM)
    return InboxAddress(
        host=parts.hostname,
        port=port or _PORTS[parts.scheme],
        tls_at_once=parts.scheme == "imaps",
        on_this_machine=_is_loopback(parts.hostname),
        user=unquote(parts.username),
        password=unquote(parts.password or ""),
        folder=unquote(parts.path.strip("/")) or "INBOX",
    )


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
