"""The guarded fetcher as this installation uses it."""

from django.conf import settings

from jikimi.takedown.seeing.fetching import PAGES_AND_PICTURES, GuardedFetcher
from jikimi.takedown.seeing.links import FetchPolicy

USER_AGENT = "Mozilla/5.0 (compatible; LinkCheck/1)"


def link_fetcher(accept: str = PAGES_AND_PICTURES) -> GuardedFetcher:
    """To the open internet, and to the ports of stand-ins where tests or the demo name them."""
    return GuardedFetcher(
        user_agent=USER_AGENT,
        policy=FetchPolicy(allowed_loopback_ports=settings.STAND_IN_PORTS),
        accept=accept,
    )
