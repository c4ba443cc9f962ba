"""Reading keys and the log of changes, through a connection that knows no case.

Positions follow the order of commits, so whoever has read that the log's head is n can then read
everything up to n, statement by statement.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import numpy as np
import psycopg
from numpy.typing import NDArray
from psycopg import sql

from jikimi.exchange.copying import ListedRows, unpack_listed
from jikimi.exchange.rules.answers import EntryFacts
from jikimi.exchange.rules.lists import AskerKind
from jikimi.people.partner_rules import Scope

CHANNEL: Final = "jikimi_lists"
ROWS_AT_ONCE: Final = 500_000
_BEHIND: Final = "SELECT count(*), min(at) FROM exchange_change WHERE position > %s"
_ADDED: Final = """
COPY (
    SELECT e.id, e.pdq, e.list_id FROM exchange_entry AS e
    JOIN exchange_change AS c ON c.id = e.change_id
    WHERE c.position > {after} AND c.position <= {up_to} AND {which}
) TO STDOUT (FORMAT BINARY)
"""
_WITHDRAWN: Final = """
SELECT w.entry_ref FROM exchange_withdrawal AS w
JOIN exchange_change AS c ON c.id = w.change_id WHERE c.position > %s AND c.position <= %s
"""
_SIZES: Final = "SELECT coalesce(sum(size), 0) FROM exchange_printlist WHERE ended_at IS NULL"
_KEYS: Final = """
SELECT k.digest, k.id, p.id, p.kind, k.scopes, k.lookups_a_second
FROM people_partnerkey AS k JOIN people_partner AS p ON p.id = k.partner_id
WHERE k.ended_at IS NULL
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Head:
    """How far a log goes, and its last change's mark; position 0 before the first."""

    position: int = 0
    mark: UUID | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class KeyFacts:
    """What a working key may do, and for whom it asks."""

    key: int
    partner: int
    asker: AskerKind
    scopes: frozenset[Scope]
    lookups_a_second: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Behind:
    """What the log holds beyond a position."""

    changes: int
    oldest_at: datetime | None
    """When the oldest of them was begun; None where there is none."""

    def seconds_at(self, now: datetime) -> float:
        """How old the oldest is; 0 where there is none."""
        return max(0.0, (now - self.oldest_at).total_seconds()) if self.oldest_at else 0.0


def read_behind(connection: psycopg.Connection, position: int) -> Behind:
    """What is not followed yet by who has followed the log to this position."""
    row = connection.execute(_BEHIND, [position]).fetchone()
    return Behind(changes=row[0], oldest_at=row[1]) if row else Behind(changes=0, oldest_at=None)


def added_between(
    connection: psycopg.Connection, after: int, up_to: int, lists: Collection[int] | None = None
) -> Iterator[ListedRows]:
    """The entries of all lists, or of these, that were added with these positions and are there."""
    which: sql.Composable = sql.SQL("true")
    if lists is not None:
        which = sql.SQL("e.list_id = ANY({})").format(sql.Literal(sorted(lists)))
    asked = sql.SQL(_ADDED).format(after=sql.Literal(after), up_to=sql.Literal(up_to), which=which)
    with connection.cursor() as cursor, cursor.copy(asked) as copy:
        yield from unpack_listed(copy, ROWS_AT_ONCE)


def withdrawn_between(connection: psycopg.Connection, after: int, up_to: int) -> NDArray[np.uint64]:
    """Ids of the entries that were withdrawn with these positions, uint64 (n,)."""
    rows = connection.execute(_WITHDRAWN, [after, up_to])
    return np.fromiter((entry for (entry,) in rows), np.uint64)


def entries_listed(connection: psycopg.Connection) -> int:
    """How many entries all lists hold together."""
    row = connection.execute(_SIZES).fetchone()
    return int(row[0]) if row else 0


def read_entries(connection: psycopg.Connection, ids: list[int]) -> dict[int, EntryFacts]:
    """What is known of those of these entries that are still listed."""
    asked = "SELECT id, pdq, quality, added_on FROM exchange_entry WHERE id = ANY(%s)"
    return {
        entry: EntryFacts(pdq=bytes(pdq), quality=quality, added_on=added_on)
        for entry, pdq, quality, added_on in connection.execute(asked, [ids])
    }


def read_keys(connection: psycopg.Connection) -> dict[bytes, KeyFacts]:
    """Every key that works, by its digest."""
    return {
        bytes(digest): KeyFacts(
            key=key,
            partner=partner,
            asker=AskerKind(kind),
            scopes=frozenset(Scope(scope) for scope in scopes),
            lookups_a_second=lookups,
        )
        for digest, key, partner, kind, scopes, lookups in connection.execute(_KEYS)
    }
