"""The real look-up: over the guarded fetcher, at the registries that the data file names."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from http import HTTPStatus
from urllib.parse import quote

from jikimi.takedown.rdap import ContactKind, RegistriesSilent, RegistryContact
from jikimi.takedown.rdap.answers import Unreadable, abuse_contacts
from jikimi.takedown.rdap.bootstrap import SECONDS, services_from
from jikimi.takedown.rdap.registries import Registries
from jikimi.takedown.seeing.addresses import public_addresses
from jikimi.takedown.seeing.deadline import Deadline
from jikimi.takedown.seeing.errors import SeeingError
from jikimi.takedown.seeing.fetching import LinkFetcher
from jikimi.venues.hosts import is_address

ACCEPT = "application/rdap+json, application/json;q=0.9"
_MOST_LABELS = 4
_FEWEST_LABELS = 2

Resolver = Callable[[str], tuple[str, ...]]


def addresses_of(host: str) -> tuple[str, ...]:
    """Resolve a name to public addresses in numbers. Raises a `SeeingError`."""
    return public_addresses(host, Deadline(SECONDS))


class RegistryLookup:
    """The real `RdapLookup`."""

    def __init__(
        self, fetcher: LinkFetcher, registries: Registries, resolve: Resolver = addresses_of
    ) -> None:
        """``fetcher`` asks with the header `ACCEPT`."""
        self._fetcher = fetcher
        self._registries = registries
        self._resolve = resolve

    def contacts_for(self, host: str) -> tuple[RegistryContact, ...]:
        """Ask about the address first, then about the name. Raises RegistriesSilent."""
        host = host.strip("[]")
        answers = [self._host(host)]
        if not is_address(host):
            answers.append(self._registrar(host))
        contacts = tuple(contact for answer in answers for contact in answer or ())
        if None in answers:
            raise RegistriesSilent(
                "A registry could not be asked about this host, or did not answer.", contacts
            )
        return contacts

    def _host(self, host: str) -> tuple[RegistryContact, ...] | None:
        try:
            addresses = (host,) if is_address(host) else self._resolve(host)
        except SeeingError:
            return None
        if not addresses:
            return None
        base = self._registries.for_address(addresses[0])
        in_path = quote(addresses[0], safe=":")
        return self._ask(f"{base}ip/{in_path}", "host") if base else ()

    def _registrar(self, host: str) -> tuple[RegistryContact, ...] | None:
        """Ask about the longest name first: nobody but the registry knows where its names end."""
        try:
            base = self._registries.for_domain(host) or self._service_by_list(host)
        except (SeeingError, Unreadable):
            return None
        if base is None:
            return ()
        for name in _registrable(host):
            answer = self._ask(f"{base}domain/{quote(name)}", "registrar")
            if answer is None or answer:
                return answer
        return ()

    def _service_by_list(self, host: str) -> str | None:
        """Find who answers for a domain in the published list. Raises SeeingError, Unreadable."""
        if self._registries.bootstrap is None:
            return None
        services = services_from(self._registries.bootstrap, self._fetcher)
        return services.get(host.rpartition(".")[2].lower())

    def _ask(self, url: str, kind: ContactKind) -> tuple[RegistryContact, ...] | None:
        """Give the contacts; none where the registry knows no such thing; None if it is silent."""
        try:
            answer = self._fetcher.fetch(url, seconds=SECONDS)
            if answer.status == HTTPStatus.NOT_FOUND:
                return ()
            if answer.status != HTTPStatus.OK:
                return None
            return abuse_contacts(answer.body, kind, url)
        except (SeeingError, Unreadable):
            return None


def _registrable(host: str) -> Iterator[str]:
    labels = host.split(".")[-_MOST_LABELS:]
    for first in range(len(labels) - _FEWEST_LABELS + 1):
        yield ".".join(labels[first:])
