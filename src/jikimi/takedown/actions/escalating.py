"""Up the ladder: the next notice once one led nowhere.

What is drafted here waits for a caseworker, or goes by itself where two people switched that on.
"""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet

from jikimi.cases.actions import hold_case_if_free
from jikimi.cases.models import Case, CaseStatus
from jikimi.takedown.actions.by_rule import approve_by_rule
from jikimi.takedown.actions.drafting import draft_in_case
from jikimi.takedown.actions.jobs import ask_for_climbers
from jikimi.takedown.actions.moving import held_of
from jikimi.takedown.models import Notice
from jikimi.takedown.rules.law_choice import LED_NOWHERE
from jikimi.takedown.rules.route import NoRoute
from jikimi.trail.actions import Event, record_many

_CASES_WAITING = f"""
WITH waiting AS MATERIALIZED (
    SELECT (SELECT case_id FROM cases_sighting
            WHERE id = n.sighting_id AND claimed_gone_at IS NULL) AS case_id
    FROM takedown_notice n
    WHERE n.state IN ({", ".join(f"'{state.value}'" for state in sorted(LED_NOWHERE))})
      AND n.escalated_at IS NULL
)
SELECT id FROM cases_case WHERE id IN (SELECT case_id FROM waiting)
  AND status = '{CaseStatus.OPEN.value}' AND paused_at IS NULL ORDER BY id
"""  # noqa: S608  # our own words alone


def escalate_due(
    now: datetime, *, is_over: Callable[[], bool] = lambda: False, from_the_end: bool = False
) -> int:
    """Draft the next rung for each notice that led nowhere, once; return how many were drafted.

    It goes case by case and asks before each whether it `is_over`. Two may climb at once, one of
    them from the end; a case that somebody works on just now waits for the next time.
    """
    drafted, cases = 0, _cases_waiting()
    for case_id in reversed(cases) if from_the_end else cases:
        if is_over():
            break
        drafted += _escalate_case(case_id, now)
    return drafted


def ask_to_climb(now: datetime) -> None:  # noqa: ARG001  # what led nowhere has waited already
    """Ask for what comes next, if any notice led nowhere."""
    if _cases_waiting():
        ask_for_climbers()


def _cases_waiting() -> list[UUID]:
    """The cases of `_leading_on`, in the order of their ids.

    With the states written out, which the index of these few notices is found by, and these first:
    else the server goes through all places.
    """
    with connection.cursor() as cursor:
        cursor.execute(_CASES_WAITING)
        return [case_id for (case_id,) in cursor]


def _leading_on() -> QuerySet[Notice]:
    """Notices that led nowhere and were not climbed from, where something may be drafted now.

    Where somebody says that the picture is gone, a look or a person decides that first.
    """
    return Notice.objects.filter(
        state__in=sorted(LED_NOWHERE),
        escalated_at__isnull=True,
        sighting__case__status=CaseStatus.OPEN,
        sighting__case__paused_at=None,
        sighting__claimed_gone_at=None,
    )


@transaction.atomic
def _escalate_case(case_id: UUID, now: datetime) -> int:
    """Draft what comes next in one case, and let go by itself what may; how many were drafted."""
    if not (case := hold_case_if_free(case_id)):
        return 0
    # Asked for and held in two steps: whether a case is open stands in its own row.
    ids = list(_leading_on().filter(sighting__case=case).values_list("pk", flat=True))
    waiting = held_of(case, Notice.objects.filter(pk__in=ids)) if ids else []
    drafted: list[UUID] = []
    while waiting:
        first = {notice.sighting_id: notice for notice in reversed(waiting)}
        drafted += _escalate(case, list(first.values()), now)
        waiting = [notice for notice in waiting if notice not in first.values()]
    approve_by_rule(case, drafted, now=now)
    return len(drafted)


def _escalate(case: Case, notices: list[Notice], now: datetime) -> list[UUID]:
    """Climb from held notices of a case, each about a place of its own; return the drafts."""
    Notice.objects.filter(pk__in=[notice.pk for notice in notices]).update(escalated_at=now)
    made = draft_in_case(case, [notice.sighting_id for notice in notices], now=now)
    record_many(
        [
            Event(
                name="no next rung"
                if isinstance(made.next_at[notice.sighting_id], NoRoute)
                else "next rung drafted",
                at=now,
                case_ref=notice.sighting.case_id,
                facts={"notice": str(notice.pk), "recipient": notice.recipient_id},
            )
            for notice in notices
        ]
    )
    return [one.pk for one in made.written]
