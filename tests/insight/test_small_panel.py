"""One figure over time with its spread: whatever the figures, the picture can be read."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jikimi.insight.rules.small_panel import Reading, draw_panel, short_count

WIDTH, HEIGHT = 280.0, 132.0
SCALE = ((0.0, "0"), (0.5, "50 %"), (1.0, "100 %"))
shares = st.floats(0, 1, allow_nan=False)


@st.composite
def readings(draw: st.DrawFn) -> Reading:
    low, middle, high = sorted([draw(shares), draw(shares), draw(shares)])
    period = draw(st.sampled_from(["Nov", "2 Nov", "16 Sep", "Jan 2027"]))
    n = draw(st.integers(0, 200_000))
    if draw(st.booleans()):
        return Reading(period=period, n=n)
    return Reading(
        period=period,
        n=n,
        low=low,
        middle=middle if draw(st.booleans()) else None,
        high=high,
        words=draw(st.sampled_from(["81 %", "30 h", "12 days", "under 1 h"])),
    )


@given(st.lists(readings(), min_size=1, max_size=14))
def test_nothing_lies_outside_and_no_words_touch(made: list[Reading]) -> None:
    panel = draw_panel(made, SCALE, width=WIDTH, height=HEIGHT)
    for column in panel.columns:
        assert panel.left <= column.x <= panel.right
        assert 0 <= column.top <= column.bottom <= HEIGHT
        assert column.dot is None or column.top <= column.dot <= column.bottom
    for row in (panel.periods, panel.counts):
        for words in row:
            assert words.x - words.width / 2 >= -1e-6
            assert words.x + words.width / 2 <= WIDTH + 1e-6
            assert words.y <= HEIGHT
        for one, other in pairwise(row):
            assert one.x + one.width / 2 <= other.x - other.width / 2
    if panel.last:
        assert panel.left <= panel.last.x - panel.last.width / 2
        assert panel.last.x + panel.last.width / 2 <= WIDTH + 1e-6
        assert panel.last.y > 0


@given(st.lists(readings(), min_size=1, max_size=14))
def test_only_what_is_known_is_drawn_and_in_order(made: list[Reading]) -> None:
    panel = draw_panel(made, SCALE, width=WIDTH, height=HEIGHT)
    assert [one.reading for one in panel.columns] == [one for one in made if one.low is not None]
    assert [one.x for one in panel.columns] == sorted(one.x for one in panel.columns)
    assert (panel.last is None) == all(one.low is None for one in made)


def test_a_higher_figure_stands_higher_and_a_gap_stays_a_gap() -> None:
    def month(value: float | None) -> Reading:
        if value is None:
            return Reading(period="Nov", n=2)
        return Reading(period="Nov", n=9, low=value, middle=value, high=value, words="x")

    panel = draw_panel(
        [month(0.2), month(0.9), month(None), month(0.5), month(None), month(0.1), month(1)],
        SCALE,
        width=WIDTH,
        height=HEIGHT,
    )
    dots = [column.dot or 0 for column in panel.columns]
    assert dots[1] < dots[2] < dots[0]
    assert [len(path.split()) for path in panel.paths] == [2, 2]
    assert panel.last is not None
    assert panel.last.words == "x"


def test_a_figure_outside_its_spread_is_refused() -> None:
    with pytest.raises(ValueError, match="within its spread"):
        Reading(period="Nov", n=5, low=0.5, middle=0.2, high=0.9)
    with pytest.raises(ValueError, match="no time"):
        draw_panel([], SCALE, width=WIDTH, height=HEIGHT)


@pytest.mark.parametrize(("n", "said"), [(0, "0"), (999, "999"), (1000, "1k"), (52_900, "52k")])
def test_counts_are_short(n: int, said: str) -> None:
    assert short_count(n) == said
