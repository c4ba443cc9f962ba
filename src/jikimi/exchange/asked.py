"""Writing down what a partner asks to be remembered, and reading what became of it.

It needs no Django, and runs as the role that knows no case and cannot read what was asked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import psycopg

from jikimi.exchange.rules.later import MOST_AT_ONCE

_WRITE: Final = """
INSERT INTO exchange_askedprint (partner_id, pdq, radius, reference, asked_at)
SELECT asked.* FROM unnest(
    %s::bigint[], %s::bytea[], %s::smallint[], %s::text[], %s::timestamptz[]
) AS asked (partner, pdq, radius, reference, at)
JOIN people_partner AS p ON p.id = asked.partner
"""
_LATER: Final = """
SELECT l.number, l.reference, l.entry_ref, l.distance, l.list_id FROM exchange_latematch AS l
JOIN exchange_entry AS e ON e.id = l.entry_ref
WHERE l.partner_id = %s AND l.number > %s ORDER BY l.number LIMIT %s
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """A fingerprint to be remembered for its partner."""

    partner: int
    pdq: bytes
    radius: int
    reference: str
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class ToldLate:
    """Something a partner had asked about, near an entry that is still listed."""

    number: int
    reference: str
    entry: int
    distance: int
    list_: int


def write_asked(connection: psycopg.Connection, asked: Sequence[Asked]) -> None:
    """Remember these."""
    connection.execute(
        _WRITE,
        [
            [one.partner for one in asked],
            [one.pdq for one in asked],
            [one.radius for one in asked],
            [one.reference for one in asked],
            [one.at for one in asked],
        ],
    )


def read_later(connection: psycopg.Connection, partner: int, after: int) -> list[ToldLate]:
    """A partner's late matches after this number, in order, at most MOST_AT_ONCE."""
    rows = connection.execute(_LATER, [partner, after, MOST_AT_ONCE])
    return [
        ToldLate(number=number, reference=reference, entry=entry, distance=distance, list_=list_)
        for number, reference, entry, distance, list_ in rows
    ]
