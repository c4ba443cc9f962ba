"""When an answer is due, and whose time that is."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jikimi.takedown.rules.clock import due_at, follow_up
from jikimi.venues.packs import Clock, LawId, RecipientId, load_packs

PACKS = load_packs()
US, DSA = PACKS.laws[LawId("us-take-it-down")], PACKS.laws[LawId("eu-dsa-16")]
TELEGRAM = PACKS.recipients[RecipientId("telegram")]
SENT = datetime(2026, 11, 21, 22, 0, tzinfo=UTC)


def test_the_us_clock_runs_out_48_hours_after_the_request() -> None:
    assert due_at(US.clock, SENT) == datetime(2026, 11, 23, 22, 0, tzinfo=UTC)


def test_a_law_without_hours_has_no_due_time() -> None:
    assert due_at(DSA.clock, SENT) is None


@pytest.mark.parametrize(("unit", "value"), [("hours", 24), ("days", 1)])
@pytest.mark.parametrize("day", [datetime(2026, 3, 7), datetime(2026, 10, 31)])  # noqa: DTZ001
def test_a_change_to_or_from_summer_time_neither_gives_nor_takes_an_hour(
    day: datetime, unit: str, value: int
) -> None:
    sent = day.replace(hour=12, tzinfo=ZoneInfo("America/New_York"))
    clock = Clock(value=value, unit="hours" if unit == "hours" else "days", trigger=None)

    due = due_at(clock, sent)

    assert due is not None
    assert due - sent.astimezone(UTC) == timedelta(hours=24)


def test_a_time_without_a_zone_is_refused_also_where_there_is_no_clock() -> None:
    for clock in (US.clock, None):
        with pytest.raises(ValueError, match="time zone"):
            due_at(clock, datetime(2026, 11, 21))  # noqa: DTZ001


@given(st.datetimes(timezones=st.timezones()), st.integers(1, 10000))
def test_due_is_always_exactly_the_length_later(sent: datetime, hours: int) -> None:
    # A year of distance from the ends of the calendar, so that the sum exists.
    if not 2 < sent.year < 9990:
        return
    due = due_at(Clock(value=hours, unit="hours", trigger=None), sent)

    assert due is not None
    assert due - sent.astimezone(UTC) == timedelta(hours=hours)


def test_the_laws_time_comes_before_the_recipients() -> None:
    quick = replace(TELEGRAM, stated_time=Clock(value=4, unit="hours", trigger=None))

    assert follow_up(US, quick).set_by == "law"
    assert follow_up(US, quick).after == timedelta(hours=48)
    assert follow_up(DSA, quick).set_by == "recipient"
    assert follow_up(DSA, quick).after == timedelta(hours=4)


def test_our_own_time_is_said_to_be_ours() -> None:
    ours = follow_up(DSA, TELEGRAM)

    assert ours.set_by == "centre"
    assert ours.after == timedelta(hours=72)
    assert "our own" in ours.text
    assert "DSA" not in ours.text


def test_one_hour_is_written_in_the_singular() -> None:
    one = replace(TELEGRAM, stated_time=Clock(value=1, unit="hours", trigger=None))

    assert follow_up(DSA, one).text.startswith("1 hour,")
