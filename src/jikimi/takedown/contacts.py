"""What registries and colleagues said about who runs a host, as recipients beside the packs.

An address in the domains of an entry that carries sites (a delivery network, a host, a registrar)
is that entry's: it is reached by its own way, with its own limits and privacy settings, and nothing
is mailed past them. One at a platform is a contact of its own.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import cache

from django.conf import settings
from django.db.models import F, QuerySet

from jikimi.cases.models import Sighting
from jikimi.takedown.asking_once import answered, is_answered, once
from jikimi.takedown.rdap.again import GOOD_FOR
from jikimi.takedown.rdap.models import FoundContact, RegistryAnswer
from jikimi.takedown.rdap.registries import Registries, load_registries
from jikimi.takedown.rules.matrix_links import is_a_signpost
from jikimi.takedown.rules.route_values import HostContact
from jikimi.venues.addresses import domain_of
from jikimi.venues.lookups import packs_in_use
from jikimi.venues.pack_values import (
    Packs,
    Recipient,
    RecipientId,
    RecipientKind,
    Review,
    Route,
    RouteLimits,
    Source,
    Status,
)

_PRIVACY = "the centre's name and address reach the recipient; no survivor is named"
_WHO_RUNS_IT = frozenset({"site_operator", "cdn", "host", "registrar", "registry"})
_KINDS: Mapping[str, RecipientKind] = {
    "site_operator": "platform",
    "host": "host",
    "registrar": "registrar",
    "registry": "registrar",
}
_CARRY_SITES: frozenset[RecipientKind] = frozenset({"cdn", "host", "registrar"})


def contacts_of(sighting: Sighting) -> tuple[FoundContact, ...]:
    """The addresses that are known for its host, whoever gave them out."""
    return _contacts_at(sighting.host) if sighting.host else ()


def entry_for(email: str) -> Recipient | None:
    """The entry of a firm that carries sites, in whose domains a mail address is; None if in none.

    A platform's domain may be where a small host has its mailbox. Raises PackError.
    """
    entry = packs_asked_once().recipient_for_host(domain_of(email))
    return entry if entry is not None and entry.kind in _CARRY_SITES else None


def is_good(contact: FoundContact, now: datetime) -> bool:
    """Whether a person has said yes to it, and that is not too long ago."""
    return contact.confirmed_at is not None and now < contact.confirmed_at + GOOD_FOR


def asks_who_runs(sighting: Sighting) -> bool:
    """Whether the ladder of a place comes to who runs its host at all. Raises PackError.

    It does where no entry answers for the host, and where its entry says so.
    """
    if sighting.kind != "link" or not sighting.host or is_a_signpost(sighting.address):
        return False
    owner = packs_asked_once().recipient_for_host(sighting.host)
    return owner is None or not _WHO_RUNS_IT.isdisjoint(owner.fallback)


def host_contacts(sighting: Sighting) -> tuple[HostContact, ...]:
    """Who stands at which step of the ladder for its host. Raises PackError.

    An address that is given out no more speaks for no entry; as a recipient of its own it is dead.
    """
    counting = ((one, entry_for(one.email)) for one in contacts_of(sighting) if one.counts)
    return tuple(
        HostContact(step=one.kind, recipient_id=entry.id if entry else _recipient_id(one))
        for one, entry in counting
        if not (entry and one.gone_at)
    )


def packs_for(sighting: Sighting) -> Packs:
    """The packs in use, and what was found for this place's host. Raises PackError."""
    return _packs_at(sighting.host)


def recipient_of(recipient_id: str, sighting: Sighting) -> Recipient | None:
    """One recipient of the packs or, else, of what was found for a host. Raises PackError."""
    known = packs_asked_once().recipients.get(RecipientId(recipient_id))
    return known or packs_for(sighting).recipients.get(RecipientId(recipient_id))


@once
def _packs_at(host: str) -> Packs:
    packs = packs_asked_once()
    contacts = _contacts_at(host) if host else ()
    nobodys = (one for one in contacts if one.counts and entry_for(one.email) is None)
    found = {one.id: one for one in map(_as_recipient, nobodys)}
    return replace(packs, recipients={**packs.recipients, **found}) if found else packs


@once
def packs_asked_once() -> Packs:
    """The packs in use; within an action they stay what they were. Raises PackError."""
    return packs_in_use()


@cache
def registries_in_use() -> Registries:
    """The registries that ship and the centre's own, read once per process. Raises PackError."""
    return load_registries(*settings.PACK_FOLDERS)


def read_registries_about(sightings: Iterable[Sighting]) -> None:
    """Ask what is known of the hosts of these places with two queries, inside `asking_once`.

    Hosts that the block knows of already are not asked for again.
    """
    hosts = {one.host for one in sightings if not is_answered(are_registries_asked, one.host)}
    if not hosts:
        return
    known = RegistryAnswer.objects.filter(host__in=hosts)
    asked_at = dict(known.values_list("host", "asked_at"))
    found: dict[str, list[FoundContact]] = {}
    if asked_at:
        for contact in _in_order(FoundContact.objects.filter(answer__host__in=asked_at.keys())):
            found.setdefault(contact.answer.host, []).append(contact)
    for host in hosts:
        answered(are_registries_asked, asked_at.get(host) is not None, host)
        answered(_contacts_at, tuple(found.get(host, ())), host)


@once
def are_registries_asked(host: str) -> bool:
    """Whether the registries have been asked who runs a host."""
    return RegistryAnswer.objects.filter(host=host, asked_at__isnull=False).exists()


@once
def _contacts_at(host: str) -> tuple[FoundContact, ...]:
    return tuple(_in_order(FoundContact.objects.filter(answer__host=host)))


def _in_order(contacts: QuerySet[FoundContact]) -> QuerySet[FoundContact]:
    """By kind; those that are given out no more come last in it."""
    gone_last = F("gone_at").asc(nulls_first=True)
    return contacts.select_related("answer").order_by("kind", gone_last, "found_at", "pk")


def _as_recipient(contact: FoundContact) -> Recipient:
    """A found address as a recipient: unverified until a person has said yes to it.

    It owns no domain: that somebody hosts a site does not make links there its own.
    """
    is_operator = contact.kind == "site_operator"
    since = contact.confirmed_at or contact.found_at
    return Recipient(
        id=_recipient_id(contact),
        name=contact.name,
        kind=_KINDS[contact.kind],
        status=_status(contact),
        language="en",
        serves=frozenset(),
        domains=(),
        private_paths=(),
        may_receive=frozenset({"link"}),
        routes=(_route(contact),),
        laws_ranked=registries_in_use().laws_ranked,
        stated_time=None,
        adapter="" if is_operator else "xarf",
        fallback=(),
        sources=(_source(contact),),
        review=_review(since),
    )


def _status(contact: FoundContact) -> Status:
    if contact.is_nobodys:
        return "dead"
    return "verified" if contact.confirmed_at else "unverified"


def _recipient_id(contact: FoundContact) -> RecipientId:
    return RecipientId(contact.recipient_id)


def _route(contact: FoundContact) -> Route:
    return Route(
        id="abuse-mail",
        type="email",
        address=contact.email,
        auto_send=True,
        # Who operates a site may be the offender: a minor's report is for hotline, police and host.
        subjects=frozenset({"adult"} if contact.kind == "site_operator" else {"adult", "minor"}),
        limits=RouteLimits(
            links_per_notice=1 if contact.kind == "site_operator" else None,
            one_host_per_notice=True,
            note=None,
        ),
        privacy=_PRIVACY,
    )


def _source(contact: FoundContact) -> Source:
    if contact.entered_by_id:
        return Source(
            title=contact.source,
            kind="colleague",
            retrieved=contact.found_at.date(),
            confidence="S",
            url=None,
        )
    return Source(
        title="The registry's public answer (RDAP)",
        kind="registry",
        retrieved=contact.found_at.date(),
        confidence="S",
        url=contact.source,
    )


def _review(since: datetime) -> Review:
    last = (since + GOOD_FOR).date()
    return Review(by=last, expires=last)
