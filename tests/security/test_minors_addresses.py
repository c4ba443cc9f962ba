"""A minor's address is never opened, however an adult's report or an outside site writes it."""

from datetime import datetime

import pytest

from jikimi.cases.lookups import (
    is_known_from_a_minors_case,
    known_from_minors_cases,
    may_be_fetched,
    may_be_shown,
)
from jikimi.cases.models import Sighting
from jikimi.cases.rules import AgeGroup, page_mark, read_place
from jikimi.cli.demo.standin_platform import StandinPlatform
from jikimi.intake.actions import receive_report
from jikimi.takedown.actions import look_at
from jikimi.takedown.fetchers import link_fetcher
from jikimi.takedown.rules.recheck import Verdict
from jikimi.takedown.seeing.errors import ForbiddenAddress
from tests.reports import a_report
from tests.takedown.drafts import Draft
from tests.takedown.watched_site import Answer, watched_site

pytestmark = pytest.mark.django_db

REPORTED = "https://site.example/room/a?page=1"
SPELLINGS = [
    "https://site.example/room/a?page=1#top",
    "http://site.example/room/a?page=1",
    "https://SITE.example/room/a?page=1",
    "https://www.site.example/room/a?page=1",
    "https://site.example./room/a?page=1",
    "https://site.example:443/room/a?page=1",
    "https://site.example/room/%61?page=1",
    "https://site.example/room/a/?page=1",
    "https://site.example//room/./x/../a?page=1",
]
OTHERS = [
    ("https://site.example/room/a?page=1", "https://site.example/room/b?page=1"),
    ("https://site.example/room/a", "https://site.example/room/A"),
    ("https://matrix.to/#/!a:x.example/$1", "https://matrix.to/#/!a:x.example/$2"),
    ("https://site.example/#!one", "https://site.example/#!two"),
    ("https://site.example/", "https://site.example:8443/"),
]


def report_of(address: str, now: datetime, age_group: AgeGroup = AgeGroup.ADULT) -> Sighting:
    report = a_report(age_group=age_group, places=(read_place(address),), fingerprints=())
    return Sighting.objects.get(case=receive_report(report, now=now).case)


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_another_spelling_of_a_minors_address_is_neither_fetched_nor_shown(
    spelling: str, now: datetime
) -> None:
    report_of(REPORTED, now, AgeGroup.NOT_SURE)
    adults = report_of(spelling, now)
    assert not may_be_fetched(adults)
    assert not may_be_shown(adults)
    assert look_at(adults.pk, link_fetcher(), now=now) is None


@pytest.mark.parametrize("others", [0, 1, 7, 8, 60])
def test_one_minors_address_is_told_from_however_many_others(others: int, now: datetime) -> None:
    report_of(REPORTED, now, AgeGroup.UNDER_18)
    harmless = [f"https://site.example/room/{number}" for number in range(others)]
    for address in harmless[:2]:
        report_of(address, now)
    assert known_from_minors_cases([*harmless, *SPELLINGS[:1]]) == set(SPELLINGS[:1])
    assert known_from_minors_cases(harmless) == frozenset()


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_minors_address_is_known_whichever_way_it_was_reported(
    spelling: str, now: datetime
) -> None:
    report_of(spelling, now, AgeGroup.UNDER_18)
    assert is_known_from_a_minors_case(REPORTED)


@pytest.mark.parametrize(("one", "other"), OTHERS)
def test_another_place_is_not_taken_for_it(one: str, other: str) -> None:
    assert page_mark(one) != page_mark(other)


@pytest.mark.parametrize("text", ["https://[half", "https://x.example:port/", "\ud800", ""])
def test_what_is_no_address_has_a_mark_all_the_same(text: str) -> None:
    assert len(page_mark(text)) == 64


def test_a_redirect_to_a_minors_address_is_not_followed(settings: object, now: datetime) -> None:
    with watched_site() as site:
        settings.STAND_IN_PORTS = frozenset({site.port})
        report_of(site.url("/theirs"), now, AgeGroup.UNDER_18)
        site.put_page("/theirs", "<p>never read</p>")
        site.pages["/away"] = Answer(status=302, headers=(("Location", "/theirs?"),))
        with pytest.raises(ForbiddenAddress):
            link_fetcher().fetch(site.url("/away"))
        assert site.asked == ["/away"]


def test_a_minors_picture_on_an_adults_page_is_left_alone(
    draft: Draft, platform: StandinPlatform, now: datetime
) -> None:
    """The look cannot tell any more, and says so: it never claims that the page is clean."""
    sighting = draft().sighting
    report_of(platform.doors.picture, now, AgeGroup.MIXED)
    judgement = look_at(sighting.pk, link_fetcher(), now=now)
    assert judgement is not None
    assert judgement.verdict is Verdict.CANNOT_TELL


@pytest.mark.parametrize(
    "copy",
    [
        "https://twitter.com/a/status/1",
        "https://www.twitter.com/a/status/1?",
        "https://web.archive.org/web/2024if_/https://x.com/a/status/1",
        "https://web.archive.org/web/2024/http:/x.com/a/status/1",
        "https://archive.ph/newest/https%3A%2F%2Ftwitter.com%2Fa%2Fstatus%2F1",
        "https://proxy.example/?url=https://x.com/a/status/1",
    ],
)
def test_a_twin_or_an_archives_copy_of_a_minors_address_is_not_fetched(
    copy: str, now: datetime
) -> None:
    report_of("https://x.com/a/status/1", now, AgeGroup.NOT_SURE)
    with pytest.raises(ForbiddenAddress):
        link_fetcher().fetch(copy)


def test_a_minors_address_given_as_an_archives_copy_bars_that_copy(now: datetime) -> None:
    copy = "https://web.archive.org/web/2024/https://x.com/a/status/1"
    report_of(copy, now, AgeGroup.UNDER_18)
    with pytest.raises(ForbiddenAddress):
        link_fetcher().fetch(copy)
