"""Addresses that are never opened, told to the crawler as hashes so that it learns none of them."""

import hashlib

from jikimi.takedown.seeing.errors import SeeingError
from jikimi.takedown.seeing.links import FetchPolicy, read_link


def digest_of(address: str, policy: FetchPolicy) -> str | None:
    """SHA-256 in hex of a link in its one form, without a fragment; None if it is no link."""
    try:
        return hashlib.sha256(read_link(address, policy).url.encode()).hexdigest()
    except SeeingError:
        return None
