"""Which partners there are, and what their keys may do. A key itself is kept nowhere."""

from dataclasses import dataclass
from datetime import datetime

from jikimi.people.models import Partner, PartnerKey
from jikimi.people.partner_rules import PartnerKind, Scope


@dataclass(frozen=True, kw_only=True)
class KeyRow:
    """A key that works."""

    scopes: tuple[Scope, ...]
    lookups_a_second: int
    given_at: datetime


@dataclass(frozen=True, kw_only=True)
class PartnerRow:
    """A partner with its keys, the oldest first; none where all have ended."""

    name: str
    kind: PartnerKind
    keys: tuple[KeyRow, ...]


def all_partners() -> list[PartnerRow]:
    """Every partner, by name."""
    keys: dict[int, list[KeyRow]] = {}
    for key in PartnerKey.objects.filter(ended_at=None).order_by("made_at", "pk"):
        row = KeyRow(
            scopes=tuple(Scope(scope) for scope in key.scopes),
            lookups_a_second=key.lookups_a_second,
            given_at=key.made_at,
        )
        keys.setdefault(key.partner_id, []).append(row)
    return [
        PartnerRow(
            name=partner.name,
            kind=PartnerKind(partner.kind),
            keys=tuple(keys.get(partner.pk, ())),
        )
        for partner in Partner.objects.order_by("name")
    ]
