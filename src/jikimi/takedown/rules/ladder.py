"""Whom to turn to when a platform does nothing: the next rung of the ladder, and why. Pure.

The rungs come from the packs: what a recipient names as its fallback and a law as its escalation,
put in the order of `RANKS`. Somebody who owes an answer is waited for; somebody who has stalled
(`health`) is passed over, and the reason says so.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from jikimi.takedown.rules.health import passed_over_because
from jikimi.takedown.rules.ladder_words import registries_first, top_of_ladder
from jikimi.takedown.rules.law_choice import LED_NOWHERE, best_law, owes_an_answer
from jikimi.takedown.rules.notice import NoticeState
from jikimi.takedown.rules.route_values import (
    Addressee,
    NoRoute,
    PastNotice,
    RouteQuestion,
    Rung,
    SightingFacts,
)
from jikimi.venues.hosts import is_address, normal_host
from jikimi.venues.pack_values import LawPack, Recipient, RecipientId, RecipientKind

RANKS: tuple[Rung, ...] = (
    "platform",
    "operator",
    "cdn",
    "host",
    "registrar",
    "search",
    "regulator",
    "police",
    "partner",
)
_OF_KIND: Mapping[RecipientKind, Rung] = {
    "platform": "operator",
    "cdn": "cdn",
    "host": "host",
    "registrar": "registrar",
    "search": "search",
    "regulator": "regulator",
    "hotline": "partner",
}
_OF_STEP: Mapping[str, tuple[Rung, str]] = {
    "site_operator": ("operator", "the site's operator, named on the site itself"),
    "own_complaint": ("operator", "its own complaint procedure"),
    "cdn": ("cdn", "the network that delivers the site"),
    "host": ("host", "the host"),
    "registrar": ("registrar", "the registrar"),
    "registry": ("registrar", "the registry of its domain"),
    "dispute_body": ("regulator", "an out-of-court dispute body"),
    "digital_services_coordinator": ("regulator", "the Digital Services Coordinator"),
    "grievance_committee": ("regulator", "the grievance committee"),
    "ministry": ("regulator", "the ministry in charge"),
    "tribunal": ("police", "a tribunal"),
    "court": ("police", "a court"),
    "prosecutor": ("police", "the prosecutor"),
    "police": ("police", "the police"),
}
_BY_REGISTRY = frozenset({"host", "registrar"})
"""Steps that the registries' public data give a name and an address to."""
_NO_REGISTRY = frozenset({"localhost", "local", "onion", "invalid", "arpa", "internal"})


@dataclass(frozen=True, kw_only=True)
class Step:
    """One thing to try: a recipient, or, where nobody knows one, a person's step in words."""

    rung: Rung
    recipient: Recipient | None
    words: str = ""
    asks_registries: bool = False


@dataclass(frozen=True, kw_only=True)
class Climbed:
    """The next rung. `law` is None for a complaint to a regulator and a report to a partner."""

    rung: Rung
    to: Addressee
    law: LawPack | None
    passed_over: tuple[str, ...]


def next_rung(question: RouteQuestion, first: Recipient | None) -> Climbed | NoRoute:
    """Find who comes after `first`, the platform; None where nobody answers for the host."""
    passed_over: list[str] = []
    by_hand: list[str] = []
    for step in steps_above(question, first):
        if step.asks_registries:
            return NoRoute(because=registries_first(first), ask_registries=True)
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
                rung=step.rung, to=tried[0], law=tried[1], passed_over=tuple(passed_over)
            )
    return NoRoute(because=top_of_ladder(first, by_hand, passed_over))


def steps_above(question: RouteQuestion, first: Recipient | None) -> tuple[Step, ...]:
    """Give every step after `first`, lowest rung first; each recipient once.

    Those whose notice a caseworker has cancelled come last: there may be nobody else.
    """
    steps = [step for name in _names(question, first) for step in _steps(name, question, first)]
    cancelled = {
        past.recipient_id for past in question.history if past.state is NoticeState.CANCELLED
    }
    return tuple(
        sorted(
            dict.fromkeys(steps),
            key=lambda step: (
                step.recipient is not None and step.recipient.id in cancelled,
                RANKS.index(step.rung),
            ),
        )
    )


def name_for_registries(sighting: SightingFacts) -> str | None:
    """Give the domain name or public address that a registry can know; None if none can."""
    host = normal_host(sighting.host)
    if sighting.kind != "link" or host is None:
        return None
    name = host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]
    if is_address(name):
        return name if ipaddress.ip_address(name).is_global else None
    return name if "." in name and name.rpartition(".")[2] not in _NO_REGISTRY else None


def _names(question: RouteQuestion, first: Recipient | None) -> Iterator[str]:
    """Yield what the packs name, each recipient's own fallback after it; never one twice."""
    if first is None:
        yield from ("host", "registrar")
    waiting = [*(first.fallback if first else ()), *_from_laws(question)]
    seen = {str(first.id)} if first else set()
    while waiting:
        name = waiting.pop(0)
        if name in seen:
            continue
        seen.add(name)
        yield name
        recipient = question.packs.recipients.get(RecipientId(name))
        waiting += recipient.fallback if recipient else ()


def _from_laws(question: RouteQuestion) -> Iterator[str]:
    for past in question.history:
        law = question.packs.laws.get(past.law_id) if past.law_id else None
        for escalation in law.escalate if law and past.state in LED_NOWHERE else ():
            if past.state.value == escalation.after:
                yield escalation.to


def _steps(name: str, question: RouteQuestion, first: Recipient | None) -> Iterator[Step]:
    if recipient := question.packs.recipients.get(RecipientId(name)):
        if recipient != first:
            yield Step(rung=_OF_KIND[recipient.kind], recipient=recipient)
        return
    if name not in _OF_STEP:
        return
    rung, words = _OF_STEP[name]
    if name not in _BY_REGISTRY:
        yield Step(rung=rung, recipient=None, words=words)
    elif question.sighting.registries_asked or not name_for_registries(question.sighting):
        found = [one for one in _contacts(question) if one.kind == name]
        yield from (Step(rung=rung, recipient=one) for one in found)
        if not found:
            yield Step(rung=rung, recipient=None, words=words)
    else:
        yield Step(rung=rung, recipient=None, asks_registries=True)


def _contacts(question: RouteQuestion) -> list[Recipient]:
    known = question.packs.recipients
    return [known[id_] for id_ in question.sighting.contacts if id_ in known]


def _try(
    rung: Rung, recipient: Recipient, question: RouteQuestion
) -> tuple[Addressee, LawPack | None] | NoRoute | str:
    """Try one recipient: the way to it and the law, a wait, or why it is passed over."""
    earlier = [past for past in question.history if past.recipient_id == recipient.id]
    if owes_an_answer(earlier):
        return NoRoute(
            because=f"Because {recipient.name}, the next rung, already has a notice about this "
            "link, or one waits to be sent, nobody else is written to. Wait for its answer or "
            "its clock."
        )
    if reason := _passed_over(rung, recipient, earlier, question):
        return reason
    law = best_law(recipient, question)
    route = recipient.route_for(question.case.subject)
    if law and route:
        return Addressee(recipient=recipient, route=route), law
    if rung in ("regulator", "partner"):
        return _without_law(rung, recipient, earlier, question)
    return f"{recipient.name}, under no law of ours that is left"


def _passed_over(
    rung: Rung, recipient: Recipient, earlier: list[PastNotice], question: RouteQuestion
) -> str | None:
    case = question.case
    if stalled := passed_over_because(recipient, question.answers):
        return f"{recipient.name}, which {stalled}"
    if question.sighting.live is not True and any(
        past.state is NoticeState.REMOVED for past in earlier
    ):
        return f"{recipient.name}, which has already removed it"
    if recipient.route_for(case.subject) is None:
        return f"{recipient.name}, which has no address for pictures of {case.subject}s"
    if rung == "partner" and not case.minor:
        return f"{recipient.name}, which is for pictures of minors"
    if rung in ("regulator", "partner") and not case.consents & {"centre", "police"}:
        return f"{recipient.name}, because she has not agreed that the centre acts for her"
    return None


def _without_law(
    rung: Rung, recipient: Recipient, earlier: list[PastNotice], question: RouteQuestion
) -> tuple[Addressee, LawPack | None] | str:
    """A complaint, or a report of a minor's picture: once, and handed over by a person.

    It is worded for a form or a call; a mail to a regulator is for a person to write.
    """
    if any(past.state in LED_NOWHERE for past in earlier):
        return f"{recipient.name}, which has been told already"
    subject = question.case.subject
    by_hand = (
        route
        for route in recipient.routes
        if subject in route.subjects and (rung == "partner" or route.type != "email")
    )
    route = next(by_hand, None)
    if route is None:
        return f"{recipient.name}, which takes complaints by mail only: a person writes that"
    return Addressee(recipient=recipient, route=route), None
