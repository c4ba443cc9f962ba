"""What partners may ask to be told later: for how long, and from when it counts."""

from datetime import timedelta
from typing import Final

REMEMBERED: Final = timedelta(hours=48)
"""How long a fingerprint that a partner asked about is kept, if it asks for that."""
MOST_REMEMBERED: Final = 1_000_000
"""Fingerprints of one partner; of more, the oldest are forgotten within a minute."""
MOST_TOLD_AT_ONCE: Final = 10_000
"""Late matches of one partner on one list from one comparison: a million references for one

picture are one, and no list takes the room of another.
"""
SETTLES: Final = timedelta(seconds=30)
"""So long after a change was seen committed, what was asked before it has been written down."""
TOLD_FOR: Final = timedelta(days=14)
"""How long a late match can be fetched."""
LONGEST_REFERENCE: Final = 64
MOST_AT_ONCE: Final = 500
