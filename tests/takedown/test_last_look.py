"""Before anybody is called late somebody looks; and looks are counted anew with each notice."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jikimi.cases.models import Sighting
from jikimi.cases.rules import AgeGroup
from jikimi.people.models import Staff
from jikimi.takedown.actions import (
    approve_notice,
    dispatch_ready,
    escalate_due,
    look_at,
    sweep_clocks,
)
from jikimi.takedown.actions.looking import look_at_due
from jikimi.takedown.channels.email import EmailChannel
from jikimi.takedown.models import Notice
from jikimi.takedown.outcomes import answers_at, effects_at, forget_effects
from jikimi.takedown.rules.notice import NoticeState
from jikimi.takedown.rules.recheck import LAST_LOOK_WITHIN, waits_for_last_look
from jikimi.trail.lookups import entries_of
from tests.takedown.looks import Answers

pytestmark = pytest.mark.django_db
TIME = timedelta(hours=72)
"""What the stand-in gives itself."""
THERE, REMOVED = Answers(403), Answers(404)
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
def notice(sent: Callable[..., Notice], now: datetime) -> Notice:
    """A notice whose picture was last looked at a day after it went out."""
    notice = sent()
    for hours in (0, 1, 7, 24):
        look_at(notice.sighting_id, THERE, now=now + timedelta(hours=hours))
    return notice


def test_who_removed_it_in_time_is_not_called_late_and_nobody_else_is_written_to(
    notice: Notice, now: datetime
) -> None:
    due = now + TIME
    assert Sighting.objects.get().next_look_at > due
    assert sweep_clocks(due) == 0
    assert look_at_due(REMOVED, lambda: due) == 1
    assert sweep_clocks(due + timedelta(minutes=1)) == escalate_due(due) == 0

    assert Notice.objects.get().state == NoticeState.REMOVED
    events = [one.payload["event"] for one in entries_of(notice.sighting.case_id)]
    assert "notice overdue" not in events
    forget_effects()
    later = due + timedelta(days=1)
    (effect,) = effects_at(later)
    assert (effect.n, effect.removed) == (1, 1)
    (answers,) = answers_at(later)
    assert (answers.answered, answers.in_time) == (1, 1)


def test_whose_picture_a_look_after_the_end_has_not_seen_gone_is_late(
    notice: Notice, now: datetime
) -> None:
    due = now + TIME
    sweep_clocks(due)
    look_at_due(THERE, lambda: due + timedelta(minutes=1))
    assert sweep_clocks(due + timedelta(minutes=2)) == 1
    assert Notice.objects.get().state == NoticeState.OVERDUE


def test_a_look_from_before_the_end_says_nothing_of_it(notice: Notice, now: datetime) -> None:
    look_at(notice.sighting_id, THERE, now=now + TIME - timedelta(seconds=1))
    assert sweep_clocks(now + TIME) == 0


def test_a_clock_does_not_wait_for_ever_for_a_look_that_nobody_can_make(
    notice: Notice, now: datetime
) -> None:
    over = now + TIME + LAST_LOOK_WITHIN
    assert sweep_clocks(over - timedelta(seconds=1)) == 0
    assert sweep_clocks(over) == 1
    assert Notice.objects.get().state == NoticeState.OVERDUE


def test_a_look_that_is_under_way_or_due_already_is_not_asked_for_again(
    notice: Notice, now: datetime
) -> None:
    due = now + TIME
    for planned in (due - timedelta(hours=1), due + timedelta(minutes=4)):
        Sighting.objects.update(next_look_at=planned)
        sweep_clocks(due)
        assert Sighting.objects.get().next_look_at == planned


def test_where_nobody_looks_the_clock_runs_out_at_its_end(notice: Notice, now: datetime) -> None:
    Sighting.objects.update(next_look_at=None)
    assert sweep_clocks(now + TIME) == 1


def test_a_minors_clock_waits_for_no_look(sent: Callable[..., Notice], now: datetime) -> None:
    notice = sent()
    notice.sighting.case.age_group = AgeGroup.UNDER_18
    notice.sighting.case.save()
    Sighting.objects.update(next_look_at=now)
    assert look_at_due(THERE, lambda: now) == 0
    assert sweep_clocks(now + TIME) == 1


def test_looks_are_frequent_again_once_the_next_notice_has_gone_out(
    notice: Notice, staff: Staff, now: datetime
) -> None:
    later = now + TIME + LAST_LOOK_WITHIN
    sweep_clocks(later)
    escalate_due(later)
    following = Notice.objects.get(state=NoticeState.DRAFT)
    approve_notice(following.pk, staff=staff, now=later)
    dispatch_ready(EmailChannel(), lambda: later)

    place = Sighting.objects.get()
    assert (place.looks, place.next_look_at) == (0, later + timedelta(minutes=5))
    at = later + timedelta(minutes=5)
    look_at_due(THERE, lambda: at)
    assert Sighting.objects.get().next_look_at == at + timedelta(hours=1)


moments = st.integers(0, 10_000).map(lambda minutes: NOON + timedelta(minutes=minutes))


@given(due=moments, last=st.none() | moments, next_=st.none() | moments, now=moments)
def test_no_clock_waits_longer_than_that_nor_after_a_look(
    due: datetime, last: datetime | None, next_: datetime | None, now: datetime
) -> None:
    if waits_for_last_look(due, last, next_, now):
        assert next_ is not None
        assert now - due < LAST_LOOK_WITHIN
        assert last is None or last < due
