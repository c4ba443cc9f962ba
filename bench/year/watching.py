"""What is read off the year while it runs: how far it is, and how long things wait."""

import time
from dataclasses import dataclass

from django.db import connection

_HOW_FAR = """
SELECT (SELECT count(*) FROM cases_sighting),
       count(*),
       count(*) FILTER (WHERE approved_at IS NOT NULL),
       count(*) FILTER (WHERE sent_at IS NOT NULL),
       (SELECT count(*) FROM cases_sighting WHERE liveness IN ('gone', 'replaced', 'said_gone'))
FROM takedown_notice
"""
_WAITS = """
SELECT (SELECT extract(epoch FROM now() - min(s.reported_at)) FROM cases_sighting s
        WHERE NOT EXISTS (SELECT FROM takedown_notice n WHERE n.sighting_id = s.id)),
       (SELECT extract(epoch FROM now() - min(drafted_at)) FROM takedown_notice
        WHERE state = 'draft' AND why_not = ''),
       (SELECT extract(epoch FROM now() - min(n.approved_at)) FROM takedown_notice n
        WHERE n.state IN ('approved', 'sending'))
"""
_UNDONE = """
SELECT (SELECT count(*) FROM takedown_notice n JOIN cases_sighting s ON s.id = n.sighting_id
        JOIN cases_case c ON c.id = s.case_id
        WHERE n.state IN ('approved', 'sending', 'unknown')
           OR (n.state = 'draft' AND n.why_not = '' AND c.status = 'open'))
     + (SELECT count(*) FROM takedown_outboundletter WHERE state IN ('ready', 'sending'))
     + (SELECT count(*) FROM cases_sighting s JOIN cases_case c ON c.id = s.case_id
        WHERE c.status <> 'withdrawn' AND s.liveness NOT IN ('gone', 'replaced', 'said_gone')
          AND s.address NOT LIKE '%%/stays/%%')
"""
_LEAVING = """
SELECT count(*) FROM cases_case c WHERE c.status <> 'withdrawn'
AND c.id IN (SELECT case_id FROM cases_sighting WHERE page IN (SELECT unnest(%s::text[])))
"""
_RUN_OUT = """
SELECT count(*) FROM takedown_notice WHERE state IN ('sent', 'acknowledged') AND due_at <= now()
"""
_NEXT_RUNG = """
SELECT count(*) FROM takedown_notice n JOIN cases_sighting s ON s.id = n.sighting_id
JOIN cases_case c ON c.id = s.case_id
WHERE n.state IN ('overdue', 'refused') AND n.escalated_at IS NULL AND c.status = 'open'
"""
_JOBS = """
SELECT count(*) FROM procrastinate_jobs
WHERE status IN ('todo', 'doing') AND (scheduled_at IS NULL OR scheduled_at <= now())
"""


@dataclass(frozen=True, kw_only=True)
class Sample:
    """One moment of the year."""

    at: float
    """Seconds since 1970."""
    items: int
    drafted: int
    approved: int
    sent: int
    down: int
    draft_age: float
    """Seconds that the oldest place has waited for its draft."""
    yes_age: float
    """Seconds that the oldest draft has waited for its yes."""
    letter_age: float
    """Seconds that the oldest approved notice has waited to go."""


def sample() -> Sample:
    """How far the year is."""
    (items, drafted, approved, sent, down), ages = _row(_HOW_FAR), _row(_WAITS)
    waits = [float(age or 0) for age in ages]
    return Sample(
        at=time.time(),
        items=items,
        drafted=drafted,
        approved=approved,
        sent=sent,
        down=down,
        draft_age=waits[0],
        yes_age=waits[1],
        letter_age=waits[2],
    )


def undone() -> int:
    """How many things still wait for somebody other than a clock."""
    return int(_row(_UNDONE)[0])


def jobs_waiting() -> int:
    """How many jobs could be done now or are being done."""
    return int(_row(_JOBS)[0])


def still_to_leave(pages: list[str]) -> int:
    """How many cases with one of these pages have not been taken back."""
    with connection.cursor() as cursor:
        cursor.execute(_LEAVING, [pages])
        return int(cursor.fetchone()[0])


def clocks_not_noticed() -> int:
    """How many clocks have run out and no sweep has come by yet."""
    return int(_row(_RUN_OUT)[0])


def rungs_waiting() -> int:
    """How many notices led nowhere and have not been climbed from."""
    return int(_row(_NEXT_RUNG)[0])


def _row(query: str) -> tuple[int, ...]:
    with connection.cursor() as cursor:
        cursor.execute(query.replace("%%", "%"))
        found: tuple[int, ...] = cursor.fetchone()
    return found
