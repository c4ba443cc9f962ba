"""The steps of the ladder above a platform, lowest rung first. Pure.

They come from the packs: what a recipient names as its fallback and a law as its escalation, and
the authorities that apply a law of her country, put in the order of `RANKS`.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from jikimi.takedown.rules.authorities import authorities, is_next_to_the_platform
from jikimi.takedown.rules.law_choice import LED_NOWHERE
from jikimi.takedown.rules.matrix_links import is_a_signpost
from jikimi.takedown.rules.notice import NoticeState
from jikimi.takedown.rules.route_values import RouteQuestion, Rung, SightingFacts
from jikimi.venues.hosts import is_address, normal_host
from jikimi.venues.pack_values import Recipient, RecipientId, RecipientKind

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


def steps_above(question: RouteQuestion, first: Recipient | None) -> tuple[Step, ...]:
    """Give every step after `first`, lowest rung first; each recipient once.

    An authority that is next to the platform by its law comes before the rest. Those whose notice
    a caseworker has cancelled come last: there may be nobody else.
    """
    own = authorities(question)
    named = (step for name in _names(question, first) for step in _steps(name, question, first))
    steps = [
        *(Step(rung="regulator", recipient=one) for one in own),
        *(step for step in named if step.recipient not in own),
    ]
    cancelled = {
        past.recipient_id for past in question.history if past.state is NoticeState.CANCELLED
    }
    early = [one for one in own if first and is_next_to_the_platform(one, question)]
    return tuple(
        sorted(
            dict.fromkeys(steps),
            key=lambda step: (
                step.recipient is not None and step.recipient.id in cancelled,
                step.recipient not in early,
                RANKS.index(step.rung),
            ),
        )
    )


def name_for_registries(sighting: SightingFacts) -> str | None:
    """Give the domain name or public address that a registry can know; None if none can."""
    host = normal_host(sighting.host)
    if sighting.kind != "link" or host is None or is_a_signpost(sighting.url):
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
