"""The one place where the rules are asked for a route with all that the database knows."""

from dataclasses import replace
from datetime import datetime

from jikimi.cases.models import Case, Sighting
from jikimi.takedown.contacts import packs_for
from jikimi.takedown.facts import case_facts, past_notices, sighting_facts
from jikimi.takedown.outcomes import authority_answers_at, effects_at
from jikimi.takedown.rules.her_wish import if_she_wants_it
from jikimi.takedown.rules.notice import CLOCK_RUNS, NoticeState
from jikimi.takedown.rules.other_routes import other_routes
from jikimi.takedown.rules.route import ChosenRoute, NoRoute, PastNotice, choose_route
from jikimi.takedown.withdrawals.lookups import refused_in


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
    chosen = choose_route(
        sighting_facts(sighting),
        case_facts(case),
        packs_for(sighting),
        past_notices(sighting) if history is None else history,
        now,
        effects_at(figures_of or now),
        authority_answers_at(figures_of or now),
    )
    return if_she_wants_it(chosen, _refused_in(case))


def other_routes_for(
    sighting: Sighting, case: Case, *, now: datetime, history: tuple[PastNotice, ...]
) -> tuple[ChosenRoute, ...]:
    """What a caseworker may choose instead of what the rules choose first."""
    found = other_routes(
        sighting_facts(sighting),
        case_facts(case),
        packs_for(sighting),
        history,
        now,
        effects_at(now),
        authority_answers_at(now),
    )
    refused = _refused_in(case)
    return tuple(one for one in found if one.recipient_id not in refused)


def _refused_in(case: Case) -> frozenset[str]:
    return refused_in(case.pk) if case.narrowed_at else frozenset()


def next_if_it_leads_nowhere(sighting: Sighting, case: Case, *, now: datetime) -> str:
    """Who would be next if every clock of a place ran out now, and why, as sentences."""
    history = tuple(
        # Without its reference, so that what has not happened is not told as history.
        replace(past, state=NoticeState.OVERDUE, reference="") if past.state in CLOCK_RUNS else past
        for past in past_notices(sighting)
    )
    chosen = route_for(sighting, case, now=now, history=history)
    if isinstance(chosen, NoRoute):
        return f"No notice follows by itself if this leads nowhere. {chosen.because}"
    name = packs_for(sighting).recipients[chosen.recipient_id].name
    return f"Next, if this leads nowhere: a notice to {name}. {chosen.because}"
