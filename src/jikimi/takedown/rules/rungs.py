"""The steps of the ladder above a platform, lowest rung first. Pure.

They come from the packs: what a recipient names as its fallback and a law as its escalation, and
the authorities that apply a law of her country, put in the order of `RANKS`; and the police of her
country, where she has agreed to them. For a host that no entry answers for, data of the registries
says whom to turn to.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from jikimi.takedown.rules.authorities import authorities, is_next_to_the_platform
from jikimi.takedown.rules.law_choice import LED_NOWHERE, covers
from jikimi.takedown.rules.matrix_links import is_a_signpost
from jikimi.takedown.rules.notice import NoticeState
from jikimi.takedown.rules.police_and_partners import partners_of, police_of
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
    "police": "police",
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
    "partner": ("partner", "a sister centre or a hotline in the host's country"),
}
_BY_REGISTRY = frozenset({"cdn", "host", "registrar"})
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
    steps = [
        *(Step(rung="regulator", recipient=one) for one in own),
        *(step for step in _steps_named(question, first) if step.recipient not in own),
        *_steps_of_her_own(question),
    ]
    cancelled = {
        past.recipient_id for past in question.history if past.state is NoticeState.CANCELLED
    }
    early = [one for one in own if first and is_next_to_the_platform(one, question)]
    in_order = sorted(
        dict.fromkeys(steps),
        key=lambda step: (
            step.recipient is not None and step.recipient.id in cancelled,
            step.recipient not in early,
            RANKS.index(step.rung),
        ),
    )
    return tuple(_each_recipient_once(in_order))


def name_for_registries(sighting: SightingFacts) -> str | None:
    """Give the domain name or public address that a registry can know; None if none can."""
    host = normal_host(sighting.host)
    if sighting.kind != "link" or host is None or is_a_signpost(sighting.url):
        return None
    name = host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]
    if is_address(name):
        return name if ipaddress.ip_address(name).is_global else None
    return name if "." in name and name.rpartition(".")[2] not in _NO_REGISTRY else None


def _steps_named(question: RouteQuestion, first: Recipient | None) -> Iterator[Step]:
    """Yield the steps that the packs name, each recipient's own fallback after it.

    Whatever the packs name, the police are on the ladder of who has agreed to them, and who helps
    where the place is on every one.
    """
    fallback = first.fallback if first else question.sighting.fallback
    waiting = [*fallback, *_from_laws(question)]
    if "police" in question.case.consents and police_of(question):
        waiting.append("police")
    if partners_of(question):
        waiting.append("partner")
    seen = set()
    while waiting:
        name = waiting.pop(0)
        if name in seen:
            continue
        seen.add(name)
        for step in _steps(name, question):
            if step.recipient is None:
                yield step
            elif step.recipient != first:
                yield step
                waiting += step.recipient.fallback


def _steps_of_her_own(question: RouteQuestion) -> Iterator[Step]:
    """Yield whom she herself turns to, under laws of her country that let nobody else file."""
    laws = question.packs.laws
    for law in (laws[id_] for id_ in sorted(laws)):
        if law.is_hers_alone and law.countries and covers(law, question.case):
            for name in dict.fromkeys(one.to for one in law.escalate if one.to in _OF_STEP):
                rung, words = _OF_STEP[name]
                words += f", to which she applies herself under {law.title['en']}"
                yield Step(rung=rung, recipient=None, words=words)


def _from_laws(question: RouteQuestion) -> Iterator[str]:
    for past in question.history:
        law = question.packs.laws.get(past.law_id) if past.law_id else None
        for escalation in law.escalate if law and past.state in LED_NOWHERE else ():
            if past.state.value == escalation.after:
                yield escalation.to


def _steps(name: str, question: RouteQuestion) -> list[Step]:
    """Give whom a name means: an entry, those who were found for the host, or words."""
    sighting = question.sighting
    is_public = name_for_registries(sighting) is not None
    if recipient := question.packs.recipients.get(RecipientId(name)):
        # No search engine lists what stands on no public host.
        is_pointless = recipient.kind == "search" and not is_public
        return [] if is_pointless else [Step(rung=_OF_KIND[recipient.kind], recipient=recipient)]
    if last := _last_rungs(name, question):
        return last
    if name not in _OF_STEP:
        return []
    rung, words = _OF_STEP[name]
    if name in _BY_REGISTRY and is_public and not sighting.registries_asked:
        return [Step(rung=rung, recipient=None, asks_registries=True)]
    found = _found(name, question)
    if name == "host" and (networks := _found("cdn", question)):
        hidden = Step(rung=rung, recipient=None, words=_behind(networks[0]))
        return [*networks, *(found or [hidden])]
    is_known = name == "cdn" and bool(_found("host", question))
    return found or ([] if is_known else [Step(rung=rung, recipient=None, words=words)])


def _last_rungs(name: str, question: RouteQuestion) -> list[Step]:
    """Give the police, or who helps where the place is; none where no entry names any."""
    if name == "police":
        return [Step(rung="police", recipient=one) for one in police_of(question)]
    if name == "partner":
        return [Step(rung="partner", recipient=one) for one in partners_of(question)]
    return []


def _found(name: str, question: RouteQuestion) -> list[Step]:
    """Give who was found for a step of this host.

    Where the registries name a delivery network, it stands before the host, which it hides.
    """
    known = question.packs.recipients
    contacts = [
        (contact.step, known[contact.recipient_id])
        for contact in question.sighting.contacts
        if contact.recipient_id in known
    ]
    return [
        Step(rung=_OF_STEP[name][0], recipient=recipient)
        for step, recipient in contacts
        if name == ("cdn" if step == "host" and recipient.kind == "cdn" else step)
    ]


def _behind(network: Step) -> str:
    name = network.recipient.name if network.recipient else ""
    return f"the host, which {name} hides and names in its answer"


def _each_recipient_once(steps: Iterable[Step]) -> Iterator[Step]:
    seen: set[RecipientId] = set()
    for step in steps:
        if step.recipient is None or step.recipient.id not in seen:
            yield step
        if step.recipient:
            seen.add(step.recipient.id)
