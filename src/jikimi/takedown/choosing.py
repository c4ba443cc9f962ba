"""The one place where the rules are asked for a route with all that the database knows."""

from datetime import datetime

from jikimi.cases.models import Case, Sighting
from jikimi.takedown.contacts import packs_for
from jikimi.takedown.facts import case_facts, past_notices, sighting_facts
from jikimi.takedown.outcomes import effects_at
from jikimi.takedown.rules.route import ChosenRoute, NoRoute, PastNotice, choose_route


def route_for(
    sighting: Sighting,
    case: Case,
    *,
    now: datetime,
    history: tuple[PastNotice, ...] | None = None,
    figures_of: datetime | None = None,
) -> ChosenRoute | NoRoute:
    """What the rules choose for a place.

    `history` takes the place of what was really sent; `figures_of` is the time whose figures of
    our own count, if not now's: a draft is not to become another because the figures moved on.
    """
    return choose_route(
        sighting_facts(sighting),
        case_facts(case),
        packs_for(sighting),
        past_notices(sighting) if history is None else history,
        now,
        effects_at(figures_of or now),
    )
