"""Who may search what, what is told, and what rests. Pure."""

from dataclasses import replace
from datetime import date

import pytest

from jikimi.exchange.rules.answers import (
    MOST_MATCHES,
    Hit,
    Remark,
    answer_of,
    bits_by_region,
    told_date,
    worth_searching,
)
from jikimi.exchange.rules.flood import (
    BASELINE_DAYS,
    LEAST_FOR_REST,
    Flood,
    is_flooding,
    what_to_do,
)
from jikimi.exchange.rules.lists import (
    AskerKind,
    Audience,
    ListFacts,
    Origin,
    Purpose,
    is_handed_over,
    is_told_of,
    may_search,
    radius_in,
)


def a_list(origin: Origin = Origin.IMPORTED) -> ListFacts:
    return ListFacts(
        id=1, name="known", origin=origin, purpose=Purpose.MATCH, audience=Audience.PLATFORMS
    )


def a_hit(entry: int, distance: int) -> Hit:
    return Hit(entry=entry, distance=distance, list_=a_list())


@pytest.mark.parametrize(
    ("audience", "askers"),
    [
        (Audience.HOUSE, {AskerKind.HOUSE}),
        (Audience.HOTLINES, {AskerKind.HOUSE, AskerKind.HOTLINE}),
        (Audience.PLATFORMS, set(AskerKind)),
    ],
)
def test_a_list_is_searched_by_its_audience_and_the_house(
    audience: Audience, askers: set[AskerKind]
) -> None:
    assert {asker for asker in AskerKind if may_search(asker, audience)} == askers


def test_nobody_asks_far_around_a_survivors_fingerprint() -> None:
    assert radius_in(a_list(Origin.OWN), 64) == 31
    assert radius_in(a_list(Origin.OWN), 5) == 5
    assert radius_in(a_list(Origin.PARTNER), 64) == 64


@pytest.mark.parametrize(("quality", "is_worth"), [(None, True), (49, False), (50, True)])
def test_what_has_too_little_detail_is_not_searched_for(
    quality: int | None, is_worth: bool
) -> None:
    assert worth_searching(quality) is is_worth


def test_the_nearest_are_told_first_and_what_rests_is_not() -> None:
    answer = answer_of([a_hit(3, 9), a_hit(1, 4), a_hit(2, 4)], frozenset({1}), is_negative=False)
    assert [hit.entry for hit in answer.hits] == [2, 3]
    assert answer.remark is None


def test_of_too_many_the_nearest_are_told_and_that_there_were_more() -> None:
    hits = [a_hit(number, 31 - number % 32) for number in range(MOST_MATCHES + 1)]
    answer = answer_of(hits, frozenset(), is_negative=False)
    assert len(answer.hits) == MOST_MATCHES
    assert answer.hits[0].distance == 0
    assert answer.remark is Remark.CAPPED


def test_many_on_one_list_hide_nothing_on_another() -> None:
    crowd = [a_hit(number, 1) for number in range(MOST_MATCHES + 1)]
    far = Hit(entry=10**6, distance=31, list_=replace(a_list(Origin.OWN), id=2))
    answer = answer_of([*crowd, far], frozenset(), is_negative=False)
    assert len(answer.hits) == MOST_MATCHES + 1
    assert (answer.hits[-1], answer.remark) == (far, Remark.CAPPED)


def test_nothing_is_told_of_what_is_near_a_negative_list() -> None:
    answer = answer_of([a_hit(1, 0)], frozenset(), is_negative=True)
    assert (answer.hits, answer.remark) == ((), Remark.NEGATIVE)


def test_of_our_own_reports_the_month_alone_is_told() -> None:
    day = date(2026, 11, 22)
    assert told_date(day, Origin.OWN) == date(2026, 11, 1)
    assert told_date(day, Origin.IMPORTED) == day


def test_differing_bits_are_counted_by_region() -> None:
    coarsest, finest = (1 << 0).to_bytes(32), (1 << 255).to_bytes(32)
    second_row = (1 << (16 * 4 + 5)).to_bytes(32)  # coefficient (4, 5)
    nothing = bytes(32)
    assert bits_by_region(nothing, coarsest) == (1, *[0] * 15)
    assert bits_by_region(nothing, finest) == (*[0] * 15, 1)
    assert bits_by_region(nothing, second_row).index(1) == 5
    assert sum(bits_by_region(b"\xff" * 32, nothing)) == 256


def test_a_fingerprint_floods_far_above_its_baseline_only() -> None:
    assert is_flooding(LEAST_FOR_REST, [])
    assert not is_flooding(LEAST_FOR_REST - 1, [])
    steady = [1_000] * BASELINE_DAYS
    assert not is_flooding(19_999, steady)
    assert is_flooding(20_000, steady)


def test_it_takes_two_partners_to_let_an_entry_rest_and_a_person_for_a_survivors() -> None:
    assert what_to_do(Origin.IMPORTED, 2) is Flood.REST
    assert what_to_do(Origin.IMPORTED, 1) is Flood.TELL
    assert what_to_do(Origin.OWN, 9) is Flood.TELL


def test_a_partner_is_told_of_no_list_that_it_hands_in_to() -> None:
    theirs = replace(a_list(Origin.PARTNER), partner=7)
    assert is_told_of(theirs, AskerKind.PLATFORM, 8)
    assert not is_told_of(theirs, AskerKind.PLATFORM, 7)
    assert not is_told_of(replace(theirs, purpose=Purpose.NEGATIVE), AskerKind.PLATFORM, 8)
    assert not is_told_of(replace(theirs, audience=Audience.HOTLINES), AskerKind.PLATFORM, 8)


def test_our_own_reports_are_told_of_and_not_handed_over() -> None:
    told = [is_told_of(a_list(origin), AskerKind.PLATFORM, 7) for origin in Origin]
    handed_over = {one for one in Origin if is_handed_over(a_list(one), AskerKind.PLATFORM, 7)}
    assert (all(told), handed_over) == (True, {Origin.PARTNER, Origin.IMPORTED})
