"""Which place a tip means, how urgent it is, and what its teller may hear."""

from datetime import UTC, datetime, timedelta

import pytest

from jikimi.cases.rules import read_place
from jikimi.intake.tips.rules import (
    Service,
    Word,
    mark_of,
    place_of,
    read_code,
    spelled,
    standing,
    urgency,
)

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("written", "service"),
    [
        ("https://t.me/Room_One", Service.IN_LINK),
        ("t.me/room_one/1234", Service.IN_LINK),
        ("https://t.me/s/room_one?before=4", Service.IN_LINK),
        ("telegram.me/room_one", Service.IN_LINK),
        ("http://t.me/room_one/", Service.IN_LINK),
        ("@room_one", Service.TELEGRAM),
        ("Room_One", Service.TELEGRAM),
    ],
)
def test_one_telegram_room_is_one_place_however_it_is_written(written, service):
    place = place_of(read_place(written), service)
    assert place.address == "https://t.me/room_one"
    assert mark_of(place, service) == mark_of(
        place_of(read_place("t.me/room_one"), Service.IN_LINK), Service.IN_LINK
    )


@pytest.mark.parametrize(
    "link", ["https://t.me/+AbCdEf", "https://t.me/joinchat/AbC", "t.me/c/1/2"]
)
def test_an_invitation_stays_as_it_is(link):
    assert place_of(read_place(link), Service.IN_LINK) == read_place(link)


def test_the_same_name_on_two_services_is_two_places():
    name = read_place("@someone")
    marks = {mark_of(place_of(name, service), service) for service in Service}
    assert len(marks) == len(Service)


def test_a_flood_of_one_hour_weighs_as_much_as_ten_people_over_ten_hours():
    flood = urgency([(NOW, 1023)], school=False, now=NOW)
    people = urgency([(NOW, 1)] * 10, school=False, now=NOW)
    assert flood == people == 10


def test_what_is_a_day_old_weighs_half_and_a_school_half_as_much_again():
    fresh = urgency([(NOW, 3)], school=False, now=NOW)
    assert urgency([(NOW - 24 * HOUR, 3)], school=False, now=NOW) == fresh / 2
    assert urgency([(NOW, 3)], school=True, now=NOW) == fresh * 1.5


@pytest.mark.parametrize("told", [None, *Word])
def test_nothing_is_told_within_two_days(told):
    heard = standing(NOW, told, 5000, now=NOW + 48 * HOUR - timedelta(seconds=1))
    assert heard.word is Word.RECEIVED
    assert heard.more_than == 0


@pytest.mark.parametrize(
    ("tips", "more_than"), [(1, 0), (10, 0), (11, 10), (100, 10), (101, 100), (5000, 1000)]
)
def test_how_many_told_is_said_as_a_range_once_it_is_over(tips, more_than):
    assert standing(NOW, Word.DOWN, tips, now=NOW + 48 * HOUR).more_than == more_than
    assert standing(NOW, Word.REPORTED, tips, now=NOW + 48 * HOUR).more_than == 0


def test_a_code_is_read_as_it_was_spelled_and_a_misread_one_is_not():
    code = "0123456789AB"
    assert read_code(spelled(code)) == code
    assert read_code(spelled(code).lower().replace("-", " ").replace("0", "O")) == code
    assert read_code(spelled("0123456789AC")[:-1] + spelled(code)[-1]) is None
    assert read_code("") is None
    assert read_code("x" * 5000) is None
