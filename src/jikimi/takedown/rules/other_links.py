"""Under which other addresses the thing at a link may stand: archives, and a site's twins. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote, urlsplit, urlunsplit


@dataclass(frozen=True, kw_only=True)
class Archive:
    """A site that keeps copies of pages; `{url}` or `{encoded}` in its address is the link."""

    name: str
    address: str


@dataclass(frozen=True, kw_only=True)
class Twins:
    """Hosts that show the same under the same path."""

    name: str
    hosts: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Mirrors:
    """All that is known of where things stand twice."""

    archives: tuple[Archive, ...]
    twins: tuple[Twins, ...]


@dataclass(frozen=True, kw_only=True)
class OtherLink:
    """An address where the same may stand, and in whose keeping."""

    address: str
    name: str
    is_archive: bool


def other_links(url: str, mirrors: Mirrors) -> tuple[OtherLink, ...]:
    """Name the other addresses of what is at a link, twins first, each once.

    What is at an archive already has none: an archive's copy of a copy is the same copy.
    """
    host = urlsplit(url).netloc.lower()
    if any(host == urlsplit(archive.address).netloc for archive in mirrors.archives):
        return ()
    found = {link.address: link for link in (*_twins(url, host, mirrors), *_kept(url, mirrors))}
    found.pop(url, None)
    return tuple(found.values())


def _twins(url: str, host: str, mirrors: Mirrors) -> Iterator[OtherLink]:
    parts = urlsplit(url)
    for group in mirrors.twins:
        for twin in group.hosts if host in group.hosts else ():
            address = urlunsplit(("https", twin, parts.path, parts.query, ""))
            if twin != host:
                yield OtherLink(address=address, name=group.name, is_archive=False)


def _kept(url: str, mirrors: Mirrors) -> Iterator[OtherLink]:
    plain = urlunsplit(urlsplit(url)._replace(fragment=""))
    for archive in mirrors.archives:
        address = archive.address.replace("{url}", plain)
        address = address.replace("{encoded}", quote(plain, safe=""))
        yield OtherLink(address=address, name=archive.name, is_archive=True)
