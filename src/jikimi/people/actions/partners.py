"""Giving partners keys, and ending them."""

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import NewType

from django.db import transaction

from jikimi.people.errors import NoScope, NoSuchPartner, PartnerIsOtherwise
from jikimi.people.models import Partner, PartnerKey
from jikimi.people.partner_rules import LOOKUPS_A_SECOND, PartnerKind, Scope
from jikimi.trail.actions import record

KeyText = NewType("KeyText", str)
_SECRET_BYTES = 32


@dataclass(frozen=True, kw_only=True)
class GivenKey:
    """A key as it is told once. Its text has no repr and is kept nowhere."""

    partner: str
    scopes: tuple[Scope, ...]
    text: KeyText = field(repr=False)


@transaction.atomic
def add_partner(
    name: str,
    *,
    scopes: Collection[Scope],
    kind: PartnerKind | None = None,
    lookups_a_second: int = LOOKUPS_A_SECOND,
    now: datetime,
) -> GivenKey:
    """Give a partner a key, and make the partner if it is new; keys given before go on working.

    A new partner is a platform unless its kind is told. Raises NoScope and PartnerIsOtherwise.
    """
    if not scopes:
        raise NoScope
    partner, _new = Partner.objects.get_or_create(
        name=name, defaults={"kind": kind or PartnerKind.PLATFORM, "made_at": now}
    )
    if kind is not None and partner.kind != kind:
        raise PartnerIsOtherwise(name, partner.kind)
    text = KeyText(f"jikimi_{secrets.token_urlsafe(_SECRET_BYTES)}")
    given = tuple(scope for scope in Scope if scope in scopes)
    key = PartnerKey.objects.create(
        partner=partner,
        digest=digest_of(text),
        scopes=[scope.value for scope in given],
        lookups_a_second=lookups_a_second,
        made_at=now,
    )
    record("partner key given", at=now, actor="operator", partner=partner.pk, key=key.pk)
    return GivenKey(partner=name, scopes=given, text=text)


@transaction.atomic
def end_partner(name: str, *, now: datetime) -> int:
    """End all keys of a partner; return how many. Raises NoSuchPartner where none works."""
    ended = PartnerKey.objects.filter(partner__name=name, ended_at=None).update(ended_at=now)
    if not ended:
        raise NoSuchPartner(name)
    record("partner keys ended", at=now, actor="operator", keys=ended)
    return ended


def digest_of(key: str) -> bytes:
    """SHA-256 of a key. Its 256 random bits need no slow hash."""
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()
