"""Whether a drafted notice goes by itself, because two people of the centre switched that on. Pure.

Everything speaks for waiting: only a notice that a caseworker could approve as it is, of an adult's
case, under a law that claims no copyright, may go, and only where every switch that it needs is on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # a table knows this module, and no table needs clocks and their holidays
    from jikimi.takedown.rules.route_values import ChosenRoute, Rung
    from jikimi.venues.pack_values import LawPack


class Switch(StrEnum):
    """What can be switched on. No other rung ever goes by itself."""

    PLATFORM = "platform"
    OPERATOR = "operator"
    CDN = "cdn"
    HOST = "host"
    REGISTRAR = "registrar"
    SEARCH = "search"
    REGULATOR = "regulator"
    FIRST_NOTICE = "first_notice"  # beside its rung's: nobody has looked at the place's case yet
    COMPLAINT = "complaint"  # beside the regulator's: about others, and not under its own law


_OF_RUNG: Mapping[Rung, Switch] = {
    "platform": Switch.PLATFORM,
    "operator": Switch.OPERATOR,
    "cdn": Switch.CDN,
    "host": Switch.HOST,
    "registrar": Switch.REGISTRAR,
    "search": Switch.SEARCH,
    "regulator": Switch.REGULATOR,
}


@dataclass(frozen=True, kw_only=True)
class Goes:
    """It goes by itself; `rule` is how the trail names what said yes."""

    rule: str


@dataclass(frozen=True, kw_only=True)
class Waits:
    """It waits for a person, because of this."""

    because: str


def by_rule(
    route: ChosenRoute,
    law: LawPack | None,
    *,
    minor: bool,
    first: bool,
    on: frozenset[Switch],
    helped: bool = False,
) -> Goes | Waits:
    """Decide about one notice as the rules would choose it now.

    `law` is the route's; `first` tells whether nothing has ever been sent about the place; `on` is
    what is switched on; `helped` whether somebody else reported for her.
    """
    needed = switches_for(route, first=first)
    if helped:
        return Waits(because="a helper's report never goes by itself")
    if because := _never(route, law, minor):
        return Waits(because=because)
    if needed is None:
        return Waits(because=f"the rung {route.rung} never goes by itself")
    if off := sorted(needed - on):
        return Waits(because=f"switched off: {', '.join(off)}")
    return Goes(rule=f"rung {route.rung}")


def _never(route: ChosenRoute, law: LawPack | None, minor: bool) -> str:
    """Say why no switch lets it go; empty if one might."""
    if minor:
        return "a minor's case never goes by itself"
    if route.why_not or not route.may_send:
        return route.why_not or "it may not be sent"
    if law is not None and law.asks_for_ownership:
        return "copyright never goes by itself"
    if law is None and not route.complaint:
        return "a report under no law never goes by itself"
    return ""


def switches_for(route: ChosenRoute, *, first: bool) -> frozenset[Switch] | None:
    """Give every switch that has to be on for a notice; None if none could let it go."""
    rung = _OF_RUNG.get(route.rung)
    if rung is None:
        return None
    needed = {rung}
    if first:
        needed.add(Switch.FIRST_NOTICE)
    if route.complaint:
        needed.add(Switch.COMPLAINT)
    return frozenset(needed)
