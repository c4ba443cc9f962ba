"""Asking the public registries who hosts a site, and where abuse is reported.

The name of the host goes to a registry, never the link. RDAP: RFC 7480 to 7484, 9082, 9083.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

from jikimi.takedown.errors import TakedownError

ContactKind = Literal["site_operator", "host", "registrar", "registry"]
"""A step of the ladder for one host. Registries know of the second and third alone."""


@dataclass(frozen=True, kw_only=True)
class RegistryContact:
    """An abuse address as somebody gave it out: a hint, until a person has confirmed it."""

    kind: ContactKind
    name: str
    email: str
    """In lower case; its domain is ASCII."""
    source: str
    """The registry's address that was asked, or where a caseworker found it."""


class RdapLookup(Protocol):
    """Whatever can ask the registries."""

    def contacts_for(self, host: str) -> tuple[RegistryContact, ...]:
        """Who hosts a site and who registered its name, each with an address for abuse.

        ``host`` is a name or an address in numbers, without a port. Nobody known is no error; an
        empty answer says so. Raises `RegistriesSilent`, with what the others said, if one of those
        asked gave no answer.
        """
        ...


class RegistriesSilent(TakedownError):
    """A registry could not be asked, or did not answer in a way that can be read.

    `contacts` is what the others said.
    """

    def __init__(self, because: str, contacts: tuple[RegistryContact, ...] = ()) -> None:
        super().__init__(because)
        self.because = because
        self.contacts = contacts
