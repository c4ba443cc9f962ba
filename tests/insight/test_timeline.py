"""Notices as lanes along one time axis: whatever happened, the picture can be read."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jikimi.insight.rules.text_width import shortened, width_of
from jikimi.insight.rules.time_axis import TimeAxis
from jikimi.insight.rules.timeline import (
    LABEL_SIZE,
    MARK,
    TITLE_SIZE,
    Event,
    Lane,
    Span,
    Timeline,
    draw_timeline,
)

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
SEOUL = ZoneInfo("Asia/Seoul")
NARROW, WIDE = 280.0, 640.0
WORDS = ("drafted", "approved", "sent", "acknowledged", "clock ran out", "다음 단계", "refused")


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


@st.composite
def lanes(draw: st.DrawFn) -> Lane:
    spans = st.floats(-9000, 2000, allow_nan=False)
    moments = sorted(draw(st.lists(spans, min_size=1, max_size=9)))
    events = tuple(
        Event(at=NOW + hours(at), words=draw(st.sampled_from(WORDS)), tone="plain")
        for at in moments
    )
    begun = NOW + hours(moments[0])
    clock = None
    if draw(st.booleans()):
        due = begun + hours(draw(st.floats(0, 400))) if draw(st.booleans()) else None
        stopped = begun + hours(draw(st.floats(0, 400))) if draw(st.booleans()) else None
        clock = Span(begun=begun, due=due, stopped=stopped)
    return Lane(
        title=draw(st.text(max_size=80)),
        state=draw(st.sampled_from(["removed", "clock run out", "sending broke off"])),
        tone="plain",
        events=events,
        clock=clock,
        is_open=draw(st.booleans()),
    )


many_lanes = st.lists(lanes(), min_size=1, max_size=5)
widths = st.sampled_from([NARROW, WIDE])


def drawn(made: list[Lane], width: float = WIDE) -> Timeline:
    return draw_timeline(made, now=NOW, zone=SEOUL, width=width)


@given(many_lanes, widths)
def test_nothing_lies_outside_the_picture(made: list[Lane], width: float) -> None:
    picture = drawn(made, width)
    for lane in picture.lanes:
        for strip in lane.strips:
            assert 0 <= strip.x <= strip.x + strip.width <= width + 1e-6
            assert lane.top <= strip.y <= strip.y + strip.height <= lane.bottom
        for mark in lane.marks:
            assert MARK <= mark.x <= width - MARK
        for label in lane.labels:
            assert label.x >= -1e-6
            assert label.x + label.width <= width + 1e-6
            assert lane.top < label.y <= lane.bottom <= picture.height
    for tick in picture.ticks:
        half = width_of(tick.words, LABEL_SIZE) / 2
        assert 0 <= tick.x - half <= tick.x + half <= width
    assert picture.now_x is None or 0 <= picture.now_x <= width


@given(many_lanes, widths)
def test_no_two_labels_touch(made: list[Lane], width: float) -> None:
    picture = drawn(made, width)
    for lane in picture.lanes:
        boxes = [(one.y, one.x, one.x + one.width) for one in lane.labels]
        for (row, _, end), (next_row, start, _) in pairwise(sorted(boxes)):
            assert row != next_row or end < start
        room = width_of(lane.title, TITLE_SIZE) + width_of(lane.state, TITLE_SIZE)
        assert room <= width
    ends = [(one.x, width_of(one.words, LABEL_SIZE) / 2) for one in picture.ticks]
    assert all(x + half < later - other for (x, half), (later, other) in pairwise(ends))


@given(many_lanes, widths)
def test_what_happened_earlier_stands_further_left_and_lanes_keep_their_order(
    made: list[Lane], width: float
) -> None:
    picture = drawn(made, width)
    marks = sorted(
        ((mark.event.at, mark.x) for lane in picture.lanes for mark in lane.marks),
        key=lambda pair: pair[0],
    )
    assert all(x <= later + 1e-6 for (_, x), (_, later) in pairwise(marks))
    assert all(upper.bottom < lower.top for upper, lower in pairwise(picture.lanes))
    assert [len(lane.marks) for lane in picture.lanes] == [len(lane.events) for lane in made]


def a_notice(**changes: object) -> Lane:
    values: dict[str, object] = {
        "title": "Telegram · t.me",
        "state": "sent",
        "tone": "plain",
        "events": (Event(at=NOW - hours(10), words="sent"), Event(at=NOW + hours(38), words="due")),
        "clock": Span(begun=NOW - hours(10), due=NOW + hours(38), stopped=None),
    }
    return Lane(**values | changes)  # type: ignore[arg-type]


def test_a_running_clock_shows_how_much_of_it_is_used() -> None:
    (lane,) = drawn([a_notice()]).lanes
    strips = {strip.kind: strip for strip in lane.strips}
    assert set(strips) == {"waiting", "allowed", "used"}
    assert strips["used"].width / strips["allowed"].width == pytest.approx(10 / 48)


def test_a_clock_that_has_run_out_shows_since_when() -> None:
    begun, due = NOW - hours(72), NOW - hours(24)
    late = a_notice(
        events=(Event(at=begun, words="sent"), Event(at=due, words="ran out", tone="late")),
        clock=Span(begun=begun, due=due, stopped=None),
    )
    picture = drawn([late])
    strips = {strip.kind: strip for strip in picture.lanes[0].strips}
    assert strips["over"].width / strips["used"].width == pytest.approx(24 / 48)
    assert picture.now_x is not None
    assert strips["over"].x + strips["over"].width == pytest.approx(picture.now_x)


def test_what_was_removed_in_time_has_nothing_over_and_no_now() -> None:
    begun = NOW - hours(72)
    gone = Event(at=NOW - hours(60), words="gone", tone="ok")
    picture = drawn(
        [
            a_notice(
                events=(Event(at=begun, words="sent"), gone),
                clock=Span(begun=begun, due=NOW - hours(24), stopped=gone.at),
                is_open=False,
            )
        ]
    )
    assert {strip.kind for strip in picture.lanes[0].strips} == {"waiting", "used"}
    assert picture.now_x is None


def test_three_events_at_one_moment_stand_below_each_other_in_order() -> None:
    events = tuple(Event(at=NOW, words=words) for words in ("drafted", "approved", "sent"))
    (lane,) = drawn([a_notice(events=events, clock=None)]).lanes
    assert [label.words for label in lane.labels] == ["drafted", "approved", "sent"]
    assert len({label.y for label in lane.labels}) == 3


def test_a_lane_where_nothing_happened_is_refused() -> None:
    with pytest.raises(ValueError, match="no place in time"):
        a_notice(events=())
    with pytest.raises(ValueError, match="nothing"):
        drawn([])


# --- The axis


def words_of(start: datetime, end: datetime, width: float = WIDE) -> list[str]:
    axis = TimeAxis(start=start, end=end, left=0, right=width)
    return [tick.words for tick in axis.ticks(SEOUL, size=LABEL_SIZE)]


def test_ticks_are_hours_then_days_then_months_by_the_clock_on_the_wall() -> None:
    assert words_of(NOW, NOW + hours(7)) == [f"{hour}:00" for hour in (22, 23)] + [
        "22 Nov",
        *(f"0{hour}:00" for hour in (1, 2, 3)),
    ]
    assert words_of(NOW, NOW + hours(24 * 6)) == [f"{day} Nov" for day in range(23, 28)]
    assert words_of(NOW, NOW + hours(24 * 170)) == [
        "1 Dec",
        "1 Jan",
        "1 Feb",
        "1 Mar",
        "1 Apr",
        "1 May",
    ]
    assert words_of(NOW, NOW + hours(24 * 800))[0] == "Jan 2027"


def test_a_phone_gets_fewer_ticks() -> None:
    span = (NOW, NOW + hours(24 * 6))
    assert 2 <= len(words_of(*span, width=NARROW)) < len(words_of(*span))


def test_ticks_stay_in_order_where_the_clock_on_the_wall_goes_back() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    start = datetime(2026, 10, 24, 20, 0, tzinfo=UTC)
    axis = TimeAxis(start=start, end=start + hours(8), left=0, right=WIDE)
    places = [tick.x for tick in axis.ticks(berlin, size=LABEL_SIZE)]
    assert len(places) > 3
    assert places == sorted(places)


def test_an_axis_from_later_to_earlier_is_refused() -> None:
    with pytest.raises(ValueError, match="earlier to later"):
        TimeAxis(start=NOW, end=NOW - hours(1), left=0, right=1)


# --- Words


@given(st.text(max_size=60), st.floats(0, 300))
def test_words_cut_to_a_width_fit_it(words: str, width: float) -> None:
    assert width_of(shortened(words, 13, width), 13) <= width


def test_korean_letters_are_wider_than_latin_ones() -> None:
    assert width_of("텔레그램", 10) == 40
    assert width_of("abcd", 10) < 30
