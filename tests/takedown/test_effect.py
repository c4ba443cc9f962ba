"""What became of notices, as a rate with its interval and a time."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jikimi.takedown.rules.effect import (
    Effect,
    Outcome,
    effects_of,
    gone_at_least,
    time_until,
    wilson,
)
from jikimi.takedown.rules.notice import NoticeState
from jikimi.takedown.rules.route import (
    ChosenRoute,
    PastNotice,
    choose_route,
)
from jikimi.venues.packs import LawId, RecipientId
from tests.takedown.routing import ADULT, NOW, PACKS, ROOM

SENT = datetime(2026, 11, 1, tzinfo=UTC)
TELEGRAM = RecipientId("telegram")
DSA, US = LawId("eu-dsa-16"), LawId("us-take-it-down")


def removed(hours: float, law: LawId = DSA) -> Outcome:
    down = SENT + timedelta(hours=hours)
    return Outcome(
        recipient_id=TELEGRAM, law_id=law, sent_at=SENT, removed_at=down, observed_until=down
    )


def still_up(hours: float, law: LawId = DSA, *, given_up: bool = False) -> Outcome:
    return Outcome(
        recipient_id=TELEGRAM,
        law_id=law,
        sent_at=SENT,
        removed_at=None,
        observed_until=SENT + timedelta(hours=hours),
        given_up=given_up,
    )


def effect(n: int, hits: int, law: LawId = DSA) -> Effect:
    rows = [removed(30, law)] * hits + [still_up(500, law)] * (n - hits)
    return effects_of(rows)[0]


@pytest.mark.parametrize(
    ("hits", "n", "confidence", "low", "high"),
    [
        # Newcombe 1998, table I, method 3, for 95 %.
        (81, 263, 0.95, 0.2553, 0.3662),
        (15, 148, 0.95, 0.0624, 0.1605),
        (0, 20, 0.95, 0.0, 0.1611),
        (1, 29, 0.95, 0.0061, 0.1718),
    ],
)
def test_the_interval_is_the_published_one(
    hits: int, n: int, confidence: float, low: float, high: float
) -> None:
    assert wilson(hits, n, confidence) == pytest.approx((low, high), abs=5e-5)


@given(st.integers(0, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_holds_the_share_and_stays_within_zero_and_one(of: tuple[int, int]) -> None:
    hits, n = of
    low, high = wilson(hits, n)
    assert 0 <= low <= (hits / n if n else 0.5) <= high <= 1


def test_more_notices_make_a_narrower_interval() -> None:
    few, many = wilson(8, 10), wilson(800, 1000)
    assert many[1] - many[0] < few[1] - few[0]


def test_more_hits_than_tries_are_refused() -> None:
    with pytest.raises(ValueError, match="share"):
        wilson(3, 2)


def test_the_median_counts_those_nobody_knows_the_end_of() -> None:
    # Removed after 6, 6, 6, 7, 10, 13, 16, 22, 23; watched in vain for 6, 9, 10, 11, 17, 19, 20,
    # 25, 32, 32, 34, 35: the classic 6-MP arm (Freireich 1963), whose median is 23 and whose
    # curve falls to 0.75 only after 13.
    rows = [removed(at) for at in (6, 6, 6, 7, 10, 13, 16, 22, 23)]
    rows += [still_up(at) for at in (6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35)]

    assert time_until(0.5, rows) == timedelta(hours=23)
    assert time_until(0.25, rows) == timedelta(hours=13)
    assert time_until(0.75, rows) is None


def test_without_open_ends_the_median_is_the_plain_one() -> None:
    rows = [removed(at) for at in (4, 1, 3, 2)]
    assert time_until(0.5, rows) == timedelta(hours=2)
    assert time_until(1.0, rows) == timedelta(hours=4)


def test_half_of_nothing_removed_has_no_time() -> None:
    assert time_until(0.5, [still_up(10), still_up(20)]) is None


def test_a_fresh_notice_does_not_lower_the_rate_but_a_given_up_one_does() -> None:
    (fresh,) = effects_of([removed(5), still_up(24)])
    (over,) = effects_of([removed(5), still_up(24, given_up=True)])
    (long,) = effects_of([removed(5), still_up(24 * 7)])

    assert (fresh.n, fresh.rate, fresh.watched) == (1, 1.0, 2)
    assert (over.n, over.rate) == (2, 0.5)
    assert (long.n, long.rate) == (2, 0.5)


def test_the_share_of_the_week_is_the_lower_end_at_each_half_day() -> None:
    # Nothing is gone at 12 h; at the other thirteen half days 18 of 20 are.
    rows = [removed(20)] * 18 + [still_up(200)] * 2
    assert gone_at_least(rows) == pytest.approx(wilson(18, 20)[0] * 13 / 14)


def test_notices_that_are_young_neither_praise_nor_blame() -> None:
    old = [removed(20)] * 18 + [still_up(200)] * 2
    young = [still_up(1)] * 50

    assert gone_at_least([*old, *young]) == pytest.approx(gone_at_least(old))
    assert gone_at_least(young) == 0.0


def test_what_was_given_up_early_counts_for_the_whole_week() -> None:
    early = [removed(20)] * 18 + [still_up(1, given_up=True)] * 2
    late = [removed(20)] * 18 + [still_up(200)] * 2

    assert gone_at_least(early) == pytest.approx(gone_at_least(late))


@given(st.lists(st.tuples(st.floats(0, 400), st.booleans(), st.booleans()), max_size=40))
def test_the_share_of_the_week_is_a_share(ends: list[tuple[float, bool, bool]]) -> None:
    rows = [
        removed(hours) if down else still_up(hours, given_up=given_up)
        for hours, down, given_up in ends
    ]
    assert 0.0 <= gone_at_least(rows) <= 1.0


def test_each_recipient_and_law_is_counted_by_itself() -> None:
    rows = [removed(1), removed(2, US), replace(removed(3), recipient_id=RecipientId("x"))]
    assert [(one.recipient_id, one.law_id) for one in effects_of(rows)] == [
        (TELEGRAM, DSA),
        (TELEGRAM, US),
        ("x", DSA),
    ]


def test_an_end_before_the_sending_is_refused() -> None:
    with pytest.raises(ValueError, match="before it was sent"):
        removed(-1)


# --- The choice between laws


def chosen_with(*outcomes: Effect, history: tuple[PastNotice, ...] = ()) -> ChosenRoute:
    chosen = choose_route(ROOM, ADULT, PACKS, history, NOW, outcomes)
    assert isinstance(chosen, ChosenRoute)
    return chosen


def test_without_figures_the_packs_ranking_holds() -> None:
    assert chosen_with().law_id == PACKS.recipients[TELEGRAM].laws_ranked[0] == DSA


def test_with_enough_of_both_the_surer_law_is_chosen_and_the_figures_are_said() -> None:
    chosen = chosen_with(effect(20, 2), effect(212, 172, US))

    assert chosen.law_id == US
    assert "removed 81 %, half within 30 h, gone for at least 65 % of the" in chosen.because
    assert "removed 10 %, gone for at least" in chosen.because
    assert "(n = 212)" in chosen.because
    assert "(n = 20)" in chosen.because


@pytest.mark.parametrize("few", [0, 1, 19])
def test_with_too_few_of_one_the_packs_ranking_holds(few: int) -> None:
    figures = (effect(few, 0),) if few else ()
    chosen = chosen_with(*figures, effect(212, 172, US))

    assert chosen.law_id == DSA
    assert "n =" not in chosen.because


def test_a_few_lucky_ones_do_not_beat_many_good_ones() -> None:
    lucky, sure = effect(20, 19, US), effect(2000, 1880)

    assert lucky.rate > sure.rate
    assert chosen_with(sure, lucky).law_id == DSA


def test_of_two_laws_that_remove_as_often_the_faster_is_chosen() -> None:
    slow = [removed(150)] * 190 + [still_up(500)] * 10
    fast = [removed(3, US)] * 188 + [still_up(500, US)] * 12

    assert chosen_with(*effects_of(slow), *effects_of(fast)).law_id == US


def test_a_little_faster_does_not_make_up_for_much_that_stays() -> None:
    sure = [removed(30)] * 190 + [still_up(500)] * 10
    hasty = [removed(3, US)] * 60 + [still_up(500, US)] * 140

    assert chosen_with(*effects_of(sure), *effects_of(hasty)).law_id == DSA


def test_figures_of_another_recipient_do_not_count() -> None:
    elsewhere = replace(effect(212, 172, US), recipient_id=RecipientId("x"))
    assert chosen_with(effect(20, 2), elsewhere).law_id == DSA


def test_a_law_that_led_nowhere_here_is_not_brought_back_by_its_figures() -> None:
    spent = PastNotice(recipient_id=TELEGRAM, law_id=US, state=NoticeState.REFUSED)
    assert chosen_with(effect(20, 2), effect(212, 172, US), history=(spent,)).law_id == DSA
