"""Decisions about watches: reach, pace, and whose pictures are looked for."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jikimi.takedown.rules.watching import (
    BECAUSE,
    FAILURES,
    NEEDED_CONSENTS,
    WatchOutcome,
    WatchScope,
    is_in_reach,
    is_same_place,
    may_be_told,
    next_visit,
    place_of,
    preview_of,
    rests_by_itself,
    takes_part,
    wait_asked_for,
    watch_user_agent,
)

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


# --- whose pictures ----------------------------------------------------------------------------


@given(
    minor=st.booleans(),
    withdrawn=st.booleans(),
    consents=st.frozensets(st.sampled_from(["centre", "platforms", "block_list", "police"])),
)
def test_only_an_adult_who_lets_the_centre_work_and_platforms_be_told_takes_part(
    *, minor: bool, withdrawn: bool, consents: frozenset[str]
) -> None:
    expected = not minor and not withdrawn and {"centre", "platforms"} <= consents
    assert takes_part(minor=minor, withdrawn=withdrawn, consents=consents) is expected


def test_no_consent_in_the_world_lets_a_minor_take_part() -> None:
    everything = NEEDED_CONSENTS | {"block_list", "police"}
    assert not takes_part(minor=True, withdrawn=False, consents=everything)


# --- reach -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scope", "start", "link", "reached"),
    [
        ("page", "https://a.example/x", "https://a.example/x", True),
        ("page", "https://a.example/x", "https://a.example/x/", True),
        ("page", "http://a.example/x", "https://www.a.example/x", True),
        ("page", "https://a.example/x?p=1", "https://a.example/x?p=2", False),
        ("page", "https://a.example/x", "https://a.example/x/y", False),
        ("below", "https://a.example/x", "https://a.example/x/y", True),
        ("below", "https://a.example/x", "https://a.example/x?p=2", True),
        ("below", "https://a.example/x/list.html", "https://a.example/x/7.html", True),
        ("below", "https://a.example/x", "https://a.example/xy", False),
        ("below", "https://a.example/x/", "https://a.example/", False),
        ("below", "https://a.example/x/", "https://b.example/x/y", False),
        ("below", "https://a.example/x/", "https://a.example:8443/x/y", False),
        ("below", "https://a.example", "https://a.example/y", True),
        ("below", "https://a.example/", "ftp://a.example/y", False),
        ("channel", "https://t.me/s/room", "https://t.me/s/room?before=9", True),
        ("channel", "https://t.me/s/room", "https://t.me/s/other", False),
        ("channel", "https://t.me/s/room", "https://t.me/room/9", False),
    ],
)
def test_what_is_in_reach(scope: str, start: str, link: str, *, reached: bool) -> None:
    assert is_in_reach(WatchScope(scope), start, link) is reached


def test_a_telegram_channel_is_read_at_its_preview() -> None:
    assert preview_of("https://t.me/some_room") == "https://t.me/s/some_room"
    assert preview_of("https://t.me/s/some_room#x") == "https://t.me/s/some_room"
    assert preview_of("https://a.example/room?x=1") == "https://a.example/room?x=1"


def test_a_picture_in_a_channel_stands_at_its_post_and_elsewhere_at_its_page() -> None:
    start, page = "https://t.me/s/room", "https://t.me/s/room?before=9"
    post = "https://t.me/room/17"
    assert place_of(WatchScope.CHANNEL, start, page, post + "?single") == post
    assert place_of(WatchScope.CHANNEL, start, page, "https://b.example/room/17") == page
    assert place_of(WatchScope.BELOW, start, page, post) == page


@pytest.mark.parametrize(
    ("scope", "place", "believed"),
    [
        ("channel", "https://t.me/room/17", True),
        ("channel", "https://t.me/s/room?before=9", True),
        ("channel", "https://t.me/other/17", False),
        ("below", "https://bank.example/", False),
        ("below", "", False),
        ("below", "https://t.me/s/room/x", True),
    ],
)
def test_a_place_out_of_reach_is_not_believed(scope: str, place: str, *, believed: bool) -> None:
    assert may_be_told(WatchScope(scope), "https://t.me/s/room", place) is believed


@pytest.mark.parametrize(
    ("other", "same"),
    [
        ("http://www.a.example/%EC%82%AC%EC%A7%84/?q=%20x", True),
        ("https://a.example/사진?q= x#top", True),
        ("https://a.example/사진?q=y", False),
        ("https://b.example/사진?q= x", False),
        ("https://a.example/", False),
    ],
)
def test_one_page_is_known_in_each_of_its_spellings(other: str, *, same: bool) -> None:
    assert is_same_place("https://a.example/사진?q= x", other) is same


# --- pace --------------------------------------------------------------------------------------


def gap(idle: int, outcome: WatchOutcome = WatchOutcome.DONE, **said: timedelta) -> timedelta:
    every = said.pop("every", DAY)
    return next_visit(every, idle=idle, outcome=outcome, now=NOW, **said) - NOW


def test_visits_slow_down_when_nothing_comes_and_never_stop() -> None:
    assert [gap(idle) / DAY for idle in (0, 2, 3, 5, 6, 9, 90)] == [1, 1, 2, 2, 4, 8, 8]
    assert gap(90, every=timedelta(days=7)) == timedelta(days=14)


def test_a_server_gets_the_rest_it_asks_for() -> None:
    assert gap(0, WatchOutcome.BACK_OFF, every=HOUR) == 4 * HOUR
    assert gap(0, WatchOutcome.BACK_OFF, every=HOUR, asked_to_wait=DAY) == DAY
    assert gap(0, WatchOutcome.BACK_OFF, asked_to_wait=400 * DAY) == 14 * DAY


def test_a_site_that_forbids_crawlers_is_asked_again_after_a_week() -> None:
    assert gap(0, WatchOutcome.ROBOTS, every=HOUR) == timedelta(days=7)


def test_a_visit_that_broke_off_is_tried_again_soon() -> None:
    assert gap(0, WatchOutcome.BROKE_OFF) == timedelta(minutes=10)


@given(
    idle=st.integers(0, 10**6),
    outcome=st.sampled_from(WatchOutcome),
    hours=st.integers(1, 1000),
    wait=st.none() | st.timedeltas(timedelta(0), timedelta(days=10**4)),
)
def test_the_next_visit_is_never_sooner_than_ten_minutes_nor_later_than_a_fortnight(
    idle: int, outcome: WatchOutcome, hours: int, wait: timedelta | None
) -> None:
    every = timedelta(hours=hours)
    at = next_visit(every, idle=idle, outcome=outcome, now=NOW, asked_to_wait=wait)
    assert timedelta(minutes=10) <= at - NOW <= timedelta(days=14)


def test_ten_failures_in_a_row_are_enough() -> None:
    assert [rests_by_itself(number) for number in (0, 9, 10)] == [False, False, True]


def test_each_way_to_end_has_its_sentence() -> None:
    assert set(BECAUSE) == set(WatchOutcome)
    assert WatchOutcome.BACK_OFF not in FAILURES


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("120", timedelta(minutes=2)),
        ("99999999999999", timedelta(days=14)),
        ("Sat, 21 Nov 2026 12:05:00 GMT", timedelta(minutes=5)),
        ("Sat, 21 Nov 2026 11:00:00 GMT", timedelta(0)),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("²", None),
    ],
)
def test_what_a_retry_after_says(header: str, wait: timedelta | None) -> None:
    assert wait_asked_for(header, NOW) == wait


# --- name --------------------------------------------------------------------------------------


def test_the_crawler_names_whom_to_write_to_only_if_the_centre_wishes() -> None:
    assert watch_user_agent("") == "Mozilla/5.0 (compatible; LinkCheck/1)"
    named = "Mozilla/5.0 (compatible; LinkCheck/1; +https://centre.example/crawler)"
    assert watch_user_agent("https://centre.example/crawler") == named
    assert "+crawl@centre.example)" in watch_user_agent("crawl@centre.example")


@pytest.mark.parametrize("contact", ["centre", "a@b\r\nX: y", "https://a b", "x)@b.example"])
def test_a_contact_that_is_no_address_is_refused(contact: str) -> None:
    with pytest.raises(ValueError, match="neither"):
        watch_user_agent(contact)
