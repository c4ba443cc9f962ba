"""Reading lists, keys and the log of changes, through a connection that knows no case.

Positions follow the order of commits, so whoever has read that the log's head is n can then read
everything up to n, statement by statement.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import numpy as np
import psycopg
from numpy.typing import NDArray
from psycopg import sql

from jikimi.exchange.copying import ListedRows, unpack_listed
from jikimi.exchange.errors import LogDiffers
from jikimi.exchange.rules.answers import EntryFacts
from jikimi.exchange.rules.lists import AskerKind, Audience, ListFacts, Origin, Purpose
from jikimi.people.partner_rules import Scope

CHANNEL: Final = "jikimi_lists"
ROWS_AT_ONCE: Final = 500_000
_HEAD: Final = """
SELECT position, mark FROM exchange_change WHERE position IS NOT NULL
ORDER BY position DESC LIMIT 1
"""
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
_LISTS: Final = """
SELECT id, name, origin, purpose, audience FROM exchange_printlist WHERE ended_at IS NULL
"""
_SIZES: Final = "SELECT coalesce(sum(size), 0) FROM exchange_printlist WHERE ended_at IS NULL"
_RESTING: Final = """
SELECT entry_id FROM (
    SELECT DISTINCT ON (entry_id) entry_id, rests FROM exchange_reststep
    ORDER BY entry_id, id DESC
) AS latest WHERE rests
"""
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


def read_head(connection: psycopg.Connection) -> Head:
    """How far the log goes now."""
    row = connection.execute(_HEAD).fetchone()
    return Head(position=row[0], mark=row[1]) if row else Head()


def check_same_log(connection: psycopg.Connection, known: Head) -> None:
    """Raises LogDiffers where the log does not hold what was followed so far."""
    if not known.position:
        return
    asked = "SELECT mark FROM exchange_change WHERE position = %s"
    row = connection.execute(asked, [known.position]).fetchone()
    if row is None or row[0] != known.mark:
        raise LogDiffers(known.position)


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


def read_resting(connection: psycopg.Connection) -> frozenset[int]:
    """Ids of the entries that rest now."""
    return frozenset(entry for (entry,) in connection.execute(_RESTING))


def read_lists(connection: psycopg.Connection) -> dict[int, ListFacts]:
    """Every list that has not ended, by its id."""
    rows = connection.execute(_LISTS)
    return {
        id_: ListFacts(
            id=id_,
            name=name,
            origin=Origin(origin),
            purpose=Purpose(purpose),
            audience=Audience(audience),
        )
        for id_, name, origin, purpose, audience in rows
    }


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
