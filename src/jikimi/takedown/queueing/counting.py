"""Count anew those cases that have changed; every other case's line still holds."""

from django.db import connection, transaction

from jikimi.takedown.queue_models import QueueChange

# Two who count at once would each write what the other has not seen: they take turns.
_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtext('takedown_queueentry'))"
_TAKE_CHANGES = "DELETE FROM takedown_queuechange RETURNING case_id"
_FORGET = "DELETE FROM takedown_queueentry WHERE case_id = ANY (%s)"
_COUNT = """
INSERT INTO takedown_queueentry (
    case_id, urgency, opened_at, places, live_links, down, hosts, host_count, notices, drafts,
    on_its_way, unknown, undeliverable, overdue, running, came_back, reminded, first_clock,
    next_due, last_due)
SELECT cases_case.id,
    CASE WHEN status = 'open' THEN 4 * (place.live_links = 0)::int
        + 2 * (age_group = 'adult')::int + (situation <> 'threatened')::int END,
    opened_at, place.places, place.live_links, place.down, place.hosts, place.host_count,
    notice.*
FROM unnest(%s::uuid[]) AS changed (id)
JOIN cases_case ON cases_case.id = changed.id
CROSS JOIN LATERAL (
    SELECT count(*) AS places,
        count(*) FILTER (WHERE kind = 'link' AND liveness NOT IN ('gone', 'replaced', 'said_gone'))
            AS live_links,
        count(*) FILTER (WHERE liveness IN ('gone', 'replaced', 'said_gone')) AS down,
        coalesce((array_agg(DISTINCT host) FILTER (WHERE host <> ''))[1:3], '{}') AS hosts,
        count(DISTINCT host) FILTER (WHERE host <> '') AS host_count
    FROM cases_sighting WHERE case_id = cases_case.id
) AS place
CROSS JOIN LATERAL (
    SELECT coalesce(sum(notices), 0), coalesce(sum(drafts), 0), coalesce(sum(on_its_way), 0),
        coalesce(sum(unknown), 0), coalesce(sum(undeliverable), 0), coalesce(sum(overdue), 0),
        coalesce(sum(running), 0), count(*) FILTER (WHERE drafts > 0 AND removed > 0),
        coalesce(bool_or(reminded), false), min(first_clock), min(next_due), max(last_due)
    FROM (
        SELECT count(*) AS notices,
            count(*) FILTER (WHERE state = 'draft') AS drafts,
            count(*) FILTER (WHERE state IN ('approved', 'sending')) AS on_its_way,
            count(*) FILTER (WHERE state = 'unknown') AS unknown,
            count(*) FILTER (WHERE state = 'undeliverable') AS undeliverable,
            count(*) FILTER (WHERE state = 'overdue') AS overdue,
            count(*) FILTER (WHERE state = 'removed') AS removed,
            count(*) FILTER (WHERE state IN ('sent', 'acknowledged')) AS running,
            bool_or(state IN ('sent', 'acknowledged') AND reminded_at IS NOT NULL) AS reminded,
            min(due_at) FILTER (WHERE state IN ('sent', 'acknowledged', 'overdue')) AS first_clock,
            min(due_at) FILTER (WHERE state IN ('sent', 'acknowledged')) AS next_due,
            max(coalesce(due_at, '9999-01-01 00:00+00'))
                FILTER (WHERE state IN ('sent', 'acknowledged')) AS last_due
        FROM takedown_notice JOIN cases_sighting ON cases_sighting.id = sighting_id
        WHERE cases_sighting.case_id = cases_case.id GROUP BY sighting_id
    ) AS of_a_place
) AS notice
"""


def count_what_changed() -> None:
    """Bring the queue's rows up to date with every change that is committed by now.

    A change notes its case in a row of its own, in its own transaction; such a row is taken before
    the case is counted, so that a change which commits meanwhile is counted the next time.
    """
    if not QueueChange.objects.exists():
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_ONE_AT_A_TIME)
        cursor.execute(_TAKE_CHANGES)
        changed = sorted({row[0] for row in cursor.fetchall()})
        cursor.execute(_FORGET, [changed])
        cursor.execute(_COUNT, [changed])
