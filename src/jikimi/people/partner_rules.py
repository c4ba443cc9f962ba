"""What a partner is, and what its key may do. Pure."""

from enum import StrEnum
from typing import Final

LOOKUPS_A_SECOND: Final = 1_000
MOST_LOOKUPS_A_SECOND: Final = 1_000_000


class PartnerKind(StrEnum):
    """Who a partner is. It decides which lists its keys may search."""

    PLATFORM = "platform"
    HOTLINE = "hotline"


class Scope(StrEnum):
    """What a key may do. A key has at least one."""

    MATCH = "match"
    """Ask whether fingerprints are near those on lists that are open to it."""
    LATER = "later"
    """Have fingerprints remembered for two days, and be told of what is listed near them later."""
    FETCH = "fetch"
    """Take away lists of others that are open to it, and what comes and goes on them."""
    SHARE = "share"
    """Hand fingerprints in on a list of its own, and take them off it."""
    METRICS = "metrics"
    """Read the figures of the match service, for the operator's own monitor."""
