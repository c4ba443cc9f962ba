"""What a look means: doubt is never a removal, and blocked is never gone."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jikimi.takedown.rules.recheck import (
    DIFFERENT_FROM,
    MATCH_RADIUS,
    Kind,
    Seen,
    Verdict,
    judge,
    next_look,
)

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
OURS, ALIKE, OTHER = 6, 50, 120


def picture(distance: int | None, quality: int = 90, known: int = 1) -> Seen:
    return Seen(
        status=200,
        kind=Kind.PICTURE,
        known=known,
        pictures=1,
        nearest_distance=distance,
        nearest_quality=quality,
    )


def page(distance: int | None = None, *, unread: int = 0, sign_in: bool = False) -> Seen:
    return Seen(
        status=200,
        kind=Kind.PAGE,
        known=1,
        pictures=0 if distance is None else 1,
        unread=unread,
        nearest_distance=distance,
        nearest_quality=None if distance is None else 90,
        asked_to_sign_in=sign_in,
    )


@pytest.mark.parametrize(
    ("seen", "before", "verdict"),
    [
        # the status alone
        (Seen(status=404), False, Verdict.GONE),
        (Seen(status=410), False, Verdict.GONE),
        (Seen(status=401), True, Verdict.BLOCKED_HERE),
        (Seen(status=403), True, Verdict.BLOCKED_HERE),
        (Seen(status=451), True, Verdict.BLOCKED_HERE),
        (Seen(status=429), True, Verdict.CANNOT_TELL),
        (Seen(status=400), True, Verdict.CANNOT_TELL),
        (Seen(status=304), True, Verdict.CANNOT_TELL),
        (Seen(status=500), True, Verdict.CANNOT_TELL),
        (Seen(status=503), True, Verdict.CANNOT_TELL),
        (Seen(error="It took too long."), True, Verdict.CANNOT_TELL),
        (Seen(), True, Verdict.CANNOT_TELL),
        # a link to a picture
        (picture(OURS), False, Verdict.STILL_THERE),
        (picture(0), False, Verdict.STILL_THERE),
        (picture(MATCH_RADIUS), False, Verdict.STILL_THERE),
        (picture(MATCH_RADIUS + 1), False, Verdict.CANNOT_TELL),
        (picture(DIFFERENT_FROM - 1), False, Verdict.CANNOT_TELL),
        (picture(DIFFERENT_FROM), False, Verdict.REPLACED),
        (picture(OTHER), False, Verdict.REPLACED),
        (picture(OURS, quality=49), False, Verdict.CANNOT_TELL),
        (picture(OURS, quality=50), False, Verdict.STILL_THERE),
        (picture(OTHER, quality=49), True, Verdict.CANNOT_TELL),
        (picture(None, known=0), True, Verdict.CANNOT_TELL),
        # a link to a page
        (page(OURS), False, Verdict.STILL_THERE),
        (page(OURS, unread=5), False, Verdict.STILL_THERE),
        (page(OURS, sign_in=True), False, Verdict.STILL_THERE),
        (page(OTHER), True, Verdict.REPLACED),
        (page(OTHER), False, Verdict.CANNOT_TELL),
        (page(ALIKE), True, Verdict.CANNOT_TELL),
        (page(), True, Verdict.REPLACED),
        (page(), False, Verdict.CANNOT_TELL),
        (page(unread=1), True, Verdict.CANNOT_TELL),
        (page(OTHER, unread=1), True, Verdict.CANNOT_TELL),
        (page(sign_in=True), True, Verdict.BLOCKED_HERE),
        (page(OTHER, sign_in=True), True, Verdict.BLOCKED_HERE),
        # anything else
        (Seen(status=200, kind=Kind.OTHER, known=1), True, Verdict.CANNOT_TELL),
        (Seen(status=200, kind=Kind.PICTURE, known=1, error="Damaged."), True, Verdict.CANNOT_TELL),
        (Seen(status=200, kind=Kind.PAGE, known=1, error="Damaged."), True, Verdict.CANNOT_TELL),
        (Seen(status=204, kind=Kind.OTHER, known=0), True, Verdict.CANNOT_TELL),
    ],
)
def test_a_look_is_judged_by_what_was_seen(seen: Seen, *, before: bool, verdict: Verdict) -> None:
    judgement = judge(seen, seen_there_before=before)
    assert judgement.verdict is verdict
    assert (judgement.distance, judgement.quality) == (seen.nearest_distance, seen.nearest_quality)


@pytest.mark.parametrize("distance", [OURS, ALIKE, OTHER])
def test_a_fingerprint_of_ours_without_detail_decides_nothing(distance: int) -> None:
    judgement = judge(picture(distance), seen_there_before=True, known_quality=30)
    assert judgement.verdict is Verdict.CANNOT_TELL
    assert "too little detail" in judgement.because


def test_an_answer_without_fingerprints_to_compare_says_so() -> None:
    judgement = judge(picture(None, known=0), seen_there_before=False)
    assert judgement.because == "The link answers, but we hold no fingerprint to compare."


def test_a_failed_look_tells_its_own_reason() -> None:
    reason = "The server behind the link took too long to answer."
    assert judge(Seen(error=reason), seen_there_before=True).because == reason


def test_a_wider_radius_is_the_callers_choice() -> None:
    assert judge(picture(40), seen_there_before=False, radius=40).verdict is Verdict.STILL_THERE


seen_facts = st.builds(
    Seen,
    status=st.none() | st.integers(100, 599),
    kind=st.none() | st.sampled_from(Kind),
    known=st.integers(0, 3),
    pictures=st.integers(0, 20),
    unread=st.integers(0, 20),
    nearest_distance=st.none() | st.integers(0, 256),
    nearest_quality=st.none() | st.integers(0, 100),
    asked_to_sign_in=st.booleans(),
    error=st.none() | st.just("It failed."),
)


@given(seen=seen_facts, before=st.booleans(), quality=st.integers(0, 100))
def test_only_404_and_410_are_gone(seen: Seen, *, before: bool, quality: int) -> None:
    verdict = judge(seen, seen_there_before=before, known_quality=quality).verdict
    assert (verdict is Verdict.GONE) == (seen.status in (404, 410))


@given(seen=seen_facts, before=st.booleans(), quality=st.integers(0, 100))
def test_nothing_doubtful_is_ever_called_replaced(
    seen: Seen, *, before: bool, quality: int
) -> None:
    judgement = judge(seen, seen_there_before=before, known_quality=quality)
    if judgement.verdict is Verdict.REPLACED:
        assert seen.status is not None
        assert 200 <= seen.status < 300
        assert seen.known > 0
        assert quality >= 50
        assert seen.unread == 0
        assert seen.error is None
        assert not seen.asked_to_sign_in
        assert seen.nearest_distance is None or seen.nearest_distance >= DIFFERENT_FROM
        assert before or seen.kind is Kind.PICTURE


@given(seen=seen_facts, before=st.booleans())
def test_every_judgement_gives_its_reason_in_a_sentence(seen: Seen, *, before: bool) -> None:
    because = judge(seen, seen_there_before=before).because
    assert because.endswith((".", ")."))
    assert because[0].isupper() or because[0].isdigit()


# --- when to look again -------------------------------------------------------------------------


def test_the_first_look_is_five_minutes_after_sending() -> None:
    assert next_look(0, NOON) == NOON + timedelta(minutes=5)


@pytest.mark.parametrize(
    ("looks", "hours"), [(1, 1), (2, 6), (3, 24), (4, 72), (5, 168), (6, 168), (50, 168)]
)
def test_looks_grow_rarer_and_end_at_once_a_week(looks: int, hours: int) -> None:
    assert next_look(looks, NOON) == NOON + timedelta(hours=hours)
