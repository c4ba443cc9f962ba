"""What is new in the log of changes, asked in one question.

Between a commit and its effect here lies a question to the database. Each that had to wait for an
answer would wait for two programs to get their turn on a busy machine, and for this process's other
threads: so everything that a small change needs comes with one answer, of one moment.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import numpy as np
import psycopg
from numpy.typing import NDArray

from jikimi.exchange.copying import HASH_BYTES, ListedRows
from jikimi.exchange.errors import LogDiffers
from jikimi.exchange.following.reading import Head
from jikimi.exchange.rules.lists import Audience, ListFacts, Origin, Purpose

FEW: Final = 1_000
"""Changes, entries or withdrawals. Of more, none come with the answer, and they are copied."""
# Lateral, so that a change's rows are always found by their index: an estimate from before an
# import could make one change of one row a look at all ten million.
_NEWS: Final = """
WITH fresh AS MATERIALIZED (
    SELECT id FROM exchange_change WHERE position > %(after)s ORDER BY position LIMIT %(most)s
), added AS MATERIALIZED (
    SELECT e.* FROM fresh AS f CROSS JOIN LATERAL (
        SELECT id, pdq, list_id FROM exchange_entry WHERE change_id = f.id LIMIT %(most)s
    ) AS e LIMIT %(most)s
), withdrawn AS MATERIALIZED (
    SELECT w.* FROM fresh AS f CROSS JOIN LATERAL (
        SELECT entry_ref FROM exchange_withdrawal WHERE change_id = f.id LIMIT %(most)s
    ) AS w LIMIT %(most)s
), known AS MATERIALIZED (
    SELECT position, mark FROM exchange_change WHERE position = ANY(%(known)s::bigint[])
), head AS MATERIALIZED (
    SELECT position, mark FROM exchange_change WHERE position IS NOT NULL
    ORDER BY position DESC LIMIT 1
), lists AS MATERIALIZED (
    SELECT json_build_array(id, name, origin, purpose, audience, partner_id) AS told
    FROM exchange_printlist WHERE ended_at IS NULL
), resting AS MATERIALIZED (
    SELECT entry_id FROM (
        SELECT DISTINCT ON (entry_id) entry_id, rests FROM exchange_reststep
        ORDER BY entry_id, id DESC
    ) AS latest WHERE rests
)
SELECT
    ARRAY(SELECT position FROM head), ARRAY(SELECT mark FROM head),
    ARRAY(SELECT position FROM known ORDER BY position),
    ARRAY(SELECT mark FROM known ORDER BY position),
    (SELECT json_agg(told) FROM lists)::text,
    ARRAY(SELECT entry_id FROM resting),
    (SELECT count(*) FROM fresh),
    ARRAY(SELECT id FROM added ORDER BY id), ARRAY(SELECT list_id FROM added ORDER BY id),
    ARRAY(SELECT pdq FROM added ORDER BY id),
    ARRAY(SELECT entry_ref FROM withdrawn)
"""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class News:
    """How far the log goes at one moment, and what of it lies after a position."""

    head: Head
    lists: dict[int, ListFacts]
    """Every list that has not ended, by its id."""
    resting: frozenset[int]
    """Ids of the entries that match for nobody."""
    is_whole: bool
    """Whether all that was added and withdrawn is here; otherwise it is to be copied."""
    added: ListedRows
    withdrawn: NDArray[np.uint64]
    """Ids (n,)."""


def read_news(connection: psycopg.Connection, followed: Sequence[Head]) -> News:
    """What lies after the first of these, which was followed to its end.

    Raises LogDiffers where the log does not hold each of them.
    """
    known = {one.position: one.mark for one in followed if one.position}
    asked = {"after": followed[0].position, "known": list(known), "most": FEW + 1}
    (row,) = connection.execute(_NEWS, asked).fetchall()
    head, mark, positions, marks, lists, resting, changes, ids, list_ids, pdqs, withdrawn = row
    _check(known, dict(zip(positions, marks, strict=True)))
    return News(
        head=Head(position=head[0], mark=mark[0]) if head else Head(),
        lists=_lists(lists),
        resting=frozenset(resting),
        is_whole=max(changes, len(ids), len(withdrawn)) <= FEW,
        added=_rows(ids, pdqs, list_ids),
        withdrawn=np.array(withdrawn, np.uint64),
    )


def _check(known: dict[int, UUID | None], there: dict[int, UUID]) -> None:
    for position, mark in known.items():
        if there.get(position) != mark:
            raise LogDiffers(position)


def _lists(told: str | None) -> dict[int, ListFacts]:
    return {
        id_: ListFacts(
            id=id_,
            name=name,
            origin=Origin(origin),
            purpose=Purpose(purpose),
            audience=Audience(audience),
            partner=partner,
        )
        for id_, name, origin, purpose, audience, partner in json.loads(told or "[]")
    }


def _rows(ids: Sequence[int], pdqs: Sequence[bytes], lists: Sequence[int]) -> ListedRows:
    joined = bytearray(b"".join(pdqs))
    return ListedRows(
        ids=np.array(ids, np.uint64),
        hashes=np.array(joined, np.uint8).reshape(-1, HASH_BYTES),
        lists=np.array(lists, np.int64),
    )
