"""Whom she can call: by country, in her language, without telling anybody where she is."""

import re

import pytest
from django.utils.translation import override

from jikimi.web.portal.helplines import Country, helplines
from tests.portal.visitor import ADULT, FAKED, Visitor

pytestmark = pytest.mark.django_db


def near(language: str, *, minor: bool | None) -> tuple[Country, ...]:
    with override(language):
        return helplines(minor=minor).near


def names(countries: tuple[Country, ...]) -> list[str]:
    return [country.name for country in countries]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("ko", ["대한민국", "어느 나라에서나"]),
        ("en", ["South Korea", "In every country"]),
        ("ja", ["日本", "韓国"]),
        ("zh-hant", ["台灣", "南韓"]),
    ],
)
def test_the_country_of_her_language_comes_first_then_the_centres_own(language, said, settings):
    settings.CENTRE_COUNTRY = "KR"
    assert names(near(language, minor=True))[:2] == said


def test_every_other_country_is_on_the_page_by_its_name_in_her_language(settings):
    settings.CENTRE_COUNTRY = "KR"
    with override("ko"):
        found = helplines(minor=None)
    assert {"일본", "대만", "미국", "영국"} <= set(names(found.far))
    assert not set(names(found.far)) & set(names(found.near))
    text = Visitor(language="ko").open("/?lang=ko").text
    assert all(name in text for name in names(found.far))


def test_who_answers_day_and_night_comes_before_who_does_not():
    for country in near("ja", minor=True):
        always = [line.is_always_open for line in country.lines]
        assert always == sorted(always, reverse=True)
    japan = near("ja", minor=True)[0]
    assert japan.lines[0].name.startswith("#8891")
    assert next(line for line in japan.lines if not line.is_always_open).chat


def test_a_number_is_an_address_that_a_telephone_can_dial():
    page = Visitor().open("/?lang=en").response.content.decode()
    dialled = re.findall(r'href="tel:([^"]*)"', page)
    assert {"112", "1366", "027358994", "%238891"} <= set(dialled)


def test_an_adult_sees_no_line_that_is_for_minors_only():
    with override("en"):
        found = helplines(minor=False)
    shown = [line.name for country in (*found.near, *found.far) for line in country.lines]
    assert not [name for name in shown if name.startswith(("Take It Down", "Internet Hotline"))]


def test_a_line_says_which_languages_it_speaks_where_hers_is_not_among_them():
    korea = next(country for country in near("en", minor=True) if country.name == "South Korea")
    assert {line.spoken for line in korea.lines} == {"Korean"}
    assert {line.spoken for line in near("ko", minor=True)[0].lines} == {""}


def test_choosing_a_country_sends_nothing():
    visitor = Visitor().begin().walk(FAKED, {"age_group": "under_18"})
    folded = visitor.response.content.decode().split('class="elsewhere"')[1]
    assert "<details>" in folded
    assert not re.search(r"<(form|select|input|button)", folded.split("</main>")[0])
    assert visitor.answer({"file": "no"}).step == "places"
    assert Visitor().begin().walk(FAKED, ADULT).status == 200
