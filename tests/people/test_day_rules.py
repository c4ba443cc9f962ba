"""What a day asks of somebody: added up, reminded of, and where it ends."""

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jikimi.people.rules import (
    BREAK,
    BREAK_AFTER,
    GO_ON_FOR,
    Limits,
    Meter,
    Reminder,
    Stretch,
    asks_first,
    grown,
    meter_of,
    reminder_for,
    why_no_view,
)

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
LIMITS = Limits(views=5, hours=timedelta(hours=5), ends=time(16, 0))
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def stretch(begins_ago: timedelta, ended_ago: timedelta = timedelta()) -> Stretch:
    return Stretch(began=NOON - begins_ago, ended=NOON - ended_ago)


def meter(*stretches: Stretch, views: int = 0, now: datetime = NOON) -> Meter:
    return meter_of(stretches, [NOON - MINUTE] * views, LIMITS, now)


def test_a_stretch_goes_on_until_there_was_a_break() -> None:
    last = stretch(HOUR, BREAK - MINUTE)
    assert grown(last, NOON) == Stretch(began=last.began, ended=NOON)
    last = stretch(HOUR, BREAK)
    assert grown(last, NOON) == Stretch(began=NOON, ended=NOON)
    assert grown(None, NOON) == Stretch(began=NOON, ended=NOON)


def test_the_same_minute_is_not_written_twice_and_a_clock_that_goes_back_changes_nothing() -> None:
    assert grown(stretch(HOUR, timedelta(seconds=59)), NOON) is None
    assert grown(stretch(HOUR, -HOUR), NOON) is None


@given(st.lists(st.integers(0, 30), max_size=40))
def test_desk_time_is_the_gaps_shorter_than_a_break(gaps: list[int]) -> None:
    now = NOON.replace(hour=0)
    kept: list[Stretch] = []
    for gap in gaps:
        now += timedelta(minutes=gap)
        after = grown(kept[-1] if kept else None, now)
        if after is not None:
            kept = [*(one for one in kept if one.began != after.began), after]
    expected = sum((gap * MINUTE for gap in gaps[1:] if gap * MINUTE < BREAK), timedelta())
    assert meter_of(kept, [], LIMITS, now).desk == expected


def test_only_what_lies_after_midnight_counts() -> None:
    night = Stretch(began=NOON - 13 * HOUR, ended=NOON - 11 * HOUR)
    counted = meter_of([night], [NOON - 13 * HOUR, NOON - HOUR], LIMITS, NOON)
    assert counted.desk == HOUR
    assert counted.views == (NOON - HOUR,)


def test_a_break_is_suggested_after_an_hour_and_not_after_the_break() -> None:
    assert reminder_for(meter(stretch(BREAK_AFTER)), LIMITS) is Reminder.BREAK
    assert reminder_for(meter(stretch(BREAK_AFTER - MINUTE)), LIMITS) is None
    assert reminder_for(meter(stretch(2 * HOUR, BREAK)), LIMITS) is None


def test_full_hours_weigh_more_than_the_end_of_the_day_and_that_more_than_a_break() -> None:
    assert reminder_for(meter(stretch(5 * HOUR)), LIMITS) is Reminder.HOURS
    late = NOON.replace(hour=16)
    two = Stretch(began=late - 2 * HOUR, ended=late)
    assert reminder_for(meter_of([two], [], LIMITS, late), LIMITS) is Reminder.DAY_ENDS
    assert reminder_for(meter(now=late), LIMITS) is None  # somebody who only looks in


def test_each_limit_stops_views_with_its_own_reason() -> None:
    assert why_no_view(meter(views=4), LIMITS) == ""
    assert "5 of 5" in why_no_view(meter(views=5), LIMITS)
    assert "hours" in why_no_view(meter(stretch(5 * HOUR)), LIMITS)
    assert "16:00" in why_no_view(meter(now=NOON.replace(hour=16)), LIMITS)
    none = Limits(views=0, hours=HOUR, ends=None)
    assert "no pictures to anybody" in why_no_view(meter_of([], [], none, NOON), none)


def test_a_day_without_an_end_has_none() -> None:
    endless = Limits(views=5, hours=5 * HOUR, ends=None)
    night = NOON.replace(hour=23)
    assert why_no_view(meter_of([], [], endless, night), endless) == ""


@pytest.mark.parametrize(
    ("went_on_ago", "asked"), [(None, True), (GO_ON_FOR, True), (GO_ON_FOR - MINUTE, False)]
)
def test_after_the_hours_each_hour_asks_again(went_on_ago: timedelta | None, asked: bool) -> None:
    full = meter(stretch(5 * HOUR))
    went_on = None if went_on_ago is None else NOON - went_on_ago
    assert asks_first(full, LIMITS, went_on, NOON) is asked
    assert not asks_first(meter(stretch(5 * HOUR - MINUTE)), LIMITS, None, NOON)
