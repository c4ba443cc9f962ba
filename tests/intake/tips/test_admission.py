"""How many tips are let in: everybody on an ordinary day, who proves or waits in a flood."""

import hashlib
from datetime import UTC, datetime, timedelta

import pytest

from jikimi.intake.tips.admission import (
    FEWEST_BITS,
    WAIT,
    Asked,
    admit,
    bits_of,
    bits_wanted,
    is_strained,
    open_lanes,
)

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
BARE = Asked(form_age=timedelta(seconds=1), bits=0)
WAITED = Asked(form_age=WAIT, bits=0)
PROVED = Asked(form_age=timedelta(seconds=1), bits=30)


def flood(asked, a_second, seconds, lanes=None):
    """How many of so many a second were let in, and the lanes after them."""
    lanes, taken = lanes or open_lanes(120, NOW), 0
    for number in range(a_second * seconds):
        at = NOW + timedelta(seconds=number / a_second)
        lanes, later = admit(lanes, asked, at)
        taken += later is None
    return taken, lanes


def test_an_ordinary_day_of_a_thousand_tips_is_taken_whole_and_never_strained():
    lanes, taken = open_lanes(120, NOW), 0
    for number in range(1000):
        at = NOW + timedelta(hours=12) * number / 1000
        assert not is_strained(lanes, at)
        lanes, later = admit(lanes, BARE, at)
        taken += later is None
    assert taken == 1000


def test_a_surge_of_six_hundred_at_once_is_taken_whole():
    taken, _ = flood(BARE, 600, 1)
    assert taken == 600


def test_a_bare_flood_gets_no_more_than_the_free_lane():
    taken, lanes = flood(BARE, 100, 60)
    assert 600 <= taken <= 600 + 2 * 60 + 1
    assert is_strained(lanes, NOW + timedelta(seconds=60))


@pytest.mark.parametrize("honest", [PROVED, WAITED])
def test_whoever_proves_or_has_waited_passes_through_a_bare_flood(honest):
    _, lanes = flood(BARE, 100, 60)
    for second in range(60, 120):
        at = NOW + timedelta(seconds=second)
        for _ in range(100):
            lanes, _ = admit(lanes, BARE, at)
        lanes, later = admit(lanes, honest, at)
        assert later is None


def test_a_flood_that_proves_is_asked_for_more_and_bounded():
    taken, lanes = flood(PROVED, 100, 60)
    assert taken <= 600 + 120 + 400 + 40 * 60 + 1
    assert bits_wanted(lanes) == FEWEST_BITS + 6


def test_who_has_not_waited_is_told_how_long():
    _, lanes = flood(BARE, 100, 60)
    _, later = admit(lanes, BARE, NOW + timedelta(seconds=60))
    assert later is not None
    assert later.seconds == 19
    assert later.bits == FEWEST_BITS


def test_a_clock_that_goes_back_breaks_nothing():
    _, lanes = flood(BARE, 100, 60)
    after, later = admit(lanes, PROVED, NOW - timedelta(days=1))
    assert later is None
    assert after.free.at >= lanes.free.at


def test_bits_are_leading_zeros_of_the_hash_and_only_of_a_short_number():
    proof = next(n for n in range(10_000) if hashlib.sha256(f"m:{n}".encode()).digest()[0] == 0)
    assert bits_of("m", str(proof)) >= 8
    for wrong in ("", "-1", "1.5", "9" * 17, "٣", "a", "1\n"):
        assert bits_of("m", wrong) == 0


@pytest.mark.parametrize("bits", [FEWEST_BITS, FEWEST_BITS + 4])
def test_a_flood_that_pays_too_little_keeps_out_nobody_who_does_the_sum_that_is_asked(bits):
    payer = Asked(form_age=timedelta(seconds=1), bits=bits)
    lanes, honest = open_lanes(120, NOW), []
    for tick in range(600 * 200):
        at = NOW + timedelta(seconds=tick / 200)
        lanes, _ = admit(lanes, payer, at)
        if tick % 100 == 0:
            lanes, later = admit(lanes, BARE, at)
            if later:
                proved = Asked(form_age=WAIT / 2, bits=later.bits)
                lanes, later = admit(lanes, proved, at)
            honest.append(later is None)
    assert all(honest)


def test_a_flood_that_waits_leaves_a_share_to_who_waits_and_nothing_is_lost():
    """Fifty a second wait as people do. Whoever comes again each 20 seconds gets in."""
    lanes, tries, again = open_lanes(1, NOW), [], {}
    for tick in range(300 * 53):
        at = NOW + timedelta(seconds=tick / 53)
        for number in again.pop(tick, [0] if tick % 53 == 7 and tick < 100 * 53 else []):
            lanes, later = admit(lanes, WAITED, at)
            if later is None:
                tries.append(number + 1)
            else:
                again.setdefault(tick + 53 * 20 + 11, []).append(number + 1)
        lanes, _ = admit(lanes, WAITED, at)
    assert len(tries) == 100
    assert max(tries) <= 8
