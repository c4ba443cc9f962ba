"""Putting tips together by place, afterwards and many at once; and forgetting old ones."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, transaction

from jikimi.intake.tips.models import Tip, TippedPlace
from jikimi.intake.tips.rules import MINORS
from jikimi.trail.actions import record

MOST_AT_ONCE = 20_000

# Two who count at once would each count what the other has not marked: they take turns.
_ONE_AT_A_TIME = "SELECT pg_advisory_xact_lock(hashtext('intake_tippedplace'))"
_PLACES = """
INSERT INTO intake_tippedplace (id, mark, address, host, service, kind, tips, of_minors,
    first_at, last_at, state, outcome, told)
SELECT gen_random_uuid(), mark, min(address), min(host), min(service),
    mode() WITHIN GROUP (ORDER BY kind), count(*), count(*) FILTER (WHERE level = ANY (%s)),
    min(arrived_at), max(arrived_at), 'waiting', '', ''
FROM intake_tip WHERE id = ANY (%s) GROUP BY mark
ON CONFLICT (mark) DO UPDATE SET
    address = excluded.address, host = excluded.host,
    tips = intake_tippedplace.tips + excluded.tips,
    of_minors = intake_tippedplace.of_minors + excluded.of_minors,
    last_at = greatest(intake_tippedplace.last_at, excluded.last_at)
"""
_HOURS = """
INSERT INTO intake_tippedhour (place_id, hour, tips)
SELECT place.id, tip.arrived_at, count(*) FROM intake_tip AS tip
JOIN intake_tippedplace AS place ON place.mark = tip.mark
WHERE tip.id = ANY (%s) GROUP BY place.id, tip.arrived_at
ON CONFLICT (place_id, hour) DO UPDATE SET tips = intake_tippedhour.tips + excluded.tips
"""
_MARK = """
UPDATE intake_tip SET place_id = place.id FROM intake_tippedplace AS place
WHERE place.mark = intake_tip.mark AND intake_tip.id = ANY (%s)
"""
# Something that was down and is told of again waits again.
_AGAIN = """
UPDATE intake_tippedplace SET state = 'waiting', outcome = '', settled_at = NULL, told = '',
    taken_by_id = NULL
WHERE outcome = 'down' AND id IN (SELECT place_id FROM intake_tip WHERE id = ANY (%s))
    AND last_at >= settled_at
"""


@dataclass(frozen=True, kw_only=True)
class Forgotten:
    """How many tips were erased, and of how many places the address."""

    tips: int
    addresses: int


def count_new_tips(*, now: datetime) -> int:
    """Count every tip that was committed and not counted; return how many there were."""
    counted = 0
    while batch := _count_some(now):
        counted += batch
    return counted


def forget_old_tips(*, now: datetime) -> Forgotten:
    """Erase tips older than `JIKIMI_TIP_DAYS`, and the addresses of settled places as old.

    Counts stay: how many, in which hour, of which mark.
    """
    before = now - timedelta(days=settings.TIP_DAYS)
    tips, _ = Tip.objects.filter(arrived_at__lt=before, place__isnull=False).delete()
    old = TippedPlace.objects.filter(last_at__lt=before, settled_at__lt=before).exclude(address="")
    return Forgotten(tips=tips, addresses=old.update(address="", host=""))


@transaction.atomic
def _count_some(now: datetime) -> int:
    waiting = Tip.objects.filter(place=None).order_by("pk").values_list("pk", flat=True)
    if not waiting.exists():
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_ONE_AT_A_TIME)
        ids = list(waiting[:MOST_AT_ONCE])
        cursor.execute(_PLACES, [sorted(MINORS), ids])
        cursor.execute(_HOURS, [ids])
        cursor.execute(_MARK, [ids])
        cursor.execute(_AGAIN, [ids])
    if ids:
        record("tips counted", at=now, tips=len(ids))
    return len(ids)
