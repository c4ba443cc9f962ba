"""IANA's list of which registry answers for which top-level domain (RFC 9224).

What stands in the data files comes first; this list knows the rest. It is asked over the guarded
fetcher and kept for a day.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from django.core.cache import cache

from jikimi.takedown.rdap.answers import MAX_ANSWER_BYTES, Unreadable
from jikimi.takedown.seeing.fetching import LinkFetcher

SECONDS = 15.0
_A_DAY = 24 * 60 * 60
_HAS_TWO = 2
_BASE = re.compile(r"(https://[^\s?#@\\]+|http://127\.0\.0\.1:[0-9]+(/[^\s?#@\\]*)?)/")


def services_from(address: str, fetcher: LinkFetcher) -> Mapping[str, str]:
    """Give the base address of each top-level domain's registry, ending in a slash.

    Domains are in lower-case ASCII. Raises `SeeingError` or `Unreadable`.
    """
    key = f"rdap-bootstrap:{address}"
    kept: Mapping[str, str] | None = cache.get(key)
    if kept is None:
        kept = services_in(fetcher.fetch(address, seconds=SECONDS).body)
        cache.set(key, kept, _A_DAY)
    return kept


def services_in(body: bytes) -> Mapping[str, str]:
    """Read a list as IANA publishes it; entries that are not as the RFC has them are left out.

    Raises Unreadable where nothing can be used.
    """
    services: dict[str, str] = {}
    for entry in _entries(body):
        if isinstance(entry, list) and len(entry) == _HAS_TWO:
            names, bases = (_texts(part) for part in entry)
            base = next(filter(_is_base, bases), None)
            services |= {name.lower(): base for name in names if base}
    if not services:
        raise Unreadable("no list of registries")
    return services


def _entries(body: bytes) -> list[object]:
    if len(body) > MAX_ANSWER_BYTES:
        raise Unreadable("too large")
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise Unreadable("no JSON") from None
    entries = found.get("services") if isinstance(found, dict) else None
    return entries if isinstance(entries, list) else []


def _texts(part: object) -> list[str]:
    return [one for one in part if isinstance(one, str)] if isinstance(part, list) else []


def _is_base(url: str) -> bool:
    """Whether a host's name may be sent there: over TLS, or to a stand-in on this machine."""
    return _BASE.fullmatch(url) is not None
