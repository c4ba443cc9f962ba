"""Every process follows the log of changes and holds the lists ready to be searched."""

from jikimi.exchange.following.follower import Follower
from jikimi.exchange.following.held import HeldLists
from jikimi.exchange.following.reading import KeyFacts

__all__ = ["Follower", "HeldLists", "KeyFacts"]
