"""Reading a registry's answer: JSON as RFC 9083 has it, contacts as jCard (RFC 7095). Pure.

What a registry says is somebody else's text: it is read within limits, and whatever is not an
address for abuse is left where it is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from jikimi.takedown.rdap import ContactKind, RegistryContact
from jikimi.takedown.rules.safe_text import one_line
from jikimi.venues.hosts import is_address, normal_host

MAX_ANSWER_BYTES = 1_000_000
LONGEST_NAME = 120
LONGEST_SOURCE = 300
_DEEPEST = 4
_MOST_ENTITIES = 200
_MOST_CONTACTS = 10
_LONGEST_ADDRESS = 254
_PROPERTY_VALUE = 3  # a jCard property is [name, parameters, type, value]
_LOCAL_PART = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._+-]{0,62}[A-Za-z0-9_+-])?")
_OBJECT: Mapping[ContactKind, str] = {"host": "ip network", "registrar": "domain"}

Json = Mapping[str, object]


class Unreadable(ValueError):
    """The answer is no RDAP object of the kind that was asked for."""


@dataclass(frozen=True, kw_only=True)
class _Entity:
    roles: frozenset[str]
    card: tuple[list[object], ...]
    organisation: str
    """The name of the entity around it, if any."""


def abuse_contacts(body: bytes, kind: ContactKind, source: str) -> tuple[RegistryContact, ...]:
    """Give each address of role ``abuse``, in the answer's order, each once. Raises Unreadable."""
    contacts: dict[str, RegistryContact] = {}
    for entity in _entities_in(_object(body, kind)):
        for email in _emails(entity.card) if "abuse" in entity.roles else ():
            contact = RegistryContact(kind=kind, name=_name(entity), email=email, source=source)
            contacts.setdefault(email, contact)
    return tuple(contacts.values())[:_MOST_CONTACTS]


def plain_email(text: str) -> str | None:
    """Give an address that may be written to, or None: no quotes, no lists, no bare numbers."""
    local, _, domain = text.strip().removeprefix("mailto:").rpartition("@")
    host = normal_host(domain)
    if host is None or ":" in host or "." not in host or is_address(host):
        return None
    email = f"{local}@{host}".lower()
    return email if _LOCAL_PART.fullmatch(local) and len(email) <= _LONGEST_ADDRESS else None


def _object(body: bytes, kind: ContactKind) -> Json:
    if len(body) > MAX_ANSWER_BYTES:
        raise Unreadable("too large")
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        raise Unreadable("no JSON") from None
    if not isinstance(found, dict) or found.get("objectClassName") != _OBJECT[kind]:
        raise Unreadable(f"no {_OBJECT[kind]}")
    return found


def _entities_in(found: Json) -> list[_Entity]:
    return list(islice(_walk(found, "", _DEEPEST), _MOST_ENTITIES))


def _walk(around: Json, organisation: str, depth: int) -> Iterator[_Entity]:
    """Yield the entities of an object, and those inside each of them."""
    entities = around.get("entities")
    for raw in entities if isinstance(entities, list) and depth else ():
        if not isinstance(raw, dict):
            continue
        roles = raw.get("roles")
        card = _card(raw.get("vcardArray"))
        yield _Entity(
            roles=frozenset(
                role for role in (roles if isinstance(roles, list) else ()) if isinstance(role, str)
            ),
            card=card,
            organisation=organisation,
        )
        yield from _walk(raw, _text(card, "fn") or organisation, depth - 1)


def _card(raw: object) -> tuple[list[object], ...]:
    """Take a jCard, ["vcard", [property, ...]], apart; empty if it is none."""
    if not isinstance(raw, list) or len(raw) != 2 or not isinstance(raw[1], list):  # noqa: PLR2004
        return ()
    return tuple(one for one in raw[1] if isinstance(one, list) and len(one) > _PROPERTY_VALUE)


def _text(card: tuple[list[object], ...], name: str) -> str:
    values = (one[_PROPERTY_VALUE] for one in card if one[0] == name)
    return next((value.strip() for value in values if isinstance(value, str)), "")


def _emails(card: tuple[list[object], ...]) -> list[str]:
    values = (one[_PROPERTY_VALUE] for one in card if one[0] == "email")
    texts = (value for value in values if isinstance(value, str))
    found = map(plain_email, islice(texts, _MOST_CONTACTS))
    return [email for email in found if email]


def _name(entity: _Entity) -> str:
    """The organisation's name; a contact's own is often only "Abuse"."""
    name = one_line(entity.organisation or _text(entity.card, "org") or _text(entity.card, "fn"))
    return name[:LONGEST_NAME].strip() or "a contact without a name"
