"""When an answer is due, and whose time that is."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from holidays import country_holidays
from hypothesis import given
from hypothesis import strategies as st

from jikimi.takedown.rules.clock import clock_from_us, due_at, follow_up
from jikimi.venues.packs import Clock, LawId, LawPack, RecipientId, load_packs

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


def test_a_clock_that_an_authority_starts_is_not_counted_from_our_notice() -> None:
    australia = PACKS.laws[LawId("au-osa-77")]

    assert clock_from_us(australia) is None
    assert clock_from_us(US) == US.clock
    assert clock_from_us(DSA) is None
    assert clock_from_us(None) is None
    assert follow_up(australia, TELEGRAM).set_by == "centre"


@pytest.mark.parametrize("law", [US, DSA])
def test_a_follow_up_says_when_it_is_due(law: LawPack) -> None:
    time = follow_up(law, TELEGRAM)

    assert time.due_at(SENT) == SENT + time.after


# --- Working days


def working_days(value: int, zone: str = "Asia/Seoul", place: str = "KR") -> Clock:
    return Clock(
        value=value,
        unit="days",
        trigger="valid_request",
        calendar="working_days",
        zone=zone,
        holidays=place,
    )


SEOUL = ZoneInfo("Asia/Seoul")


@pytest.mark.parametrize(
    ("sent", "days", "due"),
    [
        # Monday to the end of Tuesday.
        (datetime(2026, 11, 23, 10, tzinfo=SEOUL), 1, datetime(2026, 11, 25, tzinfo=SEOUL)),
        # Friday: Saturday and Sunday do not count.
        (datetime(2026, 11, 20, 10, tzinfo=SEOUL), 1, datetime(2026, 11, 24, tzinfo=SEOUL)),
        # Wednesday before Chuseok 2026, a holiday from Thursday to Saturday.
        (datetime(2026, 9, 23, 10, tzinfo=SEOUL), 1, datetime(2026, 9, 29, tzinfo=SEOUL)),
        # Thursday in UTC and already Friday in Seoul: the first day that counts is Monday.
        (datetime(2026, 11, 19, 16, tzinfo=UTC), 1, datetime(2026, 11, 24, tzinfo=SEOUL)),
        # A minute earlier it is still Thursday there.
        (datetime(2026, 11, 19, 14, 59, tzinfo=UTC), 1, datetime(2026, 11, 21, tzinfo=SEOUL)),
    ],
)
def test_working_days_skip_weekends_and_holidays_of_the_place(
    sent: datetime, days: int, due: datetime
) -> None:
    assert due_at(working_days(days), sent) == due


def test_a_holiday_of_one_part_of_a_country_counts_there_only() -> None:
    # 2026-01-06: Epiphany, a holiday in Bavaria and not in Berlin.
    sent = datetime(2026, 1, 5, 12, tzinfo=ZoneInfo("Europe/Berlin"))

    bavaria = due_at(working_days(1, "Europe/Berlin", "DE-BY"), sent)
    berlin = due_at(working_days(1, "Europe/Berlin", "DE-BE"), sent)

    assert bavaria is not None
    assert berlin is not None
    assert bavaria - berlin == timedelta(days=1)


@pytest.mark.parametrize("day", [date(2026, 3, 7), date(2026, 10, 31)])
def test_a_working_day_ends_at_local_midnight_also_after_a_change_of_the_clocks(
    day: date,
) -> None:
    new_york = ZoneInfo("America/New_York")
    sent = datetime(day.year, day.month, day.day, 12, tzinfo=new_york)

    due = due_at(working_days(2, "America/New_York", "US"), sent)

    assert due is not None
    local = due.astimezone(new_york)
    assert (local.hour, local.minute) == (0, 0)
    assert local.weekday() == 2  # Monday and Tuesday have passed


PLACES = [
    ("Asia/Seoul", "KR"),
    ("Asia/Tokyo", "JP"),
    ("Asia/Taipei", "TW"),
    ("Asia/Jakarta", "ID"),
    ("Asia/Kolkata", "IN"),
    ("Europe/Paris", "FR"),
    ("Europe/London", "GB"),
    ("America/Los_Angeles", "US"),
    ("Australia/Lord_Howe", "AU"),
]
some_sending = st.datetimes(
    datetime(2024, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    datetime(2028, 12, 31),  # noqa: DTZ001
    timezones=st.timezones(),
)


@given(some_sending, st.integers(1, 30), st.sampled_from(PLACES))
def test_working_days_are_never_earlier_than_elapsed_days(
    sent: datetime, days: int, place: tuple[str, str]
) -> None:
    counted = due_at(working_days(days, *place), sent)
    elapsed = due_at(Clock(value=days, unit="days", trigger=None), sent)

    assert counted is not None
    assert elapsed is not None
    assert counted >= elapsed


@given(some_sending, st.integers(1, 30), st.sampled_from(PLACES))
def test_as_many_working_days_have_passed_as_the_law_gives(
    sent: datetime, days: int, place: tuple[str, str]
) -> None:
    zone, calendar = ZoneInfo(place[0]), country_holidays(place[1], years=range(2023, 2031))

    due = due_at(working_days(days, *place), sent)

    assert due is not None
    first = sent.astimezone(zone).date() + timedelta(days=1)
    last = (due.astimezone(zone) - timedelta(hours=2)).date()
    passed = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    made_up = calendar.weekend_workdays  # Saturdays on which Taiwan works for a long holiday
    counted = [
        day for day in passed if day in made_up or (day.weekday() < 5 and day not in calendar)
    ]
    assert len(counted) == days
    assert calendar.is_working_day(last)


@given(some_sending, st.integers(1, 30), st.integers(1, 30), st.sampled_from(PLACES))
def test_more_working_days_are_never_due_earlier(
    sent: datetime, days: int, more: int, place: tuple[str, str]
) -> None:
    sooner = due_at(working_days(days, *place), sent)
    later = due_at(working_days(days + more, *place), sent)

    assert sooner is not None
    assert later is not None
    assert sooner < later


def test_a_saturday_on_which_a_country_works_counts() -> None:
    # 2024-02-17 made up for a day off before the lunar new year in Taiwan.
    taipei = ZoneInfo("Asia/Taipei")
    sent = datetime(2024, 2, 16, 12, tzinfo=taipei)

    due = due_at(working_days(1, "Asia/Taipei", "TW"), sent)

    assert due == datetime(2024, 2, 18, tzinfo=taipei)


def test_a_working_day_of_23_hours_does_not_make_the_time_shorter() -> None:
    # A Sunday that works (as in Israel) on which the clocks go forward (as in London).
    sent = datetime(2026, 3, 28, 23, 59, tzinfo=ZoneInfo("Europe/London"))

    due = due_at(working_days(1, "Europe/London", "IL"), sent)

    assert due is not None
    assert due - sent.astimezone(UTC) == timedelta(hours=24)


def test_the_text_of_a_follow_up_says_that_working_days_are_counted() -> None:
    law = replace(US, clock=working_days(3))

    time = follow_up(law, TELEGRAM)

    assert time.text.startswith("3 working days from")
    assert time.due_at(SENT) == due_at(working_days(3), SENT)
    assert time.due_at(SENT) > SENT + time.after


def test_working_days_refuse_a_time_without_a_zone() -> None:
    with pytest.raises(ValueError, match="time zone"):
        due_at(working_days(1), datetime(2026, 11, 21))  # noqa: DTZ001
