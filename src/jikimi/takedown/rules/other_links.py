"""Under which other addresses the thing at a link may stand: archives, and a site's twins. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit, urlunsplit

_LINK_INSIDE = re.compile(r"(?<=.{8})https?:/{1,2}(?=[^/])", re.IGNORECASE | re.DOTALL)


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


def same_things(url: str, mirrors: Mirrors) -> tuple[str, ...]:
    """Give a link, what it holds inside as an archive's or a proxy's does, and the twins of each.

    Whoever leaves one of them alone leaves all alone. A link that no program can read is given
    back by itself.
    """
    found = [url, *_held_in(url)]
    return tuple(dict.fromkeys(twin for one in found for twin in (one, *_twins_of(one, mirrors))))


def _held_in(url: str) -> Iterator[str]:
    for text in (url, unquote(url)):
        for start in _LINK_INSIDE.finditer(text):
            yield "https://" + text[start.end() :]


def _twins_of(url: str, mirrors: Mirrors) -> Iterator[str]:
    try:
        parts = urlsplit(url)
    except ValueError:
        return
    host = parts.netloc.lower().removeprefix("www.")
    for group in mirrors.twins:
        bare = [twin.removeprefix("www.") for twin in group.hosts]
        for twin in bare if host in bare else ():
            yield urlunsplit(("https", twin, parts.path, parts.query, ""))


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
