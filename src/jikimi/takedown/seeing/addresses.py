"""Which network addresses may be opened: only those that everybody can reach.

Sources: the IANA special-purpose address registries (RFC 6890 and its successors), read on
top of ``ipaddress.is_global``, whose tables differ between Python releases.
"""

import ipaddress
import queue
import socket
import threading

from jikimi.takedown.seeing.deadline import Deadline
from jikimi.takedown.seeing.errors import ForbiddenAddress, TooSlow, Unreachable

_IPV4_INSIDE = tuple(
    ipaddress.IPv4Network(block)
    for block in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",  # carrier-grade NAT
        "127.0.0.0/8",
        "169.254.0.0/16",  # link-local, the metadata services of clouds
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
)
_IPV6_UNICAST = ipaddress.IPv6Network("2000::/3")
"""All that is handed out today. Loopback, mapped IPv4, NAT64, fc00::/7, fe80::/10, ff00::/8 and
every other special block lie outside, except for those in `_IPV6_INSIDE`."""
_IPV6_INSIDE = tuple(
    ipaddress.IPv6Network(block)
    for block in (
        "2001::/23",  # protocol assignments; Teredo, which embeds an IPv4 address
        "2001:db8::/32",
        "2002::/16",  # 6to4, which embeds an IPv4 address
        "3fff::/20",
    )
)


def is_public(address: str) -> bool:
    """Whether this numeric address, e.g. ``"93.184.216.34"``, belongs to the open internet."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if not ip.is_global or ip.is_multicast or ip.is_reserved:
        return False
    if isinstance(ip, ipaddress.IPv4Address):
        return not any(ip in block for block in _IPV4_INSIDE)
    return ip in _IPV6_UNICAST and not any(ip in block for block in _IPV6_INSIDE)


def public_addresses(host: str, deadline: Deadline) -> tuple[str, ...]:
    """The numeric addresses of a host, asked for once.

    Raises `ForbiddenAddress` if any of them lies inside: a name that answers with one public
    and one private address is an attack or a mistake, and neither is worth the other address.
    """
    found = _resolve(host, deadline)
    if not found:
        raise Unreachable
    if not all(is_public(address) for address in found):
        raise ForbiddenAddress
    return found


def _resolve(host: str, deadline: Deadline) -> tuple[str, ...]:
    # The system's resolver has no time limit of its own, so it is asked from a thread that may
    # be left behind.
    answers: queue.SimpleQueue[tuple[str, ...]] = queue.SimpleQueue()
    threading.Thread(target=_ask_resolver, args=(host, answers), daemon=True).start()
    try:
        return answers.get(timeout=deadline.left())
    except queue.Empty:
        raise TooSlow from None


def _ask_resolver(host: str, answers: "queue.SimpleQueue[tuple[str, ...]]") -> None:
    try:
        rows = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    except (OSError, UnicodeError):
        answers.put(())
        return
    answers.put(tuple(dict.fromkeys(str(row[4][0]) for row in rows)))
