"""Writing down what partners found. It needs no Django, and runs as the role that knows no case."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import psycopg

_WRITE: Final = """
INSERT INTO exchange_foundbypartner AS known
    (partner_id, entry_ref, list_id, day, times, nearest, first_at, last_at, noted_at)
SELECT found.partner, found.entry, found.list, (found.at AT TIME ZONE 'UTC')::date,
    found.times, found.nearest, found.at, found.at,
    -- Only our own reports have cases to note it on.
    CASE WHEN l.origin = 'own' THEN NULL ELSE found.at END
FROM unnest(%s::bigint[], %s::bigint[], %s::smallint[], %s::int[], %s::smallint[],
            %s::timestamptz[]) AS found (partner, entry, list, times, nearest, at)
-- A restored backup may not know them.
JOIN people_partner AS p ON p.id = found.partner
JOIN exchange_printlist AS l ON l.id = found.list
-- One order for everybody, so that two processes never wait for each other.
ORDER BY found.partner, found.entry
ON CONFLICT (partner_id, entry_ref, day) DO UPDATE SET
    times = least(known.times::bigint + excluded.times, 2147483647),
    nearest = least(known.nearest, excluded.nearest),
    last_at = greatest(known.last_at, excluded.last_at)
"""


@dataclass(frozen=True, kw_only=True, slots=True)
class FoundNow:
    """How often one partner found one entry since it was last written down."""

    partner: int
    entry: int
    list_: int
    times: int
    nearest: int
    at: datetime


def write_found(connection: psycopg.Connection, found: Sequence[FoundNow]) -> None:
    """Write down what partners found: a row for each partner, entry and day (in UTC).

    A partner and entry may come once in `found`. Of partners and lists that are not there nothing
    is written.
    """
    connection.execute(
        _WRITE,
        [
            [one.partner for one in found],
            [one.entry for one in found],
            [one.list_ for one in found],
            [one.times for one in found],
            [one.nearest for one in found],
            [one.at for one in found],
        ],
    )
