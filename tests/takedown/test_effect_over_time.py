"""A recipient's figures month by month, or week by week."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from jikimi.takedown.rules.effect import Outcome
from jikimi.takedown.rules.effect_over_time import PERIODS, Course, beginnings, courses_of
from jikimi.venues.packs import LawId, RecipientId

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
SEOUL = ZoneInfo("Asia/Seoul")
DAY = timedelta(days=1)


def outcome(days_ago: float, removed_after: float | None = None, law: str = "a") -> Outcome:
    sent = NOW - days_ago * DAY
    return Outcome(
        recipient_id=RecipientId("x"),
        law_id=LawId(law),
        sent_at=sent,
        removed_at=None if removed_after is None else sent + timedelta(hours=removed_after),
        observed_until=NOW,
    )


def course(*outcomes: Outcome) -> Course:
    (only,) = courses_of(outcomes, NOW, SEOUL)
    return only


def test_few_notices_are_cut_by_month_and_many_by_week() -> None:
    few = course(*[outcome(10)] * 59)
    many = course(*[outcome(10)] * 60)
    assert (few.weekly, many.weekly) == (False, True)
    assert [len(one.periods) for one in (few, many)] == [PERIODS, PERIODS]
    assert few.periods[-1].begins == date(2026, 11, 1)
    assert few.periods[0].begins == date(2025, 12, 1)
    assert many.periods[-1].begins == date(2026, 11, 16)


def test_months_begin_at_the_centres_midnight() -> None:
    at_home = datetime(2026, 10, 31, 15, 30, tzinfo=UTC)  # half past midnight in Seoul
    one = outcome((NOW - at_home) / DAY)
    (month,) = [held for held in course(one).periods if held.times]
    assert month.begins == date(2026, 11, 1)


def test_the_newest_notices_say_nothing_of_the_rate_yet_but_of_the_times() -> None:
    newest = course(*[outcome(3, 5)] * 6, *[outcome(3)] * 6).periods[-1]
    assert newest.rate is None
    assert newest.times is not None
    assert (newest.times.watched, newest.times.median) == (12, timedelta(hours=5))


def test_each_period_has_its_own_figures() -> None:
    held = course(
        *[outcome(40, 10)] * 6, *[outcome(40)] * 2, *[outcome(75, 20)] * 1, *[outcome(75)] * 3
    ).periods
    told = {one.begins.month: (one.rate.n, one.rate.removed) for one in held if one.rate}
    assert told == {9: (4, 1), 10: (8, 6)}


def test_laws_are_kept_apart() -> None:
    both = courses_of([outcome(9, law="b"), outcome(9), outcome(8)], NOW, SEOUL)
    assert [one.law_id for one in both] == ["a", "b"]


@given(
    after=st.timedeltas(timedelta(0), 3000 * DAY),
    weekly=st.booleans(),
)
def test_periods_follow_each_other_and_the_last_holds_today(after: timedelta, weekly: bool) -> None:
    until = NOW + after
    days = beginnings(until, SEOUL, weekly=weekly)
    today = until.astimezone(SEOUL).date()
    assert len(days) == PERIODS
    assert list(days) == sorted(set(days))
    assert days[-1] <= today < days[-1] + timedelta(days=7 if weekly else 31)
    assert all(day.weekday() == 0 if weekly else day.day == 1 for day in days)


@given(st.lists(st.tuples(st.floats(0, 330), st.none() | st.floats(0, 100)), max_size=30))
def test_no_notice_is_counted_twice(made: list[tuple[float, float | None]]) -> None:
    outcomes = [
        outcome(ago, None if hours is None else min(hours, ago * 24)) for ago, hours in made
    ]
    counted = sum(
        period.times.watched
        for one in courses_of(outcomes, NOW, SEOUL)
        for period in one.periods
        if period.times
    )
    assert counted <= len(outcomes)
