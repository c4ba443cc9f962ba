"""A law's time that begins with an authority's order: it runs once a caseworker has noted that."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from pytest_django import Settings

from jikimi.cases.rules import AgeGroup
from jikimi.intake.actions import receive_report
from jikimi.people.models import Staff
from jikimi.takedown.actions import (
    hand_over_notices,
    note_order,
    remind_of_clocks,
    sweep_clocks,
    take_up_new_places,
)
from jikimi.takedown.errors import NoOrderHere, NotNow
from jikimi.takedown.models import Notice
from jikimi.takedown.rules.notice import NoticeState
from jikimi.trail.lookups import entries_of
from tests.reports import a_report
from tests.takedown.drafts import to_compare

pytestmark = pytest.mark.django_db
Told = Callable[..., Notice]


@pytest.fixture
def told(platform: object, settings: Settings, staff: Staff, now: datetime) -> Told:
    """An authority of her country has been told by hand."""

    def tell(country: str, recipient: str, **changes: object) -> Notice:
        settings.CENTRE_COUNTRY = country
        case = receive_report(a_report(**changes), now=now).case
        take_up_new_places(case.pk, now=now)
        notice = Notice.objects.get(sighting__case=case, recipient_id=recipient)
        hand_over_notices([notice.pk], staff=staff, now=now, compared=to_compare(notice, now))
        return Notice.objects.get(pk=notice.pk)

    return tell


def now_of(notice: Notice) -> Notice:
    return Notice.objects.get(pk=notice.pk)


def test_the_laws_own_time_runs_from_the_order_and_no_longer_ours(
    told: Told, staff: Staff, now: datetime
) -> None:
    notice = told("AU", "esafety")
    assert notice.due_at == now + timedelta(hours=72)
    ordered, noted = now + timedelta(hours=20), now + timedelta(hours=22)
    note_order(notice.pk, ordered, staff=staff, now=noted)
    after = now_of(notice)
    assert (after.state, after.acknowledged_at) == (NoticeState.ACKNOWLEDGED, noted)
    assert after.due_at == ordered + timedelta(hours=24)
    given = f"{ordered.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    assert f"24 hours from the authority's order of {given} (Online Safety" in after.due_reason
    entry = next(
        one.payload
        for one in entries_of(notice.sighting.case_id)
        if one.payload["event"] == "authority's order noted"
    )
    assert (entry["actor"], entry["law"]) == (f"staff {staff.pk}", "au-osa-77")
    assert datetime.fromisoformat(str(entry["ordered_at"])) == ordered


def test_it_reminds_and_runs_out_like_any_other(told: Told, staff: Staff, now: datetime) -> None:
    notice = told("AU", "esafety")
    note_order(notice.pk, now, staff=staff, now=now)
    assert remind_of_clocks(now + timedelta(hours=17)) == 0
    assert remind_of_clocks(now + timedelta(hours=19)) == 1
    assert sweep_clocks(now + timedelta(hours=25)) == 1
    assert now_of(notice).state == NoticeState.OVERDUE


def test_an_order_that_came_after_our_own_time_had_run_out_starts_its_own(
    told: Told, staff: Staff, now: datetime
) -> None:
    notice = told("AU", "esafety")
    later = now + timedelta(hours=80)
    assert sweep_clocks(later) == 1
    note_order(notice.pk, later, staff=staff, now=later)
    after = now_of(notice)
    assert (after.state, after.escalated_at) == (NoticeState.ACKNOWLEDGED, None)
    assert after.due_at == later + timedelta(hours=24)


def test_what_was_noted_wrongly_is_noted_again(told: Told, staff: Staff, now: datetime) -> None:
    notice = told("AU", "esafety")
    note_order(notice.pk, now, staff=staff, now=now)
    right = now + timedelta(hours=3)
    note_order(notice.pk, right, staff=staff, now=right)
    assert now_of(notice).due_at == right + timedelta(hours=24)


def test_a_minors_hotline_that_applies_such_a_law_starts_its_clock_too(
    told: Told, staff: Staff, now: datetime
) -> None:
    notice = told("TW", "siarc", age_group=AgeGroup.UNDER_18)
    assert notice.law_id == ""
    note_order(notice.pk, now, staff=staff, now=now)
    assert now_of(notice).due_at == now + timedelta(hours=24)


def test_no_order_is_noted_where_no_clock_waits_for_one(
    told: Told, staff: Staff, now: datetime
) -> None:
    korean = told("KR", "d4u", age_group=AgeGroup.UNDER_18)
    with pytest.raises(NoOrderHere, match="No law"):
        note_order(korean.pk, now, staff=staff, now=now)
    notice = told("AU", "esafety")
    with pytest.raises(NoOrderHere, match="still to come"):
        note_order(notice.pk, now + timedelta(minutes=1), staff=staff, now=now)
    platform = Notice.objects.get(sighting=notice.sighting, recipient_id="telegram")
    with pytest.raises(NoOrderHere):
        note_order(platform.pk, now, staff=staff, now=now)
    Notice.objects.filter(pk=notice.pk).update(state=NoticeState.REFUSED, ended_at=now)
    with pytest.raises(NotNow):
        note_order(notice.pk, now, staff=staff, now=now)
    assert now_of(notice).due_at == now + timedelta(hours=72)


def test_an_order_is_not_older_than_what_it_answers(
    told: Told, staff: Staff, now: datetime
) -> None:
    notice = told("AU", "esafety")
    for early in (now - timedelta(days=2), datetime(1, 1, 1, tzinfo=UTC)):
        with pytest.raises(NoOrderHere, match="before the notice"):
            note_order(notice.pk, early, staff=staff, now=now)
