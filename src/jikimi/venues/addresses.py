"""How a new address or domain may be written, so that two people read the same thing in it."""

from __future__ import annotations

import re

from jikimi.venues.errors import ProposalRefused
from jikimi.venues.hosts import (
    falls_under,
    host_of,
    is_address,
    is_loopback,
    may_exist,
    normal_host,
)
from jikimi.venues.pack_values import Recipient, RouteType

_LONGEST_MAIL, _LONGEST_LINK = 254, 500
_MAIL = re.compile(r"([^@\s]{1,64})@([^@\s]+)")
_HOST_PART = re.compile(r"(?i)https://([^/?#\\]*)")
_SHOWS = re.compile(r"[!-~]+")
"""ASCII that can be seen: no space, no letter of another script, nothing invisible."""


def plain_address(typed: str, route_type: RouteType) -> str:
    """Return an address as it may stand in an entry: ASCII, its domain in lower case.

    Raises ProposalRefused, with the domain in punycode where it is written in other letters.
    """
    address = typed.strip()
    if route_type in ("phone", "in_person"):
        return address
    found = (_MAIL.fullmatch if route_type == "email" else _HOST_PART.match)(address)
    if found is None:
        raise ProposalRefused(
            "Write a mail address as name@domain."
            if route_type == "email"
            else "Write the whole link, with https:// before it."
        )
    host = found.group(found.re.groups)
    plain = _plain_host(host)
    if not _SHOWS.fullmatch(address):
        raise ProposalRefused("The address holds a space or a letter outside a to z. Type it.")
    if len(address) > (_LONGEST_MAIL if route_type == "email" else _LONGEST_LINK):
        raise ProposalRefused("The address is too long to be one.")
    start, end = found.span(found.re.groups)
    return address[:start] + plain + address[end:]


def plain_domains(typed: str, kept: tuple[str, ...]) -> tuple[str, ...]:
    """Return domains that were typed with spaces or commas between them, in lower case.

    Those of `kept` stay as they are. Raises ProposalRefused.
    """
    words = [word for word in re.split(r"[\s,;]+", typed) if word]
    return tuple(dict.fromkeys(word if word in kept else _plain_host(word) for word in words))


def domain_of(address: str) -> str:
    """Return the domain of a mail address or a link, in punycode; empty for a number."""
    if "://" in address:
        return host_of(address) or ""
    return normal_host(address.rpartition("@")[2]) or "" if "@" in address else ""


def refuse_unsafe_domain(domain: str, owner: Recipient, others: tuple[Recipient, ...]) -> None:
    """Refuse a new domain that nobody can own, or that lies within somebody else's.

    Raises ProposalRefused. A stand-in may have what it likes; production has none.
    """
    if owner.status != "stand_in" and (
        is_loopback(domain) or "." not in domain or not may_exist(domain)
    ):
        raise ProposalRefused(
            f"“{domain}” is no domain that a company can have. Write its own domain name."
        )
    for other in others:
        for theirs in other.hosts:
            if falls_under(domain, theirs) or falls_under(theirs, domain):
                raise ProposalRefused(
                    f"“{domain}” and “{theirs}” overlap, and that one belongs to {other.name}."
                )


def _plain_host(host: str) -> str:
    """Return a host in lower case. Raises ProposalRefused for all that could be misread."""
    if "@" in host or "%" in host:
        raise ProposalRefused(
            "The link hides its domain behind a user name or an escape. Write it without."
        )
    plain = normal_host(host)
    if plain is None:
        raise ProposalRefused("This is no domain. Write it as the company itself writes it.")
    if not host.isascii():
        raise ProposalRefused(
            f"Its domain holds letters outside a to z. To a computer it is “{plain}”. If that is "
            "really the company’s own, type it like that."
        )
    if ":" in host or is_address(plain):
        raise ProposalRefused("Write a domain name without a port, and no address in numbers.")
    if plain != host.lower():
        raise ProposalRefused(f"Write the domain as “{plain}”, without a dot at its end.")
    return plain
