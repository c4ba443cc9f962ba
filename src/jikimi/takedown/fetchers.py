"""The guarded fetcher as this installation uses it."""

from django.conf import settings

from jikimi.cases.lookups import known_from_minors_cases
from jikimi.takedown.channels import channels
from jikimi.takedown.elsewhere.mirrors import mirrors_in_use
from jikimi.takedown.rules.other_links import same_things
from jikimi.takedown.seeing.fetching import (
    PAGES_AND_PICTURES,
    USER_AGENT,
    GuardedFetcher,
    LinkFetcher,
    Pass,
)
from jikimi.takedown.seeing.links import FetchPolicy
from jikimi.takedown.seeing.membership import ShownToMembers


def link_fetcher(accept: str = PAGES_AND_PICTURES) -> GuardedFetcher:
    """To the open internet, and to the ports of stand-ins where tests or the demo name them.

    Never to an address of a minor's case, nor to a twin or an archive's copy of it, not even where
    a redirect or a page leads there.
    """
    return _guarded(accept=accept)


def place_fetcher() -> LinkFetcher:
    """For one look at a case's place: as a member where the centre has an account for that."""
    fetcher: LinkFetcher = link_fetcher()
    for channel in channels().values():
        if isinstance(channel, ShownToMembers):
            fetcher = channel.shown_to_members(fetcher, _as_member)
    return fetcher


def _as_member(member: Pass) -> GuardedFetcher:
    return _guarded(member=member)


def _guarded(*, accept: str = PAGES_AND_PICTURES, member: Pass | None = None) -> GuardedFetcher:
    return GuardedFetcher(
        user_agent=USER_AGENT,
        policy=FetchPolicy(allowed_loopback_ports=settings.STAND_IN_PORTS),
        accept=accept,
        is_barred=_is_a_minors,
        member=member,
    )


def _is_a_minors(url: str) -> bool:
    return bool(known_from_minors_cases(same_things(url, mirrors_in_use())))
