"""Whether what a survivor took back stands in a notice's way. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from jikimi.takedown.rules.route_values import ChosenRoute, NoRoute

_CENTRE, _POLICE, _PLATFORMS = (frozenset({one}) for one in ("centre", "police", "platforms"))


@dataclass(frozen=True, kw_only=True)
class HerWish:
    """What she allows now."""

    consents: frozenset[str]
    refused: frozenset[str]
    """Ids of recipients that shall get nothing more."""


@dataclass(frozen=True, kw_only=True)
class WaitingNotice:
    """What her wish is held against."""

    recipient_id: str
    rung: str
    has_law: bool
    minor: bool
    tells_police: bool
    """Who reads it is the police, or is run by them."""


def is_unwanted(notice: WaitingNotice, wish: HerWish) -> bool:
    """Tell whether a notice that waits may not leave any more."""
    if notice.recipient_id in wish.refused:
        return True
    return any(not wish.consents & one_of for one_of in _rests_on(notice))


def _rests_on(notice: WaitingNotice) -> Iterator[frozenset[str]]:
    """Give what she must have agreed to: to one of each set, as the rules asked when they chose."""
    if notice.tells_police:
        yield _POLICE
    if notice.rung == "police":
        return
    if notice.rung == "platform" and not notice.has_law:
        yield _CENTRE | _POLICE
        return
    yield _PLATFORMS
    if notice.rung == "regulator" or (notice.rung == "partner" and notice.minor):
        yield _CENTRE | _POLICE
    elif notice.rung == "partner":
        yield _CENTRE


def if_she_wants_it(
    chosen: ChosenRoute | NoRoute, refused: frozenset[str]
) -> ChosenRoute | NoRoute:
    """Give the rules' choice, or, where she refuses that recipient, why nobody is asked."""
    if isinstance(chosen, NoRoute) or chosen.recipient_id not in refused:
        return chosen
    return NoRoute(
        because="Because she does not want the recipient that comes next to get anything more, "
        "nobody is asked. Talk with her, or choose by hand who else may be asked."
    )
