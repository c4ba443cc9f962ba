"""One wall-clock limit over everything a visit does."""

import time

from jikimi.takedown.seeing.errors import TooSlow


class Deadline:
    """So many seconds from now, whatever happens in between."""

    def __init__(self, seconds: float) -> None:
        self._started = time.monotonic()
        self._ends = self._started + seconds

    def left(self) -> float:
        """Seconds that remain, more than 0. Raises `TooSlow` when none do."""
        left = self._ends - time.monotonic()
        if left <= 0:
            raise TooSlow
        return left

    def elapsed(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self._started
