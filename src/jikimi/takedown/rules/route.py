"""Who is asked to take a picture down, under which law, and why. Pure.

The order of the questions is the policy: withdrawn stops everything; a helper's report waits until
it is known that she agrees; a minor's picture goes to a hotline before anybody else hears of it; a
platform hears of it only with consent, and never of a private room: that is for the police, who
hear only with her yes to them; and nobody is asked twice while an answer is owed. Where a platform
does nothing, the ladder says who is next; an authority whose law waits for no platform is asked at
once, beside it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from jikimi.takedown.rules.clock import clock_from_us, follow_up, to_utc
from jikimi.takedown.rules.effect import Effect
from jikimi.takedown.rules.health import Answers, known_not_to_work
from jikimi.takedown.rules.hotline_route import (
    consent_blockers,
    find_hotline,
    hotline_is_told,
    hotline_reason,
)
from jikimi.takedown.rules.ladder import (
    authority_at_once,
    next_rung,
    police_alone,
    stalled_at_once,
)
from jikimi.takedown.rules.ladder_words import (
    at_once_reason,
    climb_reason,
    police_reason,
    sent_before,
)
from jikimi.takedown.rules.law_choice import best_law, owes_an_answer
from jikimi.takedown.rules.platform_route import (
    Unanswered,
    find_platform,
    platform_reason,
    why_private,
)
from jikimi.takedown.rules.route_values import (
    Addressee,
    CaseFacts,
    ChosenRoute,
    Climbed,
    NoRoute,
    PastNotice,
    RouteQuestion,
    Rung,
    SightingFacts,
)
from jikimi.takedown.rules.route_words import letter_and_time, where_she_lives
from jikimi.takedown.rules.sending import (
    law_blockers,
    recipient_blockers,
    refused_by_hand,
    unread_entries,
)
from jikimi.venues.pack_values import LawPack, Packs, Recipient

__all__ = [
    "CaseFacts",
    "ChosenRoute",
    "NoRoute",
    "PastNotice",
    "SightingFacts",
    "choose_route",
]


def choose_route(
    sighting: SightingFacts,
    case: CaseFacts,
    packs: Packs,
    history: tuple[PastNotice, ...],
    now: datetime,
    outcomes: tuple[Effect, ...] = (),
    answers: tuple[Answers, ...] = (),
) -> ChosenRoute | NoRoute:
    """Choose the next notice about one sighting. Raises ValueError if `now` has no time zone.

    `history` is what was written about this sighting before, oldest first; `outcomes` what came of
    all the centre's notices, by recipient and law; `answers` what authorities answered of late.
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
    if case.withdrawn:
        return NoRoute(because="Because she has withdrawn, nothing more is sent for this case.")
    if not case.authorised:
        return NoRoute(
            because="Because somebody else reported it and it is not known that she agrees, nobody "
            "is written to. Find out, and confirm it on the case."
        )
    if case.minor and not hotline_is_told(question):
        return _to_hotline(question)
    if sighting.live is False:
        return NoRoute(
            because="Because the picture is gone, or said to be gone, there is nothing to ask for. "
            "It is asked for again if it comes back."
        )
    if why_none := why_private(question) or _without_platforms(case):
        return _to_police(question, why_none)
    return _to_platform(question)


def _to_hotline(question: RouteQuestion) -> ChosenRoute | NoRoute:
    to = find_hotline(question)
    if isinstance(to, NoRoute):
        return to
    because = hotline_reason(to.recipient, question)
    return _chosen(to, None, because, question)


def _without_platforms(case: CaseFacts) -> str:
    """Say that she has not agreed to platforms; empty if she has."""
    if "platforms" in case.consents:
        return ""
    return (
        "Because she has not agreed that platforms are told, none is: ask her whether they may be."
    )


def _to_police(question: RouteQuestion, why_no_platform: str) -> ChosenRoute | NoRoute:
    climbed = police_alone(question, why_no_platform)
    if isinstance(climbed, NoRoute):
        return climbed
    because = police_reason(climbed, why_no_platform, question)
    return _chosen(climbed.to, None, because, question, rung="police")


def _to_platform(question: RouteQuestion) -> ChosenRoute | NoRoute:
    to = find_platform(question)
    if isinstance(to, NoRoute):
        return to
    first = None if isinstance(to, Unanswered) else to
    at_once = authority_at_once(question)
    if at_once and (first is None or _has_heard(first, question)):
        return replace(_at_once(at_once, first, question), another_at_once=first is None)
    if isinstance(to, Unanswered):
        return _up_the_ladder(None, question)
    chosen = _ask_platform(to, question)
    if at_once and isinstance(chosen, ChosenRoute) and chosen.rung == "platform":
        return replace(chosen, another_at_once=True)
    return chosen


def _ask_platform(recipient: Recipient, question: RouteQuestion) -> ChosenRoute | NoRoute:
    if owes_an_answer(past for past in question.history if past.recipient_id == recipient.id):
        return NoRoute(
            because=f"Because {recipient.name} already has a notice about this link, or one waits "
            "to be sent, it is not written to again. Wait for its answer or its clock."
        )
    law = best_law(recipient, question)
    route = recipient.route_for(question.case.subject, law.id) if law else None
    if law is None or route is None:
        return _up_the_ladder(recipient, question)
    if known_not_to_work(recipient):
        instead = _up_the_ladder(recipient, question)
        if isinstance(instead, ChosenRoute) or instead.waits or recipient.status == "dead":
            return instead
    because = platform_reason(recipient, law, question)
    if stalled := stalled_at_once(question):
        because += f" Passed over: {'; '.join(stalled)}."
    to = Addressee(recipient=recipient, route=route)
    return _chosen(to, law, because, question)


def _has_heard(recipient: Recipient, question: RouteQuestion) -> bool:
    return any(past.recipient_id == recipient.id for past in question.history)


def _at_once(asked: Climbed, first: Recipient | None, question: RouteQuestion) -> ChosenRoute:
    because = at_once_reason(asked.to.recipient, asked.law, first, question)
    return _chosen(asked.to, asked.law, because, question, rung=asked.rung)


def _up_the_ladder(first: Recipient | None, question: RouteQuestion) -> ChosenRoute | NoRoute:
    climbed = next_rung(question, first)
    if isinstance(climbed, NoRoute):
        return climbed
    because = climb_reason(climbed, first, question)
    return _chosen(climbed.to, climbed.law, because, question, rung=climbed.rung)


def _chosen(
    to: Addressee,
    law: LawPack | None,
    because: str,
    question: RouteQuestion,
    rung: Rung = "platform",
) -> ChosenRoute:
    recipient, today = to.recipient, question.today
    unagreed = consent_blockers(question.case) if law is None else ()
    of_law = law_blockers(law, recipient.kind, today) if law else ()
    blockers = (*recipient_blockers(recipient, today), *of_law, *unagreed)
    refused = (*refused_by_hand(recipient, law, today), *unagreed)
    time = follow_up(law, recipient)
    also = where_she_lives(law, recipient, question.case) + letter_and_time(recipient, time)
    return ChosenRoute(
        recipient_id=recipient.id,
        law_id=law.id if law else None,
        route_id=to.route.id,
        route_type=to.route.type,
        address=to.route.address,
        auto_send=to.route.auto_send,
        languages=tuple(dict.fromkeys((recipient.language, "en"))),
        due=clock.length if (clock := clock_from_us(law)) else None,
        follow_up=time,
        because=because + also,
        also=also,
        may_send=not blockers,
        why_not=f"Not to be sent yet: {'; '.join(blockers)}." if blockers else None,
        unread=unread_entries(recipient, law),
        not_by_hand=f"Not to be handed over: {'; '.join(refused)}." if refused else None,
        rung=rung,
        complaint=law is None and rung == "regulator",
        earlier=sent_before(question),
    )
