"""Whom to turn to when a platform does nothing: the next rung of the ladder, and why. Pure.

`rungs` says which steps there are and in which order. Somebody who owes an answer is waited for;
somebody who has stalled (`health`) is passed over, and the reason says so. An authority whose law
says so is asked at once, beside the platform.
"""

from __future__ import annotations

from jikimi.takedown.rules.authorities import asked_at_once
from jikimi.takedown.rules.health import passed_over_because
from jikimi.takedown.rules.ladder_words import (
    no_police_reason,
    registries_first,
    top_of_ladder,
)
from jikimi.takedown.rules.law_choice import LED_NOWHERE, best_law, owes_an_answer
from jikimi.takedown.rules.notice import NoticeState
from jikimi.takedown.rules.police_and_partners import partners_of, police_of
from jikimi.takedown.rules.route_values import (
    Addressee,
    CaseFacts,
    Climbed,
    NoRoute,
    PastNotice,
    RouteQuestion,
    Rung,
)
from jikimi.takedown.rules.rungs import steps_above
from jikimi.venues.pack_values import LawPack, Recipient

_SENDS = frozenset({"email", "api"})


def next_rung(question: RouteQuestion, first: Recipient | None) -> Climbed | NoRoute:
    """Find who comes after `first`, the platform; None where nobody answers for the host."""
    passed_over: list[str] = []
    by_hand: list[str] = []
    for step in steps_above(question, first):
        if step.asks_registries:
            return NoRoute(because=registries_first(first), waits=True, ask_registries=True)
        if step.recipient is None:
            by_hand.append(step.words)
            continue
        tried = _try(step.rung, step.recipient, question)
        if isinstance(tried, NoRoute):
            return tried
        if isinstance(tried, str):
            passed_over.append(tried)
        else:
            return Climbed(
                rung=step.rung,
                to=tried[0],
                law=tried[1],
                passed_over=tuple(passed_over),
                by_hand=tuple(dict.fromkeys(by_hand)),
            )
    return NoRoute(because=top_of_ladder(first, by_hand, passed_over))


def police_alone(question: RouteQuestion, why_no_platform: str) -> Climbed | NoRoute:
    """Find the police for a place about which no platform can be asked."""
    passed_over: list[str] = []
    for police in police_of(question):
        tried = _try("police", police, question)
        if isinstance(tried, NoRoute):
            return tried
        if isinstance(tried, tuple):
            over = tuple(passed_over)
            return Climbed(rung="police", to=tried[0], law=None, passed_over=over)
        passed_over.append(tried)
    agreed = "police" in question.case.consents
    return NoRoute(because=no_police_reason(why_no_platform, passed_over, agreed=agreed))


def authority_at_once(question: RouteQuestion) -> Climbed | None:
    """Find an authority of her country that need not wait for anybody and has not heard of it."""
    heard = {past.recipient_id for past in question.history}
    for authority in asked_at_once(question):
        if authority.id not in heard:
            tried = _try("regulator", authority, question)
            if isinstance(tried, tuple):
                return Climbed(rung="regulator", to=tried[0], law=tried[1])
    return None


def stalled_at_once(question: RouteQuestion) -> tuple[str, ...]:
    """Say which authorities would be asked at once, had they not stalled, and why they are not."""
    found = (_stalled("regulator", one, question) for one in asked_at_once(question))
    return tuple(filter(None, found))


def _stalled(rung: Rung, recipient: Recipient, question: RouteQuestion) -> str:
    is_authority = rung == "regulator"
    why = passed_over_because(recipient, question.answers, as_authority=is_authority)
    return f"{recipient.name}, which {why}" if why else ""


def _try(
    rung: Rung, recipient: Recipient, question: RouteQuestion
) -> tuple[Addressee, LawPack | None] | NoRoute | str:
    """Try one recipient: the way to it and the law, a wait, or why it is passed over."""
    earlier = [past for past in question.history if past.recipient_id == recipient.id]
    if owes_an_answer(earlier):
        return NoRoute(
            because=f"Because {recipient.name}, the next rung, already has a notice about this "
            "link, or one waits to be sent, nobody else is written to. Wait for its answer or "
            "its clock.",
            waits=True,
        )
    if reason := _passed_over(rung, recipient, earlier, question):
        return reason
    # The police are told of an offence; no law of the packs is theirs to apply.
    law = best_law(recipient, question) if rung != "police" else None
    route = recipient.route_for(question.case.subject, law.id) if law else None
    if law and route:
        return Addressee(recipient=recipient, route=route), law
    if rung in ("regulator", "police", "partner"):
        return _without_law(rung, recipient, earlier, question)
    return f"{recipient.name}, under no law of ours that is left"


def _passed_over(
    rung: Rung, recipient: Recipient, earlier: list[PastNotice], question: RouteQuestion
) -> str | None:
    case = question.case
    if stalled := _stalled(rung, recipient, question):
        return stalled
    if question.sighting.live is not True and any(
        past.state is NoticeState.REMOVED and not past.on_word_of for past in earlier
    ):
        return f"{recipient.name}, which has already removed it"
    if not recipient.routes_for(case.subject):
        return f"{recipient.name}, which has no address for pictures of {case.subject}s"
    helps = rung != "partner" or case.minor or recipient in partners_of(question)
    if not helps and best_law(recipient, question) is None:
        return f"{recipient.name}, which applies no law to an adult's picture"
    return _without_her_yes(rung, recipient, case)


def _without_her_yes(rung: Rung, recipient: Recipient, case: CaseFacts) -> str | None:
    if recipient.is_police and "police" not in case.consents:
        return f"{recipient.name}, because she has not agreed that the police are told"
    # A partner abroad reads that the centre acts for her; a yes to the police does not say that.
    enough = {"centre"} if rung == "partner" and not case.minor else {"centre", "police"}
    if rung in ("regulator", "partner") and not case.consents & enough:
        return f"{recipient.name}, because she has not agreed that the centre acts for her"
    return None


def _without_law(
    rung: Rung, recipient: Recipient, earlier: list[PastNotice], question: RouteQuestion
) -> tuple[Addressee, LawPack | None] | str:
    """A complaint, what police or partners are told, or a report of a minor's picture: once.

    It is worded for a form or a call; only a report of a minor's picture may go by mail.
    """
    if any(past.state in LED_NOWHERE for past in earlier):
        return f"{recipient.name}, which has been told already"
    subject = question.case.subject
    may_go = rung == "partner" and question.case.minor
    by_hand = (
        route
        for route in recipient.routes_for(subject)
        if not route.laws and (may_go or route.type not in _SENDS)
    )
    route = next(by_hand, None)
    if route is None:
        return f"{recipient.name}, which takes complaints by mail only: a person writes that"
    return Addressee(recipient=recipient, route=route), None
