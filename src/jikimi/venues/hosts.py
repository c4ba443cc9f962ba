"""Hosts as links name them, and which recipient's domain they fall under."""

from __future__ import annotations

import ipaddress
import re

_LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
_LINK = re.compile(r"(?i)https?://([^/?#\\\s]+)(?=[/?#]|\Z)")
_HIGHEST_PORT = 65535
_LONGEST_NAME = 253
# RFC 2606 and 6761, 6762, 7686, and ICANN for `internal`: names that no public resolver may answer
# for. `example` is left for documents and tests.
_NEVER_REACHED = frozenset({"invalid", "localhost", "local", "internal", "onion", "arpa"})
_TOP_LEVEL = re.compile(r"[a-z]{2,63}|xn--[a-z0-9-]{1,59}")


def host_of(url: str) -> str | None:
    """Return the host of an http(s) link as `normal_host` writes it, or None.

    A link that hides its host behind a user name (`https://t.me@evil.example/`) has none.
    """
    found = _LINK.match(url)
    return normal_host(found.group(1)) if found else None


def normal_host(host: str) -> str | None:
    """Return `host` or `host:port` in lower-case ASCII without a trailing dot; None if it is none.

    Names in other scripts are written in punycode (IDNA 2003, as stdlib has it), so that a
    look-alike can never equal the name it imitates. The ports 80 and 443 are left out.
    """
    name, port = _split_port(host.strip())
    if port is None:
        return None
    ascii_name = _ascii_name(name)
    if ascii_name is None:
        return None
    return ascii_name if port in ("", "80", "443") else f"{ascii_name}:{port}"


def falls_under(host: str, domain: str) -> bool:
    """Tell whether a normal host is the domain, or below it on a label boundary.

    A domain with a port, and an address in numbers, match only themselves.
    """
    return domain in domains_above(host)


def domains_above(host: str) -> tuple[str, ...]:
    """A normal host itself and every domain that it falls under, the longest first."""
    name, port = _split_port(host)
    if port is None or is_address(name):
        return (host,)
    labels = name.split(".")
    parents = (".".join(labels[first:]) for first in range(len(labels)))
    return tuple(dict.fromkeys((host, *parents)))


def is_loopback(host: str) -> bool:
    """Tell whether a normal host names this machine, an address in numbers, or a port."""
    name, port = _split_port(host)
    return bool(port) or is_address(name) or name == "localhost"


def may_exist(domain: str) -> bool:
    """Tell whether a normal host can be a registered name: whether anybody could ever reach it."""
    top_level = domain.rpartition(".")[2]
    return (
        len(domain) <= _LONGEST_NAME
        and "_" not in domain
        and bool(_TOP_LEVEL.fullmatch(top_level))
        and top_level not in _NEVER_REACHED
    )


def is_address(name: str) -> bool:
    """Tell whether a name without a port is an IP address."""
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True


def _split_port(host: str) -> tuple[str, str | None]:
    """Split into name and port; the port is "" when there is none and None when it is no port."""
    name, colon, port = host.rpartition(":")
    if not colon or host.endswith("]"):
        return host, ""
    if not (port.isascii() and port.isdigit() and 0 < int(port[:6]) <= _HIGHEST_PORT):
        return host, None
    return name, str(int(port))


def _ascii_name(name: str) -> str | None:
    if name.startswith("[") and is_address(name):
        return name.lower()
    try:
        ascii_name = name.encode("idna").decode("ascii").lower().removesuffix(".")
    except UnicodeError:
        return None
    labels = ascii_name.split(".")
    return ascii_name if all(_LABEL.fullmatch(label) for label in labels) else None
