"""What can go wrong with a takedown."""

from __future__ import annotations


class TakedownError(Exception):
    """Base of every error of this domain."""


class UnsafeAddress(TakedownError):
    """A link or handle that may not stand in a letter; `because` says why. It is never quoted."""

    def __init__(self, because: str) -> None:
        super().__init__(because)
        self.because = because
