"""How many links one notice may name, and whether they may stand in it together. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from jikimi.takedown.errors import LinksDoNotFit
from jikimi.takedown.rules.platform_route import answering_host
from jikimi.takedown.rules.route_values import ChosenRoute
from jikimi.venues.hosts import host_of
from jikimi.venues.pack_values import Packs, Recipient, RouteLimits

_HOLDS_WHAT_IT_SERVES = frozenset({"platform", "search"})
NO_LIMITS = RouteLimits(links_per_notice=None, one_host_per_notice=False, note=None)


def limits_of(route: ChosenRoute, packs: Packs) -> RouteLimits:
    """Return what the chosen route's entry allows; nothing is limited where it says nothing."""
    routes = packs.recipients[route.recipient_id].routes
    return next((one.limits for one in routes if one.id == route.route_id), NO_LIMITS)


def batches_of(links: Iterable[str], limits: RouteLimits) -> tuple[tuple[str, ...], ...]:
    """Split the links of one case and one recipient into as few notices as the route allows.

    Each link is named once; links keep their order, and those of one host stay together where a
    notice may name only one.
    """
    groups: dict[str | None, list[str]] = {}
    for link in dict.fromkeys(links):
        key = host_of(link) if limits.one_host_per_notice else None
        groups.setdefault(key, []).append(link)
    return tuple(
        tuple(group[start : start + size])
        for group in groups.values()
        for size in [limits.links_per_notice or len(group)]
        for start in range(0, len(group), size)
    )


def check_links(links: tuple[str, ...], route: ChosenRoute, packs: Packs) -> None:
    """Raise LinksDoNotFit if one notice on this route may not name these links.

    Whoever is asked as the one that holds the link is told only of what lies on its own domains, so
    that one platform never learns of a link to another. A search engine that is asked to leave
    results out is told of links elsewhere. One link alone has been checked by the choice of the
    route.
    """
    if len(links) <= 1:
        return
    recipient, limits = packs.recipients[route.recipient_id], limits_of(route, packs)
    if limits.links_per_notice and len(links) > limits.links_per_notice:
        raise LinksDoNotFit(
            f"{recipient.name} takes {limits.links_per_notice} links a notice, not {len(links)}."
        )
    hosts = {host_of(link) for link in links}
    if limits.one_host_per_notice and len(hosts) > 1:
        raise LinksDoNotFit(f"{recipient.name} takes one host a notice, not {len(hosts)}.")
    if route.rung == "platform" and not all(_may_hear_of(link, recipient) for link in links):
        raise LinksDoNotFit(f"Not every link is on a domain of {recipient.name}.")


def _may_hear_of(link: str, recipient: Recipient) -> bool:
    if recipient.kind not in _HOLDS_WHAT_IT_SERVES:
        return True
    return recipient.owns(answering_host(link, host_of(link) or ""))
