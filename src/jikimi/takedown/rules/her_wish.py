"""Whether what a survivor took back stands in a notice's way. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from jikimi.takedown.rules.route_values import ChosenRoute, NoRoute


@dataclass(frozen=True, kw_only=True)
class HerWish:
    """What she allows now."""

    consents: frozenset[str]
    refused: frozenset[str]
    """Ids of recipients that shall get nothing more."""


def is_unwanted(recipient_id: str, *, rung: str, has_law: bool, wish: HerWish) -> bool:
    """Tell whether a notice that waits may not leave any more.

    A hotline's notice rests on the centre acting for her, one to the police on her yes to them, and
    every other on her yes to platforms.
    """
    if recipient_id in wish.refused:
        return True
    needed = {"platforms"}
    if rung == "police":
        needed = {"police"}
    elif rung == "platform" and not has_law:
        needed = {"centre", "police"}
    return not wish.consents & needed


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
