"""Looking where only members are shown anything: a channel whose account may look says so."""

from collections.abc import Callable
from typing import Protocol, runtime_checkable

from jikimi.takedown.seeing.fetching import LinkFetcher, Pass

Opening = Callable[[Pass], LinkFetcher]
"""Gives the guarded fetcher that shows a pass."""


@runtime_checkable
class ShownToMembers(Protocol):
    """A channel by whose account links of its kind can be looked at."""

    def shown_to_members(self, openly: LinkFetcher, opening: Opening) -> LinkFetcher:
        """Give a fetcher that visits its own kind of links as a member, and all others openly."""
        ...
