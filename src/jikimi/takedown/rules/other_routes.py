"""Who else may be asked now, when a caseworker knows better than the order of the rules. Pure.

There is no second set of rules: what may be chosen is what the rules themselves would come to if
their first choices led nowhere. So nobody can be chosen whom they would never ask.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from jikimi.takedown.rules.clock import to_utc
from jikimi.takedown.rules.effect import Effect
from jikimi.takedown.rules.health import Answers
from jikimi.takedown.rules.hotline_route import hotline_is_told
from jikimi.takedown.rules.notice import NoticeState
from jikimi.takedown.rules.route import choose_route
from jikimi.takedown.rules.route_values import (
    CaseFacts,
    ChosenRoute,
    PastNotice,
    RouteQuestion,
    SightingFacts,
)
from jikimi.venues.pack_values import Packs

MOST_ROUTES = 12


def other_routes(
    sighting: SightingFacts,
    case: CaseFacts,
    packs: Packs,
    history: tuple[PastNotice, ...],
    now: datetime,
    outcomes: tuple[Effect, ...] = (),
    answers: tuple[Answers, ...] = (),
) -> tuple[ChosenRoute, ...]:
    """Give what a caseworker may choose instead of the rules' first choice, in their order.

    The arguments are those of `choose_route`. Empty where the rules ask nobody, and in a minor's
    case until a hotline is told: nobody comes before it.
    """
    question = RouteQuestion(
        sighting=sighting,
        case=case,
        packs=packs,
        history=history,
        today=to_utc(now).date(),
        outcomes=outcomes,
        answers=answers,
    )
    if case.minor and not hotline_is_told(question):
        return ()
    found: list[ChosenRoute] = []
    tried = history
    while len(found) <= MOST_ROUTES:
        chosen = choose_route(sighting, case, packs, tried, now, outcomes, answers)
        if not isinstance(chosen, ChosenRoute):
            break
        found.append(chosen)
        # Without its reference: what has not happened is never told as history.
        tried += (
            PastNotice(
                recipient_id=chosen.recipient_id, law_id=chosen.law_id, state=NoticeState.REFUSED
            ),
        )
    return tuple(
        _instead(route, found[0], packs)
        for route in found[1:]
        # A complaint is about what was asked before; where nothing was, there is none to make.
        if found[0].earlier or not route.complaint
    )


def _instead(route: ChosenRoute, first: ChosenRoute, packs: Packs) -> ChosenRoute:
    because = (
        f"Because a caseworker chose {_named(route, packs)} instead of {_named(first, packs)}, "
        f"which the rules ask first.{route.also}"
    )
    return replace(route, because=because, earlier=first.earlier, another_at_once=False)


def _named(route: ChosenRoute, packs: Packs) -> str:
    name = packs.recipients[route.recipient_id].name
    return f"{name} under {packs.laws[route.law_id].title['en']}" if route.law_id else name
