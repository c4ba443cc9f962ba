"""Time that passes faster than it does, without touching the code that waits for it.

The processes read the real clock. What would be due in minutes or days is made due now, in the
rows that say so, and the jobs of each minute are asked for every few seconds. Nothing else is
simulated: a sender that died is found by the real rule, once its claim looks five minutes old.
"""

import time
from contextlib import suppress

from django.db import connection, transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

_EACH_MINUTE = ("takedown.sweep", "takedown.take_up_again", "trail.order_new_entries")
_HOUR = 3600.0
_RETRY = """
UPDATE takedown_outboundletter SET not_before = now()
WHERE state = 'ready' AND not_before > now()
"""
_RESTED = """
UPDATE takedown_sendinggate SET rest_until = NULL, held_until = NULL WHERE held_until > now()
"""
_DIED = """
UPDATE takedown_outboundletter SET claimed_at = claimed_at - interval '1 hour'
WHERE state = 'sending' AND claimed_at < to_timestamp(%s)
  AND claimed_at > now() - interval '5 minutes'
"""
_STALLED = """
UPDATE procrastinate_workers SET last_heartbeat = last_heartbeat - interval '1 hour'
WHERE last_heartbeat < to_timestamp(%s) AND last_heartbeat > now() - interval '30 minutes'
"""
_LOOK_AGAIN = """
UPDATE cases_sighting SET next_look_at = now() - interval '1 second'
WHERE next_look_at > now() AND looks = 0 AND liveness NOT IN ('gone', 'replaced', 'said_gone')
  AND coalesce(last_look_at, reported_at) < now() - interval '5 seconds'
  AND EXISTS (SELECT FROM takedown_notice n WHERE n.sighting_id = cases_sighting.id
              AND n.state = 'sent' AND n.sent_at < now() - interval '5 seconds')
"""
_RUN_OUT = """
UPDATE takedown_notice n SET due_at = now() - interval '1 second', remind_at = NULL
WHERE n.state IN ('sent', 'acknowledged') AND n.due_at > now()
  AND NOT EXISTS (SELECT FROM takedown_notice climbed
                  WHERE climbed.sighting_id = n.sighting_id AND climbed.escalated_at IS NOT NULL)
"""
_RUN_OUT_SOON = f"""
{_RUN_OUT}
  AND n.sent_at < now() - interval '20 seconds'
  AND EXISTS (SELECT FROM cases_sighting s JOIN cases_case c ON c.id = s.case_id
              WHERE s.id = n.sighting_id AND s.liveness NOT IN ('gone', 'replaced', 'said_gone')
                AND (c.age_group = 'adult' OR s.address LIKE '%/stays/%'))
"""


def pass_a_minute(died_before: float) -> None:
    """Make due what a minute or a few days would; `died_before`: claims from then on are alive."""
    with connection.cursor() as cursor:
        cursor.execute(_RETRY)
        cursor.execute(_RESTED)
        cursor.execute(_DIED, [died_before])
        # A living worker's heart beats every ten seconds.
        cursor.execute(_STALLED, [time.time() - 20])
        cursor.execute(_LOOK_AGAIN)
        cursor.execute(_RUN_OUT_SOON)
    for task in _EACH_MINUTE:
        with suppress(AlreadyEnqueued), transaction.atomic():
            app.configure_task(task, queueing_lock=task).defer(timestamp=int(time.time()))


def really_claimed(claimed: float) -> float:
    """When a letter was claimed, in seconds since 1970, if its claim was made to look old.

    To be asked within the hour.
    """
    return claimed + _HOUR if claimed < time.time() - _HOUR else claimed


def claimed_then(claimed: float) -> tuple[float, float]:
    """The same for whoever asks later: one of these."""
    return claimed, claimed + _HOUR


def run_every_clock_out() -> None:
    """The days pass that a law or a recipient gives itself, once for each place."""
    with connection.cursor() as cursor:
        cursor.execute(_RUN_OUT)
